// SPDX-License-Identifier: Apache-2.0
// What the walkthrough asks of AWS, asked by the AWS SDK for JavaScript.

import { AppRunner } from '@aws-sdk/client-apprunner'
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs'
import { ECR } from '@aws-sdk/client-ecr'
import { EventBridge } from '@aws-sdk/client-eventbridge'
import { S3 } from '@aws-sdk/client-s3'
import { SQS } from '@aws-sdk/client-sqs'
import { STS } from '@aws-sdk/client-sts'

export class SdkClient {
  static async make(t, sandbox) {
    // The SDK finds the sandbox as any program's SDK would: by its environment.
    Object.assign(process.env, await sandbox.environment())
    const client = new SdkClient()
    for (const [name, Service] of Object.entries({ AppRunner, CloudWatchLogs, ECR, EventBridge, S3, SQS, STS })) {
      client[name] = new Service({ maxAttempts: 1 })
      t.after(() => client[name].destroy())
    }
    return client
  }

  async account() {
    return (await this.STS.getCallerIdentity({})).Account
  }

  async createRepository(name) {
    return (await this.ECR.createRepository({ repositoryName: name })).repository
  }

  async putImage(repository, tag, manifest) {
    return (await this.ECR.putImage({ repositoryName: repository, imageTag: tag, imageManifest: manifest })).image.imageId
  }

  async images(repository) {
    return (await this.ECR.describeImages({ repositoryName: repository })).imageDetails
  }

  async createService(input) {
    return (await this.AppRunner.createService(input)).Service.ServiceArn
  }

  async service(arn) {
    return (await this.AppRunner.describeService({ ServiceArn: arn })).Service
  }

  async operations(arn) {
    return (await this.AppRunner.listOperations({ ServiceArn: arn })).OperationSummaryList
  }

  async putRules(rules) {
    await this.S3.putObject({ Bucket: 'caretaker', Key: 'rules.json', Body: JSON.stringify(rules, null, 2) })
  }

  async getRules() {
    const object = await this.S3.getObject({ Bucket: 'caretaker', Key: 'rules.json' })
    return JSON.parse(await object.Body.transformToString())
  }

  async eventLog(service) {
    const answer = await this.CloudWatchLogs.getLogEvents({
      logGroupName: `/aws/apprunner/${service.ServiceName}/${service.ServiceId}/service`,
      logStreamName: 'events',
      startFromHead: true,
    })
    return answer.events.map(event => event.message)
  }

  async functionLog() {
    const answer = await this.CloudWatchLogs.filterLogEvents({ logGroupName: '/aws/lambda/caretaker' })
    return answer.events.map(event => event.message)
  }

  // How many messages a queue holds, waiting ones included.
  async messages(name) {
    const { QueueUrl } = await this.SQS.getQueueUrl({ QueueName: name })
    const { Attributes } = await this.SQS.getQueueAttributes({ QueueUrl, AttributeNames: ['All'] })
    return ['', 'NotVisible', 'Delayed'].reduce((sum, kind) => sum + Number(Attributes[`ApproximateNumberOfMessages${kind}`]), 0)
  }
}
