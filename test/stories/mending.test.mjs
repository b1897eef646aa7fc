// SPDX-License-Identifier: Apache-2.0
// How people edit the rules in force and mend what went wrong: rules, redrive, init and doctor; the AWS CLI sees what they did.

import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { CliClient } from './cli_client.mjs'
import { Sandbox, eventually } from './sandbox.mjs'
import { manifest } from './walkthrough.mjs'

const repository = 'shop'
const bucket = ['--bucket', 'caretaker']

class Story {
  static async make(t, ...options) {
    const story = new Story()
    story.sandbox = await Sandbox.start(t, '--operation-time', '1s', '--retry-after', '1s', ...options)
    story.client = await CliClient.make(t, story.sandbox)
    story.folder = await mkdtemp(join(tmpdir(), 'caretaker-story-'))
    t.after(() => rm(story.folder, { recursive: true }))
    return story
  }

  file(name) {
    return join(this.folder, name)
  }

  async write(name, rules) {
    await writeFile(this.file(name), `${JSON.stringify(rules, null, 2)}\n`)
    return this.file(name)
  }

  push(tag) {
    return this.client.putImage(repository, tag, manifest(tag))
  }

  async createService(name, image, more = {}) {
    const arn = await this.client.createService({
      ServiceName: name,
      SourceConfiguration: {
        AuthenticationConfiguration: { AccessRoleArn: 'arn:aws:iam::123456789012:role/access' },
        ImageRepository: {
          ImageIdentifier: `123456789012.dkr.ecr.us-east-1.amazonaws.com/${image}`,
          ImageConfiguration: { Port: '8000' },
          ImageRepositoryType: 'ECR',
        },
        ...more,
      },
    })
    await eventually('RUNNING', async () => (await this.client.service(arn)).Status === 'RUNNING')
    return arn
  }

  // A repository and a service that runs its first image.
  async setUp() {
    await this.client.createRepository(repository)
    for (const tag of ['1.2.3', '1.2.4', '2.0.0']) await this.push(tag)
    this.arn = await this.createService('shop', `${repository}:1.2.3`)
  }

  rule(semVersion, more = {}) {
    return { repository, semVersion, serviceArn: this.arn, ...more }
  }

  // `caretaker …` with the function's own environment variables: its exit code and what it printed.
  async caretaker(...args) {
    const command = 'exec caretaker "$@"'
    try {
      return { code: 0, ...await this.sandbox.shell(command, args) }
    } catch (error) {
      if (typeof error.code !== 'number') throw error
      return { code: error.code, stdout: error.stdout, stderr: error.stderr }
    }
  }
}

