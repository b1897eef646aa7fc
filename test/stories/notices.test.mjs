// SPDX-License-Identifier: Apache-2.0
// Who listens on the event bus hears of every change and refusal, in the form that docs/notice.schema.json describes.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import Ajv from 'ajv'
import { Sandbox, eventually } from './sandbox.mjs'
import { SdkClient } from './sdk_client.mjs'
import { manifest } from './walkthrough.mjs'

const schema = JSON.parse(readFileSync(new URL('../../docs/notice.schema.json', import.meta.url)))
const validate = new Ajv({ strict: true, strictRequired: false }).compile(schema)
const image = tag => `123456789012.dkr.ecr.us-east-1.amazonaws.com/shop:${tag}`

class Listener {
  // Every notice that came so far.
  heard = []

  constructor(sqs, url) {
    Object.assign(this, { sqs, url })
  }

  async next(kind) {
    return eventually(`a notice of kind ${kind}`, async () => {
      const { Messages = [] } = await this.sqs.receiveMessage({ QueueUrl: this.url, MaxNumberOfMessages: 10 })
      for (const { Body, ReceiptHandle } of Messages) {
        this.heard.push(JSON.parse(Body))
        await this.sqs.deleteMessage({ QueueUrl: this.url, ReceiptHandle })
      }
      const at = this.heard.findIndex(event => event.detail.kind === kind && !event.taken)
      if (at < 0) return undefined
      this.heard[at].taken = true
      return this.heard[at].detail
    })
  }
}

test('the bus is told of every change and refusal', async t => {
  const sandbox = await Sandbox.start(t, '--operation-time', '1s', '--retry-after', '1s')
  const client = await SdkClient.make(t, sandbox)
  const { QueueUrl } = await client.SQS.createQueue({ QueueName: 'notices' })
  await client.EventBridge.putRule({ Name: 'notices', EventPattern: JSON.stringify({ source: ['caretaker'] }) })
  await client.EventBridge.putTargets({
    Rule: 'notices',
    Targets: [{ Id: 'queue', Arn: 'arn:aws:sqs:us-east-1:123456789012:notices' }],
  })
  const listener = new Listener(client.SQS, QueueUrl)
  const push = tag => client.putImage('shop', tag, manifest(tag))
  const control = (path, body, method = 'POST') =>
    fetch(`${sandbox.url}/_sandbox/${path}`, { method, body: body && JSON.stringify(body) })

  await client.createRepository('shop')
  await push('1.2.3')
  const arn = await client.createService({
    ServiceName: 'shop',
    SourceConfiguration: {
      AuthenticationConfiguration: { AccessRoleArn: 'arn:aws:iam::123456789012:role/access' },
      ImageRepository: { ImageIdentifier: image('1.2.3'), ImageConfiguration: { Port: '8000' }, ImageRepositoryType: 'ECR' },
    },
  })
  const runs = tag =>
    eventually(`${tag} runs`, async () => {
      const now = await client.service(arn)
      return now.Status === 'RUNNING' && now.SourceConfiguration.ImageRepository.ImageIdentifier === image(tag) && now
    })
  await runs('1.2.3')
  await client.putRules([{ repository: 'shop', semVersion: '^1.2', serviceArn: arn }])

  await t.test('a deployment begins and succeeds', async () => {
    await push('1.2.4')
    const started = await listener.next('started')
    assert.equal(started.tag, '1.2.4')
    const succeeded = await listener.next('succeeded')
    assert.equal(succeeded.outcome, 'SUCCEEDED')
    assert.equal(succeeded.operation, started.operation)
  })

  await t.test('a deployment fails', async () => {
    await control('deployments', { tag: '1.2.5', outcome: 'rollback' })
    await push('1.2.5')
    await listener.next('started')
    const failed = await listener.next('failed')
    assert.deepEqual([failed.tag, failed.outcome], ['1.2.5', 'ROLLBACK_SUCCEEDED'])
    await runs('1.2.4')
  })

  await t.test('a person moves the service back', async () => {
    const { SourceConfiguration } = await client.service(arn)
    SourceConfiguration.ImageRepository.ImageIdentifier = image('1.2.3')
    await client.AppRunner.updateService({ ServiceArn: arn, SourceConfiguration })
    await runs('1.2.3')
    const held = await listener.next('held')
    assert.equal(held.tag, '1.2.3')
  })

  await t.test('an operator orders something', async () => {
    await sandbox.shell('caretaker skip shop 1.2.4')
    const ordered = await listener.next('ordered')
    assert.equal(ordered.tag, '1.2.4')
  })

  await t.test('a push is refused', async () => {
    await control('faults', { kind: 'error', operation: 'DescribeService', code: 'AccessDeniedException', message: 'no', times: 0 })
    await push('1.2.6')
    const refused = await listener.next('refused')
    assert.equal(refused.tag, '1.2.6')
    assert.match(refused.why, /AccessDeniedException/)
    await control('faults', undefined, 'DELETE')
    assert.equal(await client.messages('caretaker-dead-letters'), 0)
  })

  await t.test('and each has the form that is documented', () => {
    assert.ok(listener.heard.length >= 7, JSON.stringify(listener.heard))
    for (const event of listener.heard) {
      assert.equal(event.source, 'caretaker')
      assert.equal(event['detail-type'], 'Caretaker Notice')
      assert.deepEqual(event.resources, [arn])
      assert.ok(validate(event.detail), JSON.stringify([event.detail, validate.errors]))
    }
  })
})
