// SPDX-License-Identifier: Apache-2.0
// The template's own event rules, queues, mapping and environment at work: a push goes through them to the deployment, and what
// does not concern Caretaker does not come.

import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { AppRunner } from '@aws-sdk/client-apprunner'
import { ECR } from '@aws-sdk/client-ecr'
import { Sandbox, eventually } from '../stories/sandbox.mjs'
import { manifest } from '../stories/walkthrough.mjs'
import { TemplateAccount } from './account.mjs'
import { account, region, rules, serviceArn, synthesize, temporaryFolder } from './synthesis.mjs'

const shop = serviceArn('shop')
const image = tag => `${account}.dkr.ecr.${region}.amazonaws.com/shop:${tag}`

async function begin(t) {
  const folder = temporaryFolder(t)
  const { template, code } = await synthesize(folder, rules('shop'))
  const seed = join(folder, 'seed.json')
  writeFileSync(seed, JSON.stringify({
    repositories: { shop: ['1.2.3'], other: ['1.0.0'] },
    services: [
      { arn: shop, image: 'shop:1.2.3', autoDeployments: false },
      { arn: serviceArn('other'), image: 'other:1.0.0', autoDeployments: false },
    ],
  }))
  const made = new TemplateAccount(template)
  t.after(() => made.stop())  // Before the sandbox ends.
  const sandbox = await Sandbox.start(t, '--seed', seed, '--operation-time', '300ms')
  await made.create(sandbox, t)
  const client = Service => {
    const client = new Service({ maxAttempts: 1 })
    t.after(() => client.destroy())
    return client
  }
  return { sandbox, made, code, template, ecr: client(ECR), apprunner: client(AppRunner) }
}

test('the template’s stack in the sandbox', async t => {
  const { sandbox, made, code, template, ecr, apprunner } = await begin(t)
  const bucket = made.the('AWS::S3::Bucket').Ref
  const deadLetters = made.the('AWS::SQS::Queue', 'DeadLetter').QueueName
  const push = (repositoryName, imageTag) => ecr.putImage({ repositoryName, imageTag, imageManifest: manifest(imageTag) })
  const came = (what, holds) => eventually(what, () => made.received.find(holds))
  const buried = async () => {
    const { QueueUrl } = await made.SQS.getQueueUrl({ QueueName: deadLetters })
    const { Messages = [] } = await made.SQS.receiveMessage({ QueueUrl, WaitTimeSeconds: 10, MessageAttributeNames: ['All'] })
    for (const { ReceiptHandle } of Messages) await made.SQS.deleteMessage({ QueueUrl, ReceiptHandle })
    return Messages
  }

  await t.test('rules that are uploaded wake the function', async () => {
    await made.S3.putObject({ Bucket: bucket, Key: 'rules.json', Body: JSON.stringify(rules('shop')) })
    await made.start(code)
    await came('Object Created', event => event.source === 'aws.s3' && event.detail.object.key === 'rules.json')
  })
  await t.test('a push is deployed', async () => {
    await push('shop', '1.2.4')
    await eventually('1.2.4 runs', async () => {
      const { Service } = await apprunner.describeService({ ServiceArn: shop })
      return Service.Status === 'RUNNING' && Service.SourceConfiguration.ImageRepository.ImageIdentifier === image('1.2.4')
    })
    const { events } = await made.CloudWatchLogs.getLogEvents({
      logGroupName: `/aws/apprunner/shop/${shop.split('/').at(-1)}/service`, logStreamName: 'events',
    })
    assert.ok(events.some(({ message }) => message.startsWith('[CI/CD] Semantic version >1.2.2 <2 matched with the recent ECR push 1.2.4')))
  })
  await t.test('its end wakes the function, which tells of it in metrics that the dashboard shows', async () => {
    await came('the end', ({ source, resources, detail }) =>
      source === 'aws.apprunner' && resources[0] === shop && detail.operationStatus === 'UpdateServiceCompletedSuccessfully')
    await eventually('the notice', () => made.lines.find(line => line.event === 'notice' && line.kind === 'succeeded'))
    const dashboard = JSON.stringify(Object.values(template.Resources).find(({ Type }) => Type === 'AWS::CloudWatch::Dashboard'))
    const counting = made.lines.filter(line => line._aws)
    const named = made.the('AWS::Lambda::Function').Ref
    for (const line of counting) assert.equal(line.FunctionName, named)
    const metrics = counting.flatMap(line => line._aws.CloudWatchMetrics)
    for (const { Dimensions } of metrics) assert.deepEqual(Dimensions, [[], ['FunctionName']])
    const counted = metrics.flatMap(({ Namespace, Metrics }) => Metrics.map(({ Name }) => [Namespace, Name]))
    assert.ok(counted.length >= 2)
    for (const [namespace, name] of counted) assert.ok(dashboard.includes(`\\"${namespace}\\",\\"${name}\\"`), name)
  })
  await t.test('the schedule wakes it', async () => {
    await sandbox.shell('curl -sf "$AWS_ENDPOINT_URL/_sandbox/clock" -d \'{"advance":"15m"}\'')
    await came('the sweep', event => event['detail-type'] === 'Scheduled Event')
  })
  await t.test('the rules cover their services: nothing is refused or not covered', () => {
    assert.deepEqual(made.lines.filter(line => line.level === 'error' || line.level === 'warning'), [])
  })

  await t.test('a message that nobody understands goes to the dead letters, with its reason', async () => {
    const { QueueUrl } = await made.SQS.getQueueUrl({ QueueName: made.the('AWS::SQS::Queue', 'Queue').QueueName })
    await made.SQS.sendMessage({ QueueUrl, MessageBody: 'no event' })
    const [letter] = await buried()
    assert.ok(letter.MessageAttributes.CaretakerReason.StringValue)
  })

  await t.test('what does not concern it does not come', async () => {
    await push('other', '1.0.1')
    await apprunner.startDeployment({ ServiceArn: serviceArn('other') })
    await made.S3.putObject({ Bucket: bucket, Key: 'other.json', Body: '[]' })
    await made.S3.putObject({ Bucket: 'caretaker', Key: 'rules.json', Body: '[]' })
    // Events come in order: this one is the last.
    await push('shop', '1.2.2')
    await came('1.2.2', event => event.detail?.['image-tag'] === '1.2.2')
    const strange = made.received.filter(({ source, detail, resources }) =>
      detail?.['repository-name'] === 'other' || resources?.includes(serviceArn('other')) ||
      (source === 'aws.s3' && (detail.object.key !== 'rules.json' || detail.bucket.name !== bucket)))
    assert.deepEqual(strange, [])
  })

  await t.test('events that can’t be delivered go to the dead letters, with the event rule', async () => {
    await made.stop()
    const { QueueUrl } = await made.SQS.getQueueUrl({ QueueName: made.the('AWS::SQS::Queue', 'Queue').QueueName })
    await made.SQS.deleteQueue({ QueueUrl })
    await push('shop', '1.2.5')
    const [letter] = await buried()
    assert.equal(JSON.parse(letter.Body).detail['image-tag'], '1.2.5')
    assert.equal(letter.MessageAttributes.RULE_ARN.StringValue, made.the('AWS::Events::Rule', 'Push').Arn)
  })
  await patternsTell(t, made)
})