test('rules: push, pull, versions, restore', async t => {
  const story = await Story.make(t)
  await story.setUp()
  const versions = async () => (await story.client.aws('s3api', 'list-object-versions', ...bucket, '--prefix', 'rules.json')).Versions

  await t.test('a bucket without versions is said to be one', async () => {
    const { code, stdout } = await story.caretaker('rules', 'versions')
    assert.match(stdout, /^caretaker keeps no versions: .*put-bucket-versioning --bucket caretaker/m)
    assert.equal(code, 0)
    await story.client.aws('s3api', 'put-bucket-versioning', ...bucket, '--versioning-configuration', 'Status=Enabled')
  })

  await t.test('a dry run shows what differs and what it would do, and writes nothing', async () => {
    const file = await story.write('rules.json', [story.rule('^1.2')])
    const { code, stdout } = await story.caretaker('rules', 'push', file, '--dry-run')
    assert.match(stdout, /rules\.json: 1 rule, no problems/)
    assert.match(stdout, /: 1 rule added$/m)
    assert.match(stdout, /^\+ shop: its first rule$/m)
    assert.match(stdout, /^\+ +"semVersion": "\^1\.2",$/m)
    assert.match(stdout, /^shop +1\.2\.3 +1\.2\.4 +2\.0\.0 +update \(patch\)/m)
    assert.equal(code, 1)
    assert.equal((await versions()).length, 1)
  })

  await t.test('broken rules never get there', async () => {
    const file = await story.write('broken.json', [story.rule('^1.x.y')])
    const { code, stdout } = await story.caretaker('rules', 'push', file, '--yes')
    assert.match(stdout, /error: \/0\/semVersion/)
    assert.equal(code, 1)
    assert.equal((await versions()).length, 1)
  })

  await t.test('push writes, and the AWS CLI reads the same bytes', async () => {
    const { code, stdout, stderr } = await story.caretaker('rules', 'push', story.file('rules.json'), '--yes')
    assert.equal(stderr, '')
    assert.match(stdout, /s3:\/\/caretaker\/rules\.json is written: Caretaker goes by it from its next event or sweep on/)
    assert.equal(code, 0)
    assert.equal(await story.client.aws('s3', 'cp', 's3://caretaker/rules.json', '-'), await readFile(story.file('rules.json'), 'utf8'))
    const again = await story.caretaker('rules', 'push', story.file('rules.json'))
    assert.match(again.stdout, /nothing to do/)
    assert.equal(again.code, 0)
  })

  await t.test('the function takes them at once, before any sweep', async () => {
    const kept = () => story.client.aws('s3', 'cp', 's3://caretaker/records/rules/rules.json', '-').catch(() => '')
    const written = await readFile(story.file('rules.json'), 'utf8')
    await eventually('the rules are kept as the last valid ones', async () => await kept() === written)
  })

  await t.test('pull gives them back, and spares a file that says something else', async () => {
    const pulled = await story.caretaker('rules', 'pull')
    assert.equal(pulled.stdout, await readFile(story.file('rules.json'), 'utf8'))
    assert.equal((await story.caretaker('rules', 'pull', story.file('mine.json'))).code, 0)
    assert.equal(await readFile(story.file('mine.json'), 'utf8'), pulled.stdout)
    await writeFile(story.file('mine.json'), '[]')
    const refused = await story.caretaker('rules', 'pull', story.file('mine.json'))
    assert.match(refused.stderr, /says something else than s3:\/\/caretaker\/rules\.json; --force/)
    assert.equal(refused.code, 1)
    assert.equal(await readFile(story.file('mine.json'), 'utf8'), '[]')
  })

  await t.test('versions and restore: an older version comes back as a new one', async () => {
    const file = await story.write('other.json', [story.rule('~1.2.3', { soak: '1h' })])
    const pushed = await story.caretaker('rules', 'push', file, '--yes')
    assert.match(pushed.stdout, /~ shop: semVersion \^1\.2 → ~1\.2\.3; soak 1h added/)
    const older = /^to take it back: caretaker rules restore (\S+)$/m.exec(pushed.stdout)[1]
    const { stdout } = await story.caretaker('rules', 'versions')
    const lines = stdout.trim().split('\n')
    assert.equal(lines.length, 3)
    assert.match(lines[0], / current +1 rule changed: shop$/)
    assert.match(lines[1], new RegExp(` ${older} .* 1 rule added: shop$`))
    const json = JSON.parse((await story.caretaker('rules', 'versions', '--json')).stdout)
    assert.equal(json.more, false)
    const listed = await versions()
    assert.deepEqual(json.versions.map(({ version, size, current }) => [version, size, current]),
      listed.map(({ VersionId, Size, IsLatest }) => [VersionId, Size, IsLatest]))
    assert.equal(json.versioning, 'Enabled')

    const restored = await story.caretaker('rules', 'restore', older.slice(0, 12), '--yes')
    assert.match(restored.stdout, /is written/)
    assert.equal(restored.code, 0)
    assert.equal((await versions()).length, 4)
    assert.equal((await story.caretaker('rules', 'pull')).stdout, await readFile(story.file('rules.json'), 'utf8'))
    const unknown = await story.caretaker('rules', 'restore', 'zzz')
    assert.match(unknown.stderr, /no version of s3:\/\/caretaker\/rules\.json begins with `zzz`/)
    assert.equal(unknown.code, 2)
  })
})

