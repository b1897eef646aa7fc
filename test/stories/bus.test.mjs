// SPDX-License-Identifier: Apache-2.0
// Event rules, move tasks, logs, the function and roles, as a person uses them with the AWS CLI and a program with the SDK.

import assert from 'node:assert/strict'
import test from 'node:test'
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs'
import { EventBridge } from '@aws-sdk/client-eventbridge'
import { IAM } from '@aws-sdk/client-iam'
import { Lambda } from '@aws-sdk/client-lambda'
import { SQS } from '@aws-sdk/client-sqs'
import { CliClient } from './cli_client.mjs'
import { Sandbox, eventually } from './sandbox.mjs'

const arn = (service, resource) => `arn:aws:${service}:us-east-1:123456789012:${resource}`

async function clients(t, sandbox) {
  Object.assign(process.env, await sandbox.environment())
  const made = Object.fromEntries(Object.entries({ CloudWatchLogs, EventBridge, IAM, Lambda, SQS })
    .map(([name, Service]) => [name, new Service({ maxAttempts: 1 })]))
  t.after(() => Object.values(made).forEach(client => client.destroy()))
  return made
}

async function receiveOne(sqs, QueueUrl) {
  const { Messages } = await sqs.receiveMessage({ QueueUrl, WaitTimeSeconds: 10, MessageAttributeNames: ['All'] })
  assert.equal(Messages?.length, 1)
  await sqs.deleteMessage({ QueueUrl, ReceiptHandle: Messages[0].ReceiptHandle })
  return Messages[0]
}

async function routesEvents(t, { EventBridge: events, SQS: sqs }) {
  const { QueueUrl } = await sqs.createQueue({ QueueName: 'routed' })
  const { QueueUrl: deadUrl } = await sqs.createQueue({ QueueName: 'buried' })
  await t.test('a rule with a target sends what matches to the queue', async () => {
    const { RuleArn } = await events.putRule({
      Name: 'orders', EventPattern: JSON.stringify({ source: [{ prefix: 'shop.' }], detail: { total: [{ numeric: ['>', 10] }] } }),
    })
    assert.equal(RuleArn, arn('events', 'rule/orders'))
    const { FailedEntryCount } = await events.putTargets({
      Rule: 'orders', Targets: [{ Id: 'q', Arn: arn('sqs', 'routed'), DeadLetterConfig: { Arn: arn('sqs', 'buried') } }],
    })
    assert.equal(FailedEntryCount, 0)
    const { Entries } = await events.putEvents({
      Entries: [10, 11].map(total => ({
        Source: 'shop.web', DetailType: 'order', Detail: JSON.stringify({ total }), Time: new Date('2026-01-02T03:04:05Z'),
      })),
    })
    const event = JSON.parse((await receiveOne(sqs, QueueUrl)).Body)
    assert.deepEqual([event.id, event.time, event.detail], [Entries[1].EventId, '2026-01-02T03:04:05Z', { total: 11 }])
  })
  await t.test('what the queue can’t take any more goes to the dead letters, with the reason', async () => {
    await sqs.deleteQueue({ QueueUrl })
    await events.putEvents({ Entries: [{ Source: 'shop.web', DetailType: 'order', Detail: '{"total":12}' }] })
    const { Body, MessageAttributes } = await receiveOne(sqs, deadUrl)
    assert.equal(JSON.parse(Body).detail.total, 12)
    assert.equal(MessageAttributes.ERROR_CODE.StringValue, 'NO_RESOURCE')
    assert.equal(MessageAttributes.RULE_ARN.StringValue, arn('events', 'rule/orders'))
  })
  await t.test('bad patterns and rules with targets are refused by their names', async () => {
    await assert.rejects(events.putRule({ Name: 'bad', EventPattern: '{"a":[{"starts":"b"}]}' }), { name: 'InvalidEventPatternException' })
    await assert.rejects(events.deleteRule({ Name: 'orders' }), { name: 'ValidationException' })
  })
}

async function movesMessages(t, { SQS: sqs }) {
  await t.test('a move task brings dead letters back', async () => {
    const { QueueUrl: deadUrl } = await sqs.createQueue({ QueueName: 'dead' })
    const { QueueUrl } = await sqs.createQueue({
      QueueName: 'live',
      Attributes: { VisibilityTimeout: '0', RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arn('sqs', 'dead'), maxReceiveCount: 1 }) },
    })
    await sqs.sendMessage({ QueueUrl, MessageBody: 'again' })
    for (let i = 0; i < 2; ++i) await sqs.receiveMessage({ QueueUrl })
    const { TaskHandle } = await sqs.startMessageMoveTask({ SourceArn: arn('sqs', 'dead') })
    assert.ok(TaskHandle)
    const task = await eventually('the task ends', async () => {
      const { Results: [last] } = await sqs.listMessageMoveTasks({ SourceArn: arn('sqs', 'dead') })
      return last.Status !== 'RUNNING' && last
    })
    assert.deepEqual([task.Status, task.ApproximateNumberOfMessagesMoved], ['COMPLETED', 1])
    assert.equal((await receiveOne(sqs, QueueUrl)).Body, 'again')
    await assert.rejects(sqs.cancelMessageMoveTask({ TaskHandle }), { name: 'UnsupportedOperation' })
    await assert.rejects(sqs.startMessageMoveTask({ SourceArn: arn('sqs', 'live') }), { name: 'InvalidParameterValue' })
    await sqs.deleteQueue({ QueueUrl: deadUrl })
  })
}

