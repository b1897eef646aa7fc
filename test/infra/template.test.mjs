// SPDX-License-Identifier: Apache-2.0
// What the CDK app makes of `caretaker stack --json`: settings, permissions, safety, and what it refuses.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { architecture, caretaker, cdk, describe, infra, read, rules, synthesize, temporaryFolder } from './synthesis.mjs'

const ofType = (template, type) => Object.entries(template.Resources).filter(([, resource]) => resource.Type === type)
const only = (template, type, name = '') => {
  const found = ofType(template, type).filter(([id]) => id.startsWith(name))
  assert.equal(found.length, 1, `${type} ${name}: ${found.map(([id]) => id)}`)
  return { id: found[0][0], ...found[0][1] }
}
const arn = id => ({ 'Fn::GetAtt': [id, 'Arn'] })
const statementsOf = template =>
  [...ofType(template, 'AWS::IAM::Policy'), ...ofType(template, 'AWS::IAM::ManagedPolicy')]
    .flatMap(([, policy]) => policy.Properties.PolicyDocument.Statement)

// Ids of the template for the names that the description uses.
function names(template) {
  const [queue, deadLetters, bucket] = [
    only(template, 'AWS::SQS::Queue', 'Queue').id, only(template, 'AWS::SQS::Queue', 'DeadLetter').id, only(template, 'AWS::S3::Bucket').id,
  ]
  return { QueueArn: arn(queue), DeadLetterQueueArn: arn(deadLetters), BucketArn: arn(bucket), BucketName: { Ref: bucket }, RulesKey: 'rules.json' }
}
// A text of the description as the template has it: Fn::Join of texts and references.
function filled(text, known) {
  const parts = text.split(/(\$\{\w+\})/).filter(Boolean).map(part => (part.startsWith('${') ? known[part.slice(2, -1)] : part))
  const joined = []
  for (const part of parts) {
    assert.notEqual(part, undefined, text)
    if (typeof part === 'string' && typeof joined.at(-1) === 'string') joined.push(joined.pop() + part)
    else joined.push(part)
  }
  return joined.length === 1 ? joined[0] : { 'Fn::Join': ['', joined] }
}
const several = list => (list.length === 1 ? list[0] : list)

