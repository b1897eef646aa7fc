// SPDX-License-Identifier: Apache-2.0
// What the walkthrough asks of AWS, asked by the AWS CLI as a person would type it.

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export class CliClient {
  #sandbox
  #folder

  static async make(t, sandbox) {
    const client = new CliClient()
    client.#sandbox = sandbox
    client.#folder = await mkdtemp(join(tmpdir(), 'caretaker-story-'))
    t.after(() => rm(client.#folder, { recursive: true }))
    return client
  }

  async aws(...args) {
    const { stdout } = await this.#sandbox.shell('aws "$@"', args)
    return stdout.startsWith('{') ? JSON.parse(stdout) : stdout
  }

  // The name of a file with that text.
  async #file(name, text) {
    const file = join(this.#folder, name)
    await writeFile(file, text)
    return file
  }

  async account() {
    return (await this.aws('sts', 'get-caller-identity', '--query', 'Account', '--output', 'text')).trim()
  }

  async createRepository(name) {
    return (await this.aws('ecr', 'create-repository', '--repository-name', name)).repository
  }

  async putImage(repository, tag, manifest) {
    const file = await this.#file('manifest.json', manifest)
    const answer = await this.aws('ecr', 'put-image', '--repository-name', repository, '--image-tag', tag,
      '--image-manifest', `file://${file}`)
    return answer.image.imageId
  }

  async images(repository) {
    return (await this.aws('ecr', 'describe-images', '--repository-name', repository)).imageDetails
  }

  async createService(input) {
    const file = await this.#file('input.json', JSON.stringify(input))
    const arn = await this.aws('apprunner', 'create-service', '--cli-input-json', `file://${file}`,
      '--output', 'text', '--query', 'Service.ServiceArn')
    return arn.trim()
  }

  async service(arn) {
    return (await this.aws('apprunner', 'describe-service', '--service-arn', arn)).Service
  }

  async operations(arn) {
    return (await this.aws('apprunner', 'list-operations', '--service-arn', arn)).OperationSummaryList
  }

  async putRules(rules) {
    const file = await this.#file('rules.json', JSON.stringify(rules, null, 2))
    await this.aws('s3', 'cp', file, 's3://caretaker/rules.json')
  }

  async getRules() {
    return JSON.parse(await this.#sandbox.shell('aws s3 cp s3://caretaker/rules.json -').then(({ stdout }) => stdout))
  }

  async eventLog(service) {
    const answer = await this.aws('logs', 'get-log-events', '--start-from-head', '--log-stream-name', 'events',
      '--log-group-name', `/aws/apprunner/${service.ServiceName}/${service.ServiceId}/service`)
    return answer.events.map(event => event.message)
  }

  async functionLog() {
    const answer = await this.aws('logs', 'filter-log-events', '--log-group-name', '/aws/lambda/caretaker')
    return answer.events.map(event => event.message)
  }

  // How many messages a queue holds, waiting ones included.
  async messages(name) {
    const url = (await this.aws('sqs', 'get-queue-url', '--queue-name', name, '--query', 'QueueUrl', '--output', 'text')).trim()
    const answer = await this.aws('sqs', 'get-queue-attributes', '--queue-url', url, '--attribute-names', 'All')
    return ['', 'NotVisible', 'Delayed'].reduce((sum, kind) => sum + Number(answer.Attributes[`ApproximateNumberOfMessages${kind}`]), 0)
  }
}
