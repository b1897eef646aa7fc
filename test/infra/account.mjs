// SPDX-License-Identifier: Apache-2.0
// Sets a caretaker-sandbox up by a CloudFormation template, as far as there are operations for it, and is its AWS Lambda: a real
// process of the function, with the template's environment, fed from the template's queue as its event source mapping says.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs'
import { EventBridge } from '@aws-sdk/client-eventbridge'
import { IAM } from '@aws-sdk/client-iam'
import { S3 } from '@aws-sdk/client-s3'
import { SQS } from '@aws-sdk/client-sqs'
import { account, region } from './synthesis.mjs'

// What CloudFormation would call a resource, and what Ref and Fn::GetAtt say of it.
function attributesOf(id, { Type }) {
  const name = `Story-${id}`
  const arn = (service, resource) => `arn:aws:${service}:${region}:${account}:${resource}`
  const kinds = {
    'AWS::SQS::Queue': () => ({ Ref: `https://sqs.${region}.amazonaws.com/${account}/${name}`, Arn: arn('sqs', name), QueueName: name }),
    'AWS::S3::Bucket': () => ({ Ref: name.toLowerCase(), Arn: `arn:aws:s3:::${name.toLowerCase()}` }),
    'AWS::IAM::Role': () => ({ Ref: name, Arn: `arn:aws:iam::${account}:role/${name}` }),
    'AWS::Events::Rule': () => ({ Ref: name, Arn: arn('events', `rule/${name}`) }),
    'AWS::Lambda::Function': () => ({ Ref: name, Arn: arn('lambda', `function:${name}`) }),
    'AWS::Logs::LogGroup': () => ({ Ref: name, Arn: arn('logs', `log-group:${name}:*`) }),
  }
  return kinds[Type]?.() ?? { Ref: name }
}

export class TemplateAccount {
  #attributes
  #resources
  #stopped = false
  received = []  // Events that went to the function.
  lines = []     // What the function has logged, as objects.

  constructor(template) {
    this.#resources = template.Resources
    this.#attributes = Object.fromEntries(Object.entries(template.Resources).map(([id, resource]) => [id, attributesOf(id, resource)]))
  }