const claims = [
  ['the queue has the described settings and redrives to the dead letters', ({ template, wanted }) => {
    const { Properties } = only(template, 'AWS::SQS::Queue', 'Queue')
    const { queue } = wanted.settings
    assert.equal(Properties.VisibilityTimeout, queue.visibilityTimeoutSeconds)
    assert.equal(Properties.MessageRetentionPeriod, queue.retentionSeconds)
    assert.deepEqual(Properties.RedrivePolicy, {
      deadLetterTargetArn: names(template).DeadLetterQueueArn, maxReceiveCount: queue.maxReceiveCount,
    })
    assert.equal(only(template, 'AWS::SQS::Queue', 'DeadLetter').Properties.MessageRetentionPeriod, wanted.settings.deadLetterQueue.retentionSeconds)
  }],
  ['both queues are encrypted, and only this stack’s event rules may send to them', ({ template }) => {
    const eventRules = ofType(template, 'AWS::Events::Rule').map(([id]) => arn(id))
    for (const [id, { Properties }] of ofType(template, 'AWS::SQS::Queue')) {
      assert.equal(Properties.SqsManagedSseEnabled, true)
      const [, policy] = ofType(template, 'AWS::SQS::QueuePolicy').find(([, { Properties: { Queues } }]) => Queues[0].Ref === id)
      const { Statement } = policy.Properties.PolicyDocument
      const [deny, allow] = Statement
      assert.equal(Statement.length, 2)
      assert.deepEqual([deny.Effect, deny.Principal, deny.Action, deny.Condition],
        ['Deny', { AWS: '*' }, 'sqs:*', { Bool: { 'aws:SecureTransport': 'false' } }])
      assert.deepEqual([allow.Effect, allow.Principal, allow.Action, allow.Resource],
        ['Allow', { Service: 'events.amazonaws.com' }, 'sqs:SendMessage', arn(id)])
      assert.deepEqual(allow.Condition, { ArnEquals: { 'aws:SourceArn': eventRules } })
    }
  }],
  ['the mapping has the described settings', ({ template, wanted }) => {
    const { Properties } = only(template, 'AWS::Lambda::EventSourceMapping')
    const { mapping } = wanted.settings
    assert.deepEqual(Properties, {
      EventSourceArn: names(template).QueueArn,
      FunctionName: { Ref: only(template, 'AWS::Lambda::Function').id },
      BatchSize: mapping.batchSize,
      MaximumBatchingWindowInSeconds: mapping.maximumBatchingWindowSeconds,
      ScalingConfig: { MaximumConcurrency: mapping.maximumConcurrency },
      FunctionResponseTypes: mapping.functionResponseTypes,
    })
  }],
  ['the mapping waits for the role’s policy', ({ template }) => {
    const { DependsOn } = only(template, 'AWS::Lambda::EventSourceMapping')
    assert.deepEqual(DependsOn, [only(template, 'AWS::IAM::Policy').id, only(template, 'AWS::IAM::Role').id])
  }],
  ['the function has the described settings, and a log of its own', ({ template, wanted }) => {
    const { Properties } = only(template, 'AWS::Lambda::Function')
    const { CARETAKER_NOTICE_BUS: bus, ...environment } = wanted.settings.function.environment
    assert.ok(bus)
    const known = { ...names(template), QueueName: { 'Fn::GetAtt': [only(template, 'AWS::SQS::Queue', 'Queue').id, 'QueueName'] } }
    assert.deepEqual(Properties.Environment.Variables,
      Object.fromEntries(Object.entries(environment).map(([name, text]) => [name, filled(text, known)])))
    assert.deepEqual([Properties.Runtime, Properties.Handler, Properties.Timeout, Properties.MemorySize, Properties.Architectures],
      ['provided.al2023', 'bootstrap', wanted.settings.function.timeoutSeconds, wanted.settings.function.memoryMegabytes, [architecture]])
    const log = only(template, 'AWS::Logs::LogGroup')
    assert.deepEqual(Properties.LoggingConfig, { LogGroup: { Ref: log.id } })
    assert.equal(log.Properties.RetentionInDays, 90)
  }],
  ['the role may do what is described, and write its log', ({ template, wanted }) => {
    const role = only(template, 'AWS::IAM::Role')
    assert.equal(role.Properties.ManagedPolicyArns, undefined)
    const known = { ...names(template) }
    const described = wanted.statements.filter(statement => !JSON.stringify(statement).includes('${NoticeBus')).map(statement => ({
      ...statement,
      Action: several(statement.Action),
      Resource: several(statement.Resource.map(text => filled(text, known))),
      ...(statement.Condition && { Condition: JSON.parse(JSON.stringify(statement.Condition).replaceAll('${RulesKey}', known.RulesKey)) }),
    }))
    const log = { Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: arn(only(template, 'AWS::Logs::LogGroup').id) }
    const bySid = list => Object.fromEntries(list.map(statement => [statement.Sid ?? 'log', statement]))
    assert.deepEqual(bySid(statementsOf(template)), bySid([...described, log]))
  }],
  ['the event rules have the described patterns, and dead letters', ({ template, wanted }) => {
    const { QueueArn, DeadLetterQueueArn, BucketName } = names(template)
    for (const { id, pattern, description } of wanted.eventRules) {
      const { Properties } = only(template, 'AWS::Events::Rule', id)
      const text = JSON.stringify(Properties.EventPattern).replaceAll(JSON.stringify(BucketName), '"${BucketName}"')
      assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(pattern).replaceAll('${RulesKey}', 'rules.json')))
      assert.equal(Properties.Description, description)
    }
    const all = ofType(template, 'AWS::Events::Rule')
    assert.equal(all.length, wanted.eventRules.length + 1)
    for (const [, { Properties }] of all) {
      assert.deepEqual(Properties.Targets, [{ Id: 'Queue', Arn: QueueArn, DeadLetterConfig: { Arn: DeadLetterQueueArn } }])
    }
  }],
  ['the schedule has the described rate', ({ template, wanted }) => {
    assert.equal(only(template, 'AWS::Events::Rule', 'Sweep').Properties.ScheduleExpression, `rate(${wanted.settings.schedule.rateMinutes} minutes)`)
  }],
  ['the bucket is private, versioned, encrypted, tells EventBridge, and stays', ({ template }) => {
    const bucket = only(template, 'AWS::S3::Bucket')
    assert.deepEqual([bucket.DeletionPolicy, bucket.UpdateReplacePolicy], ['Retain', 'Retain'])
    assert.deepEqual(bucket.Properties, {
      BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] },
      LifecycleConfiguration: {
        Rules: [{ Id: 'OldRecords', Prefix: 'records/', Status: 'Enabled', NoncurrentVersionExpiration: { NoncurrentDays: 30 } }],
      },
      NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
      VersioningConfiguration: { Status: 'Enabled' },
    })
    const { Statement } = only(template, 'AWS::S3::BucketPolicy').Properties.PolicyDocument
    assert.ok(Statement.every(({ Effect }) => Effect === 'Deny'))
    assert.ok(Statement.some(({ Condition }) => Condition.Bool?.['aws:SecureTransport'] === 'false'))
  }],
  ['each described alarm is there', ({ template, wanted }) => {
    const known = {
      DeadLetterQueueName: { 'Fn::GetAtt': [only(template, 'AWS::SQS::Queue', 'DeadLetter').id, 'QueueName'] },
      FunctionName: { Ref: only(template, 'AWS::Lambda::Function').id },
    }
    assert.equal(ofType(template, 'AWS::CloudWatch::Alarm').length, wanted.settings.alarms.length)
    assert.ok(wanted.settings.alarms.length > 0)
    for (const alarm of wanted.settings.alarms) {
      assert.deepEqual(only(template, 'AWS::CloudWatch::Alarm', `Alarm${alarm.id}`).Properties, {
        AlarmDescription: alarm.description,
        ComparisonOperator: alarm.comparison,
        Dimensions: Object.entries(alarm.metric.dimensions).map(([Name, text]) => ({ Name, Value: filled(text, known) })),
        EvaluationPeriods: alarm.evaluationPeriods,
        MetricName: alarm.metric.name,
        Namespace: alarm.metric.namespace,
        Period: alarm.periodSeconds,
        Statistic: alarm.statistic,
        Threshold: alarm.threshold,
        TreatMissingData: alarm.missingData,
      })
    }
  }],
  ['docs/operate.md explains each alarm', ({ wanted }) => {
    const section = readFileSync(join(infra, '../docs/operate.md'), 'utf8').split('## When an alarm rings')[1].split('\n## ')[0]
    assert.deepEqual([...section.matchAll(/^\| ([A-Z]\w+) \|/gm)].map(([, name]) => name), wanted.settings.alarms.map(({ id }) => id))
  }],
  ['nothing else runs: one function, no custom resource', ({ template }) => {
    assert.equal(ofType(template, 'AWS::Lambda::Function').length, 1)
    for (const [id, { Type }] of Object.entries(template.Resources)) assert.match(Type, /^AWS::/, id)
  }],
  ['names are CloudFormation’s', ({ template }) => {
    const named = /^(BucketName|QueueName|FunctionName|RoleName|LogGroupName|AlarmName|DashboardName|TopicName|Name)$/
    for (const [id, { Type, Properties }] of Object.entries(template.Resources)) {
      if (Type === 'AWS::Lambda::EventSourceMapping') continue  // Its FunctionName is a reference.
      assert.deepEqual(Object.keys(Properties).filter(name => named.test(name)), [], id)
    }
  }],
  ['the outputs name what commands need', ({ template }) => {
    assert.deepEqual(Object.keys(template.Outputs).sort(), [
      'BucketName', 'DashboardName', 'DeadLetterQueueName', 'FunctionName', 'LogGroupName', 'QueueName', 'RulesKey', 'RulesSha256',
    ])
  }],
  ['the archive holds the executable and the description, as they are', ({ code, wantedFile }) => {
    assert.deepEqual(readdirSync(code).sort(), ['bootstrap', 'stack.json'])
    assert.ok(readFileSync(join(code, 'bootstrap')).equals(readFileSync(caretaker)))
    assert.equal(statSync(join(code, 'bootstrap')).mode & 0o777, 0o755)
    assert.ok(readFileSync(join(code, 'stack.json')).equals(readFileSync(wantedFile)))
  }],
  ['the dashboard shows what the function counts', ({ template }) => {
    const { DashboardBody } = only(template, 'AWS::CloudWatch::Dashboard').Properties
    const caretaker = only(template, 'AWS::Lambda::Function').id
    const body = JSON.stringify(DashboardBody).replaceAll(`",{"Ref":"${caretaker}"},"`, '${FunctionName}')
    const source = readFileSync(join(infra, '../src/report/notice.cc'), 'utf8')
    const counted = [...source.matchAll(/case Notice::Kind::\w+: return "(\w+)"/g)].map(([, name]) => name).filter(name => /^[A-Z]/.test(name))
    assert.ok(counted.length >= 7)
    const shown = [...body.matchAll(/\\"Caretaker\\",\\"(\w+)\\",\\"FunctionName\\",\\"\$\{FunctionName\}\\"/g)].map(([, name]) => name)
    assert.deepEqual(shown.sort(), [...counted, 'LooksFailed', 'RulesBroken'].sort())
  }],
]