const ecrEvent = detail => ({
  source: 'aws.ecr', 'detail-type': 'ECR Image Action', resources: [],
  detail: { 'action-type': 'PUSH', result: 'SUCCESS', 'repository-name': 'shop', 'image-tag': '1.2.4', 'image-digest': `sha256:${'0'.repeat(64)}`, ...detail },
})
const appRunnerEvent = (operationStatus, arn = shop) => ({
  source: 'aws.apprunner', 'detail-type': 'AppRunner Service Operation Status Change', resources: [arn], detail: { operationStatus },
})

async function patternsTell(t, made) {
  const bucket = made.the('AWS::S3::Bucket').Ref
  const s3Event = (type, name, key) => ({ source: 'aws.s3', 'detail-type': type, resources: [`arn:aws:s3:::${name}`], detail: { bucket: { name }, object: { key } } })
  const events = [
    { name: 'a push', event: ecrEvent(), comes: true },
    { name: 'a push without a tag', event: (({ detail: { 'image-tag': _, ...detail }, ...event }) => ({ ...event, detail }))(ecrEvent()), comes: true },
    { name: 'a push that failed', event: ecrEvent({ result: 'FAILURE' }), comes: false },
    { name: 'a deletion', event: ecrEvent({ 'action-type': 'DELETE' }), comes: false },
    { name: 'a push to a repository of another name', event: ecrEvent({ 'repository-name': 'shop2' }), comes: false },
    { name: 'a push of another account', event: { ...ecrEvent(), account: '210987654321' }, comes: false },
    { name: 'a scan', event: { ...ecrEvent(), 'detail-type': 'ECR Image Scan' }, comes: false },
    { name: 'an update that ended well', event: appRunnerEvent('UpdateServiceCompletedSuccessfully'), comes: true },
    { name: 'a deployment that failed', event: appRunnerEvent('DeploymentFailed'), comes: true },
    { name: 'an update that begins', event: appRunnerEvent('UpdateServiceStarted'), comes: false },
    { name: 'an operation of another service', event: appRunnerEvent('DeploymentFailed', serviceArn('other')), comes: false },
    { name: 'a write of the rules', event: s3Event('Object Created', bucket, 'rules.json'), comes: true },
    { name: 'a write of a record', event: s3Event('Object Created', bucket, `records/${account}/x.json`), comes: false },
    { name: 'a write of the kept rules', event: s3Event('Object Created', bucket, 'records/rules/rules.json'), comes: false },
    { name: 'a write of another bucket’s rules', event: s3Event('Object Created', 'elsewhere', 'rules.json'), comes: false },
  ]
  const patterns = made.all('AWS::Events::Rule').map(({ EventPattern }) => EventPattern).filter(Boolean)
  for (const { name, event, comes } of events) {
    await t.test(`${name} ${comes ? 'comes' : 'does not come'}`, async () => {
      const Event = JSON.stringify({ id: 'e', account, region, time: '2026-01-02T03:04:05Z', ...event })
      const results = await Promise.all(patterns.map(pattern => made.EventBridge.testEventPattern({ EventPattern: JSON.stringify(pattern), Event })))
      assert.equal(results.filter(({ Result }) => Result).length, comes ? 1 : 0)
    })
  }
}
