// SPDX-License-Identifier: Apache-2.0
// What docs/migrate.md promises to whoever runs the blog post's sample: its rules file, its variables and its events work as they are.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { Sandbox, eventually } from './sandbox.mjs'
import { SdkClient } from './sdk_client.mjs'
import { manifest } from './walkthrough.mjs'

const repository = 'apprunner-helloworld-service'
const image = tag => `123456789012.dkr.ecr.us-east-1.amazonaws.com/${repository}:${tag}`

const push = (tag, digest) => ({
  version: '0',
  id: '52b00ea0-261e-cb5c-b692-717d086bd02c',
  'detail-type': 'ECR Image Action',
  source: 'aws.ecr',
  account: '123456789012',
  time: '2022-12-27T23:29:42Z',
  region: 'us-east-1',
  resources: [],
  detail: { result: 'SUCCESS', 'repository-name': repository, 'image-digest': digest, 'action-type': 'PUSH', 'image-tag': tag },
})

// The sample's event files have no attributes, so nothing says when the message was sent.
const batch = body => ({
  Records: [
    {
      messageId: '88119b9f-a45c-4c38-bfcc-f0c43b223d54',
      receiptHandle: 'AQEBJOy7O0unj7d15CmUcsg3x9ENJJ3d7rCV9e50ZUhiDlt/mOXLwtDTzlUs2s9yQmTfa4HQWJYYgMV3QolWOQ==',
      body,
      messageAttributes: {},
      md5OfBody: '13727177ed0877c9978d6859fd539419',
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:us-east-1:123456789012:ecr-queue',
      awsRegion: 'us-east-1',
    },
  ],
})

// A Lambda service that has these invocations for the function, one after the other; what it answered to each.
async function invoke(t, environment, events) {
  const answers = []
  let answered
  const done = new Promise(resolve => (answered = resolve))
  const server = createServer((request, response) => {
    if (request.url.endsWith('/invocation/next')) {
      if (answers.length === events.length) return
      response.writeHead(200, {
        'Lambda-Runtime-Aws-Request-Id': `request-${answers.length}`,
        'Lambda-Runtime-Deadline-Ms': String(Date.now() + 60_000),
        'Lambda-Runtime-Invoked-Function-Arn': 'arn:aws:lambda:us-east-1:123456789012:function:semvar',
      })
      return response.end(JSON.stringify(events[answers.length]))
    }
    let text = ''
    request.on('data', chunk => (text += chunk))
    request.on('end', () => {
      answers.push({ to: request.url, text })
      response.writeHead(202).end('{}')
      if (answers.length === events.length || !request.url.includes('/invocation/')) answered()
    })
  })
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = `127.0.0.1:${server.address().port}`
  const process_ = spawn(`${process.env.CARETAKER_BIN}/caretaker`, [], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...environment, AWS_LAMBDA_RUNTIME_API: address },
  })
  const lines = []
  process_.stdout.on('data', data => lines.push(String(data)))
  t.after(() => {
    process_.kill()
    server.closeAllConnections()
    server.close()
  })
  await done
  process_.kill()
  return { answers, log: lines.join('') }
}

test('what the sample had goes on working', async t => {
  const sandbox = await Sandbox.start(t, '--operation-time', '1s')
  const client = await SdkClient.make(t, sandbox)
  await client.createRepository(repository)
  await client.putImage(repository, '1.2.3', manifest('1.2.3'))
  const arn = await client.createService({
    ServiceName: 'ECREventTest',
    SourceConfiguration: {
      AuthenticationConfiguration: { AccessRoleArn: 'arn:aws:iam::123456789012:role/AppRunnerSemVarAccessRole' },
      ImageRepository: { ImageIdentifier: image('1.2.3'), ImageConfiguration: { Port: '8000' }, ImageRepositoryType: 'ECR' },
    },
  })
  await eventually('RUNNING', async () => (await client.service(arn)).Status === 'RUNNING')
  const { imageDigest } = await client.putImage(repository, '1.2.4', manifest('1.2.4'))

  // As the sample's stack sets them: QUEUE_URL, and in it the queue's name. The sandbox's own function reads other rules.
  const rules = [{ repository, semVersion: '>1.2.2', serviceArn: arn }]
  await client.S3.putObject({ Bucket: 'caretaker', Key: 'config.json', Body: JSON.stringify(rules, null, 2) })
  const environment = {
    ...(await sandbox.environment()),
    CONFIG_BUCKET: 'caretaker',
    CONFIG_FILE: 'config.json',
    QUEUE_URL: 'caretaker',
  }
  const folder = await mkdtemp(join(tmpdir(), 'caretaker-story-'))
  t.after(() => rm(folder, { recursive: true }))
  const event = batch(JSON.stringify(push('1.2.4', imageDigest)))
  await writeFile(join(folder, 'config.json'), JSON.stringify(rules, null, 2))
  await writeFile(join(folder, 'event.json'), JSON.stringify(event, null, 2))

  await t.test('its rules file passes the check', async () => {
    const { stdout } = await sandbox.shell('exec caretaker check "$1"', [join(folder, 'config.json')])
    assert.match(stdout, /1 rule/)
  })

  await t.test('its event file can be replayed before anything is deployed', async () => {
    const command = 'export CONFIG_BUCKET=caretaker CONFIG_FILE=config.json; caretaker replay "$1" || [ $? = 1 ]'
    const { stdout } = await sandbox.shell(command, [join(folder, 'event.json')])
    assert.match(stdout, /started 1\.2\.3 → 1\.2\.4/)
  })

  await t.test('its event deploys', async () => {
    const { answers, log } = await invoke(t, environment, [event])
    assert.match(answers[0].to, /\/request-0\/response$/, answers[0].text + log)
    assert.deepEqual(JSON.parse(answers[0].text), { batchItemFailures: [] })
    const service = await eventually('1.2.4 runs', async () => {
      const now = await client.service(arn)
      return now.Status === 'RUNNING' && now.SourceConfiguration.ImageRepository.ImageIdentifier === image('1.2.4') && now
    })
    const lines = await client.eventLog(service)
    assert.ok(
      lines.includes(
        '[CI/CD] Semantic version >1.2.2 matched with the recent ECR push 1.2.4, so updating the service to the deploy from the latest version',
      ),
      lines.join('\n'),
    )
  })

  await t.test('a message that the sample had sent to itself again does no harm', async () => {
    const again = JSON.stringify({ ...push('1.2.4', imageDigest), retryCount: 2 }, null, 2)
    const before = await client.operations(arn)
    const { answers } = await invoke(t, environment, [batch(again)])
    assert.deepEqual(JSON.parse(answers[0].text), { batchItemFailures: [] })
    assert.equal((await client.operations(arn)).length, before.length)
  })
})