test('the stack of one rule', async t => {
  const made = await synthesize(temporaryFolder(t), rules('shop'))
  for (const [claim, holds] of claims) await t.test(claim, () => holds(made))
})

test('the app itself, offline, with an address and a notice bus', async t => {
  const folder = temporaryFolder(t)
  const wanted = describe(folder, rules('shop'))
  const context = JSON.stringify({ wanted, executable: caretaker, arch: architecture, notify: 'ops@example.com', noticeBus: 'default' })
  const app = [process.execPath, join(infra, 'build/app.js')]
  const synthesizeInto = name => {
    const env = { PATH: process.env.PATH, HOME: folder, CDK_OUTDIR: join(folder, name), CDK_CONTEXT_JSON: context }
    // Where the kernel lets us, without any network.
    const [command, ...args] = canUnshare() ? ['unshare', '--map-root-user', '--net', ...app] : app
    execFileSync(command, args, { env, stdio: ['ignore', 'ignore', 'inherit'] })
    return read(join(folder, name))
  }
  const { template, code } = synthesizeInto('first')
  await t.test('alarms go to the address, and nothing else does', () => {
    const topic = only(template, 'AWS::SNS::Topic')
    for (const [, { Properties }] of ofType(template, 'AWS::CloudWatch::Alarm')) assert.deepEqual(Properties.AlarmActions, [{ Ref: topic.id }])
    assert.deepEqual(only(template, 'AWS::SNS::Subscription').Properties, { Endpoint: 'ops@example.com', Protocol: 'email', TopicArn: { Ref: topic.id } })
    const { Statement } = only(template, 'AWS::SNS::TopicPolicy').Properties.PolicyDocument
    assert.deepEqual(Statement.filter(({ Effect }) => Effect === 'Allow').map(({ Principal, Action, Condition }) => [Principal, Action, Condition]),
      [[{ Service: 'cloudwatch.amazonaws.com' }, 'sns:Publish', { StringEquals: { 'aws:SourceAccount': '123456789012' } }]])
  })
  await t.test('the function tells the bus, and may', () => {
    const { CARETAKER_NOTICE_BUS: bus } = only(template, 'AWS::Lambda::Function').Properties.Environment.Variables
    assert.equal(bus, 'default')
    const tells = statementsOf(template).find(({ Sid }) => Sid === 'TellNotices')
    assert.deepEqual(tells.Resource, { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':events:us-east-1:123456789012:event-bus/default']] })
  })
  await t.test('a second time gives the same, byte by byte', () => {
    const again = synthesizeInto('second')
    assert.deepEqual(again.template, template)
    assert.equal(again.code.split('/').at(-1), code.split('/').at(-1))
  })
})