async function filtersLogs(t, { CloudWatchLogs: logs }) {
  await t.test('log events are found by terms and by what their JSON says', async () => {
    await logs.createLogGroup({ logGroupName: '/story' })
    await logs.createLogStream({ logGroupName: '/story', logStreamName: 's' })
    const timestamp = Date.now()
    await logs.putLogEvents({
      logGroupName: '/story', logStreamName: 's',
      logEvents: ['plain error', '{"level":"error","took":120}', '{"level":"info","took":7}'].map(message => ({ timestamp, message })),
    })
    const find = async filterPattern =>
      (await logs.filterLogEvents({ logGroupName: '/story', filterPattern })).events.map(event => event.message)
    assert.deepEqual(await find('error -took'), ['plain error'])
    assert.deepEqual(await find('{ $.level = "error" && $.took > 100 }'), ['{"level":"error","took":120}'])
    await assert.rejects(find('[a, b]'), { name: 'InvalidParameterException' })
    await logs.putRetentionPolicy({ logGroupName: '/story', retentionInDays: 7 })
    const { logGroups: [group] } = await logs.describeLogGroups({ logGroupNamePrefix: '/story' })
    assert.equal(group.retentionInDays, 7)
  })
}

async function showsTheFunction(t, { Lambda: lambda, IAM: iam }) {
  await t.test('the function and its event source mapping', async () => {
    const { Configuration } = await lambda.getFunction({ FunctionName: 'caretaker' })
    assert.deepEqual([Configuration.Runtime, Configuration.State], ['provided.al2023', 'Active'])
    const { EventSourceMappings: [mapping] } = await lambda.listEventSourceMappings({ FunctionName: Configuration.FunctionArn })
    assert.deepEqual([mapping.EventSourceArn, mapping.FunctionResponseTypes], [arn('sqs', 'caretaker'), ['ReportBatchItemFailures']])
    await assert.rejects(lambda.getFunction({ FunctionName: 'none' }), { name: 'ResourceNotFoundException' })
  })
  await t.test('roles and their policies', async () => {
    const trust = '{"Version":"2012-10-17","Statement":[]}'
    const { Role } = await iam.createRole({ RoleName: 'R', AssumeRolePolicyDocument: trust, Tags: [{ Key: 'a', Value: 'b' }] })
    assert.equal(Role.Arn, 'arn:aws:iam::123456789012:role/R')
    await iam.putRolePolicy({ RoleName: 'R', PolicyName: 'P', PolicyDocument: trust })
    const { PolicyDocument } = await iam.getRolePolicy({ RoleName: 'R', PolicyName: 'P' })
    assert.equal(decodeURIComponent(PolicyDocument), trust)
    assert.deepEqual((await iam.getRole({ RoleName: 'R' })).Role.Tags, [{ Key: 'a', Value: 'b' }])
    assert.deepEqual((await iam.listRoles({})).Roles.map(role => role.RoleName), ['R'])
    await assert.rejects(iam.deleteRole({ RoleName: 'R' }), error => error.name.startsWith('DeleteConflict'))
    await iam.deleteRolePolicy({ RoleName: 'R', PolicyName: 'P' })
    await iam.deleteRole({ RoleName: 'R' })
    await assert.rejects(iam.getRole({ RoleName: 'R' }), error => error.name.startsWith('NoSuchEntity'))
  })
}

test('the SDK routes events, moves messages, filters logs and looks at the function', async t => {
  const made = await clients(t, await Sandbox.start(t))
  for (const chapter of [routesEvents, movesMessages, filtersLogs, showsTheFunction]) await chapter(t, made)
})

test('the AWS CLI does as well', async t => {
  const client = await CliClient.make(t, await Sandbox.start(t))
  await t.test('put-rule, put-targets, put-events, and the message is there', async () => {
    const QueueUrl = (await client.aws('sqs', 'create-queue', '--queue-name', 'routed')).QueueUrl
    await client.aws('events', 'put-rule', '--name', 'mine', '--event-pattern', '{"source":["mine"]}')
    const put = await client.aws('events', 'put-targets', '--rule', 'mine', '--targets', `Id=q,Arn=${arn('sqs', 'routed')}`)
    assert.equal(put.FailedEntryCount, 0)
    await client.aws('events', 'put-events', '--entries', '[{"Source":"mine","DetailType":"d","Detail":"{}"}]')
    const { Messages } = await client.aws('sqs', 'receive-message', '--queue-url', QueueUrl)
    assert.equal(JSON.parse(Messages[0].Body).source, 'mine')
  })
  await t.test('filter-log-events finds what put-log-events wrote', async () => {
    await client.aws('logs', 'create-log-group', '--log-group-name', '/cli')
    await client.aws('logs', 'create-log-stream', '--log-group-name', '/cli', '--log-stream-name', 's')
    await client.aws('logs', 'put-log-events', '--log-group-name', '/cli', '--log-stream-name', 's',
      '--log-events', `timestamp=${Date.now()},message=hello`, `timestamp=${Date.now() + 1000},message=world`)
    const { events } = await client.aws('logs', 'filter-log-events', '--log-group-name', '/cli', '--filter-pattern', 'world')
    assert.deepEqual(events.map(event => event.message), ['world'])
  })
  await t.test('get-function and list-event-source-mappings', async () => {
    const { Configuration } = await client.aws('lambda', 'get-function', '--function-name', 'caretaker')
    assert.equal(Configuration.FunctionArn, arn('lambda', 'function:caretaker'))
    const { EventSourceMappings } = await client.aws('lambda', 'list-event-source-mappings', '--function-name', 'caretaker')
    assert.equal(EventSourceMappings[0].BatchSize, 10)
    await assert.rejects(client.aws('lambda', 'get-function', '--function-name', 'none'), /ResourceNotFoundException/)
  })
})