test('redrive: dead letters come back', async t => {
  const story = await Story.make(t)
  await story.setUp()
  const { client } = story
  const url = (await client.aws('sqs', 'get-queue-url', '--queue-name', 'caretaker-dead-letters', '--query', 'QueueUrl', '--output', 'text')).trim()
  const event = tag => JSON.stringify({
    version: '0', id: tag, 'detail-type': 'ECR Image Action', source: 'aws.ecr', account: '123456789012', region: 'us-east-1',
    time: new Date().toISOString(), resources: [],
    detail: { 'action-type': 'PUSH', result: 'SUCCESS', 'repository-name': repository, 'image-tag': tag, 'image-digest': `sha256:${'5'.repeat(64)}` },
  })
  const bury = (tag, reason) => client.aws('sqs', 'send-message', '--queue-url', url, '--message-body', event(tag),
    '--message-attributes', JSON.stringify({ CaretakerReason: { DataType: 'String', StringValue: reason } }))
  await client.putRules([story.rule('^1.2')])
  const first = (await bury('1.2.4', 'busy: waited 3 times')).MessageId
  await bury('9.9.9', 'denied: AccessDenied')

  await t.test('they are listed, and stay', async () => {
    const { code, stdout, stderr } = await story.caretaker('redrive')
    assert.equal(stderr, '')
    assert.match(stdout, new RegExp(`^${first} +\\d+s  shop:1\\.2\\.4  for shop\n    busy: waited 3 times$`, 'm'))
    assert.match(stdout, /^2 dead letters in caretaker-dead-letters; /m)
    assert.equal(code, 0)
    assert.equal(JSON.parse((await story.caretaker('redrive', '--json')).stdout).letters.length, 2, 'they show again at once')
  })

  await t.test('one goes back, and its image is deployed', async () => {
    const { code, stdout } = await story.caretaker('redrive', '--message', first)
    assert.match(stdout, new RegExp(`^${first}  shop:1\\.2\\.4: sent to caretaker as `, 'm'))
    assert.equal(code, 0)
    assert.equal(await client.messages('caretaker-dead-letters'), 1)
    await eventually('1.2.4', async () => (await client.service(story.arn)).SourceConfiguration.ImageRepository.ImageIdentifier.endsWith(':1.2.4'))
  })

  await t.test('all go back by a move task', async () => {
    const { code, stdout } = await story.caretaker('redrive', '--all')
    assert.match(stdout, /^1 message moved from caretaker-dead-letters to caretaker$/m)
    assert.equal(code, 0)
    await eventually('an empty queue', async () => await client.messages('caretaker') === 0)
    assert.equal(await client.messages('caretaker-dead-letters'), 0)
    assert.match((await story.caretaker('redrive')).stdout, /^caretaker-dead-letters is empty$/m)
  })
})

test('init: rules for the services that are there', async t => {
  const story = await Story.make(t)
  await story.setUp()
  await story.push('latest')
  await story.createService('next', `${repository}:latest`)
  await story.createService('auto', `${repository}:1.2.4`, { AutoDeploymentsEnabled: true })

  const { code, stdout, stderr } = await story.caretaker('init')
  assert.equal(code, 0)
  assert.match(stderr, /^shop: it runs 1\.2\.3; \^1\.2 takes newer 1\.x versions, and 2\.0 needs your word$/m)
  assert.match(stderr, /^next: no rule: it runs `latest`/m)
  assert.match(stderr, /^auto: no rule: App Runner deploys every push/m)
  const { rules } = JSON.parse(stdout)
  assert.deepEqual(rules.map(({ repository, semVersion, serviceArn }) => [repository, semVersion, serviceArn]), [['shop', '^1.2', story.arn]])

  const file = story.file('first.json')
  assert.equal((await story.caretaker('init', '--out', file)).code, 0)
  assert.equal(await readFile(file, 'utf8'), stdout)
  assert.match((await story.caretaker('check', '--strict', file)).stdout, /1 rule, 2 tests, no problems/)
  assert.equal((await story.caretaker('init', '--out', file)).code, 1, 'no file is written over')
  assert.equal((await story.caretaker('rules', 'push', file, '--yes')).code, 0)
  assert.match((await story.caretaker('plan')).stdout, /^shop .* update \(patch\)/m)
})