function canUnshare() {
  try {
    execFileSync('unshare', ['--map-root-user', '--net', 'true'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

// Three times as many as App Runner's quota of a region.
test('a hundred services are several policies and event rules, none too large', async t => {
  const services = Array.from({ length: 100 }, (_, i) => `team/service-${i}`)
  const described = services.map((name, i) => ({
    ...rules(`s${i}`)[0], repository: name,
    serviceArn: `arn:aws:apprunner:us-east-1:123456789012:service/service-${i}/${String(i).padStart(32, '0')}`,
  }))
  const { template, wanted } = await synthesize(temporaryFolder(t), described)
  const size = value => JSON.stringify(value).length
  for (const [id, { Properties }] of ofType(template, 'AWS::Events::Rule')) assert.ok(size(Properties.EventPattern ?? '') <= 2048, id)
  for (const [id, { Properties }] of ofType(template, 'AWS::IAM::Policy')) assert.ok(size(Properties.PolicyDocument) <= 10240, id)
  const further = ofType(template, 'AWS::IAM::ManagedPolicy')
  for (const [id, { Properties }] of further) assert.ok(size(Properties.PolicyDocument) <= 6144, `${id}: ${size(Properties.PolicyDocument)}`)
  assert.ok(further.length <= 10, `${further.length} managed policies, and a role may have 10`)
  for (const { serviceArn } of described) assert.ok(JSON.stringify(statementsOf(template)).includes(serviceArn), serviceArn)
  for (const [id, { Properties }] of ofType(template, 'AWS::SQS::QueuePolicy')) assert.ok(size(Properties) <= 8192, id)
  assert.ok(wanted.eventRules.length > 5 && further.length > 1)
})

const refusals = [
  { name: 'an executable for another processor', options: { architecture: architecture === 'arm64' ? 'x86_64' : 'arm64' },
    says: /caretaker: this is an executable for \w+, and the function is for \w+; name another/ },
  { name: 'what is no executable', options: { executable: join(infra, 'cdk.json') }, says: /cdk.json: this is no executable of Linux/ },
  { name: 'a name that the stack does not know', options: { change: wanted => wanted.statements[0].Resource.push('${KeyArn}') },
    says: /\$\{KeyArn\} in "\$\{KeyArn\}": this app has no such resource/ },
  // cdk-nag is at work.
  { name: 'a bucket that is open', options: { extend: stack => new cdk.aws_s3.Bucket(stack, 'Open', { removalPolicy: cdk.RemovalPolicy.RETAIN }) }, says: /./ },
]
test('refused', async t => {
  for (const { name, options, says } of refusals) {
    await t.test(name, () => assert.rejects(synthesize(temporaryFolder(t), rules('shop'), options), says))
  }
  await t.test('a description of another schema', async () => {
    const { readDescription } = await import(join(infra, 'build/description.js'))
    const folder = temporaryFolder(t)
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'wanted.json'), '{"schema":2}')
    assert.throws(() => readDescription(join(folder, 'wanted.json')), /wanted.json: its schema is 2, and this app knows 1; take the app and/)
  })
})
