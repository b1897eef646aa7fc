// SPDX-License-Identifier: Apache-2.0
// The walkthrough by the newest clients of the AWS SDK for JavaScript.

import assert from 'node:assert/strict'
import test from 'node:test'
import { Sandbox, eventually } from './sandbox.mjs'
import { SdkClient } from './sdk_client.mjs'
import { tell } from './walkthrough.mjs'

test('the walkthrough, by the AWS SDK for JavaScript', async t => {
  const sandbox = await Sandbox.start(t, '--operation-time', '2s', '--retry-after', '1s')
  try {
    await tell(t, await SdkClient.make(t, sandbox))
  } finally {
    t.diagnostic(`the sandbox's timeline\n${sandbox.timeline}`)
  }
})

test('the SDK’s clients find what the stack has', async t => {
  const client = await SdkClient.make(t, await Sandbox.start(t))
  await t.test('event rules', async () => {
    const { Rules } = await client.EventBridge.listRules({})
    assert.ok(Rules.some(rule => JSON.parse(rule.EventPattern).source.includes('aws.ecr')))
  })
  await t.test('queues, with a dead-letter queue', async () => {
    const { QueueUrl } = await client.SQS.getQueueUrl({ QueueName: 'caretaker' })
    const { Attributes } = await client.SQS.getQueueAttributes({ QueueUrl, AttributeNames: ['All'] })
    assert.match(JSON.parse(Attributes.RedrivePolicy).deadLetterTargetArn, /:caretaker-dead-letters$/)
  })
  await t.test('objects, listed and conditional', async () => {
    const { Contents } = await client.S3.listObjectsV2({ Bucket: 'caretaker' })
    assert.ok(Contents.some(object => object.Key === 'rules.json'))
    await assert.rejects(client.S3.putObject({ Bucket: 'caretaker', Key: 'rules.json', Body: '[]', IfNoneMatch: '*' }),
      { name: 'PreconditionFailed' })
  })
  await t.test('errors, by their names', async () => {
    await assert.rejects(client.AppRunner.describeService({
      ServiceArn: 'arn:aws:apprunner:us-east-1:123456789012:service/none/00000000000000000000000000000000',
    }), { name: 'ResourceNotFoundException' })
    await assert.rejects(client.ECR.describeImages({ repositoryName: 'none' }), { name: 'RepositoryNotFoundException' })
    await assert.rejects(client.SQS.getQueueUrl({ QueueName: 'none' }), { name: 'QueueDoesNotExist' })
  })
  await t.test('messages, sent and received', async () => {
    const { QueueUrl } = await client.SQS.createQueue({ QueueName: 'story' })
    const waiting = client.SQS.receiveMessage({ QueueUrl, WaitTimeSeconds: 10 })
    await client.SQS.sendMessage({ QueueUrl, MessageBody: 'hello' })
    const { Messages: [message] } = await waiting
    assert.equal(message.Body, 'hello')
    await client.SQS.deleteMessage({ QueueUrl, ReceiptHandle: message.ReceiptHandle })
    await eventually('an empty queue', async () => await client.messages('story') === 0)
  })
})