test('doctor: what is wrong is found, and what was mended no longer', async t => {
  const story = await Story.make(t)
  await story.setUp()
  const { client } = story
  await client.putRules([story.rule('^1.2')])
  const url = name => client.aws('sqs', 'get-queue-url', '--queue-name', name, '--query', 'QueueUrl', '--output', 'text').then(text => text.trim())
  const examine = async () => {
    const { code, stdout, stderr } = await story.caretaker('doctor', '--json')
    assert.equal(stderr, '')
    const { schema, findings } = JSON.parse(stdout)
    assert.equal(schema, 'caretaker-doctor/1')
    const bad = findings.filter(({ severity }) => severity === 'error' || severity === 'warning').map(({ id }) => id).sort()
    assert.equal(code, bad.length > 0 ? 1 : 0)
    return { bad, findings }
  }

  await t.test('what the sandbox does not have is said to be unseen', async () => {
    const { findings } = await examine()
    const unseen = findings.filter(({ severity }) => severity === 'unseen').map(({ id }) => id).sort()
    assert.deepEqual(unseen, ['lifecycle-policy', 'no-alarm'])
  })

  await t.test('the bucket as it is made', async () => {
    assert.deepEqual((await examine()).bad, ['bucket-plain-http', 'bucket-public', 'bucket-versioning'])
    await client.aws('s3api', 'put-bucket-versioning', ...bucket, '--versioning-configuration', 'Status=Enabled')
    await client.aws('s3api', 'put-public-access-block', ...bucket, '--public-access-block-configuration',
      'BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true')
    await client.aws('s3api', 'put-bucket-policy', ...bucket, '--policy', JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: ['arn:aws:s3:::caretaker', 'arn:aws:s3:::caretaker/*'], Condition: { Bool: { 'aws:SecureTransport': 'false' } } }],
    }))
    assert.deepEqual((await examine()).bad, [])
    assert.match((await story.caretaker('doctor')).stdout, /^\d+ things looked at: /m)
  })

  // What goes wrong, by the AWS CLI; what is found then; what mends it.
  const troubles = [
    ['too short a visibility', ['queue-visibility'],
      async () => client.aws('sqs', 'set-queue-attributes', '--queue-url', await url('caretaker'), '--attributes', 'VisibilityTimeout=90'),
      async () => client.aws('sqs', 'set-queue-attributes', '--queue-url', await url('caretaker'), '--attributes', 'VisibilityTimeout=360')],
    ['a dead letter', ['dead-letters'],
      async () => client.aws('sqs', 'send-message', '--queue-url', await url('caretaker-dead-letters'), '--message-body', '{}'),
      async () => client.aws('sqs', 'purge-queue', '--queue-url', await url('caretaker-dead-letters'))],
    ['dead letters that are forgotten soon', ['queue-retention'],
      async () => client.aws('sqs', 'set-queue-attributes', '--queue-url', await url('caretaker-dead-letters'), '--attributes', 'MessageRetentionPeriod=3600'),
      async () => client.aws('sqs', 'set-queue-attributes', '--queue-url', await url('caretaker-dead-letters'), '--attributes', 'MessageRetentionPeriod=1209600')],
    ['an event rule that is off', ['event-rule-pushes'],
      () => client.aws('events', 'disable-rule', '--name', 'caretaker-image-pushes'),
      () => client.aws('events', 'enable-rule', '--name', 'caretaker-image-pushes')],
    ['no sweep', ['event-rule-sweep'],
      () => client.aws('events', 'disable-rule', '--name', 'caretaker-sweep'),
      () => client.aws('events', 'enable-rule', '--name', 'caretaker-sweep')],
    ['broken rules', ['rules-broken'],
      () => client.putRules([{}]),
      () => client.putRules([story.rule('^1.2')])],
    ['a service that is not there', ['service-missing'],
      () => client.putRules([story.rule('^1.2', { serviceArn: story.arn.replace(/.{4}$/, '0000') })]),
      () => client.putRules([story.rule('^1.2')])],
    ['a repository that is not there', ['repository-missing', 'service-repository'],
      () => client.putRules([{ ...story.rule('^1.2'), repository: 'shpo' }]),
      () => client.putRules([story.rule('^1.2')])],
  ]
  for (const [name, ids, breaks, mends] of troubles) {
    await t.test(name, async () => {
      await breaks()
      assert.deepEqual((await examine()).bad, ids)
      await mends()
      assert.deepEqual((await examine()).bad, [])
    })
  }

  await t.test('a bucket that tells EventBridge nothing', async () => {
    const hints = async () => (await examine()).findings.filter(({ id }) => id === 'bucket-events').map(({ severity }) => severity)
    const notify = configuration => client.aws('s3api', 'put-bucket-notification-configuration', ...bucket,
      '--notification-configuration', JSON.stringify(configuration))
    assert.deepEqual(await hints(), [])
    await notify({})
    assert.deepEqual(await hints(), ['hint'])
    await notify({ EventBridgeConfiguration: {} })
    assert.deepEqual(await hints(), [])
  })

  await t.test('a permission that is missing is named', async () => {
    await fetch(`${story.sandbox.url}/_sandbox/faults`, {
      method: 'POST',
      body: JSON.stringify({ kind: 'error', service: 'apprunner', operation: 'DescribeService', code: 'AccessDeniedException', message: 'no', status: 400, times: 1 }),
    })
    const { stdout } = await story.caretaker('doctor')
    assert.match(stdout, /^unseen: service shop: could not look: AccessDeniedException \[service-missing\]\n    whoever runs this needs apprunner:DescribeService$/m)
  })
})