  // The value with its references resolved.
  #resolved(value) {
    if (Array.isArray(value)) return value.map(element => this.#resolved(element))
    if (value === null || typeof value !== 'object') return value
    if (value.Ref) return this.#attributes[value.Ref]?.Ref ?? { 'AWS::Partition': 'aws', 'AWS::Region': region, 'AWS::AccountId': account }[value.Ref]
    if (value['Fn::GetAtt']) {
      const [id, name] = value['Fn::GetAtt']
      const found = this.#attributes[id][name]
      assert.ok(found, `Fn::GetAtt ${id} ${name}`)
      return found
    }
    if (value['Fn::Join']) return value['Fn::Join'][1].map(part => this.#resolved(part)).join(value['Fn::Join'][0])
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, this.#resolved(member)]))
  }

  // Properties of the resources of a type, each with the name that `Ref` gives.
  all(type) {
    return Object.entries(this.#resources).filter(([, { Type }]) => Type === type)
      .map(([id, { Properties }]) => ({ id, ...this.#attributes[id], ...this.#resolved(Properties) }))
  }
  the(type, id = '') {
    return this.all(type).find(resource => resource.id.startsWith(id))
  }

  // Creates all that the sandbox has operations for, in place of its own stack, whose event rules are taken away.
  async create(sandbox, t) {
    this.environment = await sandbox.environment()
    Object.assign(process.env, this.environment)
    const clients = { CloudWatchLogs, EventBridge, IAM, S3, SQS }
    for (const [name, Client] of Object.entries(clients)) {
      this[name] = new Client({ maxAttempts: 1 })
      t.after(() => this[name].destroy())
    }
    await this.#takeAwayTheSandboxsOwn()
    await this.#createBucket(this.the('AWS::S3::Bucket'))
    await this.#createQueues()
    await this.#createRole()
    for (const { Ref: logGroupName, RetentionInDays: retentionInDays } of this.all('AWS::Logs::LogGroup')) {
      await this.CloudWatchLogs.createLogGroup({ logGroupName })
      await this.CloudWatchLogs.putRetentionPolicy({ logGroupName, retentionInDays })
    }
    for (const rule of this.all('AWS::Events::Rule')) {
      await this.EventBridge.putRule({
        Name: rule.Ref, Description: rule.Description, EventPattern: rule.EventPattern && JSON.stringify(rule.EventPattern),
        ScheduleExpression: rule.ScheduleExpression, State: rule.State,
      })
      const { FailedEntryCount } = await this.EventBridge.putTargets({ Rule: rule.Ref, Targets: rule.Targets })
      assert.equal(FailedEntryCount, 0)
    }
  }

  async #takeAwayTheSandboxsOwn() {
    const { Rules } = await this.EventBridge.listRules({})
    for (const { Name: Rule } of Rules) {
      const { Targets } = await this.EventBridge.listTargetsByRule({ Rule })
      await this.EventBridge.removeTargets({ Rule, Ids: Targets.map(({ Id }) => Id) })
      await this.EventBridge.deleteRule({ Name: Rule })
    }
  }

  async #createBucket(bucket) {
    const Bucket = bucket.Ref
    await this.S3.createBucket({ Bucket })
    await this.S3.putBucketVersioning({ Bucket, VersioningConfiguration: bucket.VersioningConfiguration })
    await this.S3.putPublicAccessBlock({ Bucket, PublicAccessBlockConfiguration: bucket.PublicAccessBlockConfiguration })
    await this.S3.putBucketEncryption({
      Bucket,
      ServerSideEncryptionConfiguration: {
        Rules: bucket.BucketEncryption.ServerSideEncryptionConfiguration.map(({ ServerSideEncryptionByDefault }) =>
          ({ ApplyServerSideEncryptionByDefault: ServerSideEncryptionByDefault })),
      },
    })
    await this.S3.putBucketPolicy({ Bucket, Policy: JSON.stringify(this.the('AWS::S3::BucketPolicy').PolicyDocument) })
    assert.deepEqual(bucket.NotificationConfiguration, { EventBridgeConfiguration: { EventBridgeEnabled: true } })
    await this.S3.putBucketNotificationConfiguration({ Bucket, NotificationConfiguration: { EventBridgeConfiguration: {} } })
  }

  async #createQueues() {
    // One that others redrive to must be there first.
    const queues = this.all('AWS::SQS::Queue').sort((a, b) => Boolean(a.RedrivePolicy) - Boolean(b.RedrivePolicy))
    for (const queue of queues) {
      const { Queues: [url], PolicyDocument } = this.all('AWS::SQS::QueuePolicy').find(({ Queues }) => Queues[0] === queue.Ref)
      assert.equal(url, queue.Ref)
      await this.SQS.createQueue({
        QueueName: queue.QueueName,
        Attributes: {
          ...(queue.VisibilityTimeout && { VisibilityTimeout: String(queue.VisibilityTimeout) }),
          MessageRetentionPeriod: String(queue.MessageRetentionPeriod),
          SqsManagedSseEnabled: String(queue.SqsManagedSseEnabled),
          ...(queue.RedrivePolicy && { RedrivePolicy: JSON.stringify(queue.RedrivePolicy) }),
          Policy: JSON.stringify(PolicyDocument),
        },
      })
    }
  }

  async #createRole() {
    const { Ref: RoleName, AssumeRolePolicyDocument } = this.the('AWS::IAM::Role')
    await this.IAM.createRole({ RoleName, AssumeRolePolicyDocument: JSON.stringify(AssumeRolePolicyDocument) })
    for (const { PolicyName, PolicyDocument } of this.all('AWS::IAM::Policy')) {
      await this.IAM.putRolePolicy({ RoleName, PolicyName, PolicyDocument: JSON.stringify(PolicyDocument) })
    }
  }

  // Starts the function from its folder, and feeds it until stop().
  async start(code) {
    const mapping = this.the('AWS::Lambda::EventSourceMapping')
    const described = this.the('AWS::Lambda::Function')
    assert.deepEqual([mapping.EventSourceArn, mapping.FunctionName], [this.the('AWS::SQS::Queue', 'Queue').Arn, described.Ref])
    const runtime = new RuntimeApi(described)
    const address = await runtime.listen()
    const child = spawn(join(code, described.Handler), {
      cwd: code,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        ...described.Environment.Variables,
        AWS_LAMBDA_RUNTIME_API: address, AWS_LAMBDA_FUNCTION_NAME: described.Ref, _HANDLER: described.Handler, LAMBDA_TASK_ROOT: code,
        AWS_REGION: region, AWS_DEFAULT_REGION: region,
        AWS_ACCESS_KEY_ID: this.environment.AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY: this.environment.AWS_SECRET_ACCESS_KEY,
        AWS_ENDPOINT_URL: this.environment.AWS_ENDPOINT_URL,
      },
    })
    createInterface({ input: child.stdout }).on('line', line => line.startsWith('{') && this.lines.push(JSON.parse(line)))
    const feeding = this.#feed(mapping, runtime)
    this.stop = async () => {
      this.stop = () => {}
      this.#stopped = true
      await feeding
      child.kill()
      await once(child, 'exit')
      runtime.close()
    }
  }
  stop = () => {}

  async #feed(mapping, runtime) {
    const { QueueUrl } = await this.SQS.getQueueUrl({ QueueName: mapping.EventSourceArn.split(':').at(-1) })
    while (!this.#stopped) {
      const { Messages = [] } = await this.SQS.receiveMessage({
        QueueUrl, MaxNumberOfMessages: mapping.BatchSize, WaitTimeSeconds: 1, MessageSystemAttributeNames: ['All'],
      })
      if (Messages.length === 0) continue
      this.received.push(...Messages.map(({ Body }) => (Body.startsWith('{') ? JSON.parse(Body) : {})))
      const answer = await runtime.invoke({
        Records: Messages.map(message => ({
          messageId: message.MessageId, receiptHandle: message.ReceiptHandle, body: message.Body, attributes: message.Attributes,
          messageAttributes: {}, md5OfBody: message.MD5OfBody, eventSource: 'aws:sqs', eventSourceARN: mapping.EventSourceArn, awsRegion: region,
        })),
      })
      assert.deepEqual(mapping.FunctionResponseTypes, ['ReportBatchItemFailures'])
      const failed = new Set((answer.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier))
      for (const { MessageId, ReceiptHandle } of Messages) {
        if (!failed.has(MessageId)) await this.SQS.deleteMessage({ QueueUrl, ReceiptHandle })
      }
    }
  }
}

// The Lambda Runtime API (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html) for one process.
class RuntimeApi {
  #described
  #server
  #asked = withResolvers()
  #answered

  constructor(described) {
    this.#described = described
  }

  async listen() {
    this.#server = createServer((request, response) => this.#handle(request, response)).listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    return `127.0.0.1:${this.#server.address().port}`
  }
  close() {
    this.#server.close()
    this.#server.closeAllConnections()
  }

  // Gives the event to the process when it asks for one, and its answer back.
  async invoke(event) {
    const next = await this.#asked.promise
    this.#asked = withResolvers()
    this.#answered = withResolvers()
    next.writeHead(200, {
      'content-type': 'application/json',
      'Lambda-Runtime-Aws-Request-Id': randomUUID(),
      'Lambda-Runtime-Deadline-Ms': String(Date.now() + this.#described.Timeout * 1000),
      'Lambda-Runtime-Invoked-Function-Arn': this.#described.Arn,
    })
    next.end(JSON.stringify(event))
    return this.#answered.promise
  }

  async #handle(request, response) {
    if (request.url.endsWith('/runtime/invocation/next')) return this.#asked.resolve(response)
    let body = ''
    for await (const piece of request) body += piece
    response.writeHead(202).end()
    if (request.url.endsWith('/response')) this.#answered.resolve(JSON.parse(body || 'null') ?? {})
    else this.#answered.reject(new Error(`${request.url}: ${body}`))
  }
}

function withResolvers() {
  const made = {}
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }))
  return made
}
