// SPDX-License-Identifier: Apache-2.0
// plan, explain, reconcile and replay, as a person types them, before, during and after a deployment.

import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { Sandbox, eventually } from './sandbox.mjs'
import { SdkClient } from './sdk_client.mjs'
import { manifest } from './walkthrough.mjs'

const repository = 'shop'
const image = tag => `123456789012.dkr.ecr.us-east-1.amazonaws.com/${repository}:${tag}`

class Story {
  static async make(t) {
    const story = new Story()
    story.sandbox = await Sandbox.start(t, '--operation-time', '2s', '--retry-after', '1s')
    story.client = await SdkClient.make(t, story.sandbox)
    story.folder = await mkdtemp(join(tmpdir(), 'caretaker-story-'))
    t.after(() => rm(story.folder, { recursive: true }))
    return story
  }

  file(name) {
    return join(this.folder, name)
  }

  push(tag) {
    return this.client.putImage(repository, tag, manifest(tag))
  }

  // A repository whose images came before there was a rule, and a service that runs the first of them.
  async setUp() {
    await this.client.createRepository(repository)
    for (const tag of ['1.2.3', '1.2.4', '1.3.0-rc.1', '2.0.0']) await this.push(tag)
    this.arn = await this.client.createService({
      ServiceName: 'shop',
      SourceConfiguration: {
        AuthenticationConfiguration: { AccessRoleArn: 'arn:aws:iam::123456789012:role/access' },
        ImageRepository: {
          ImageIdentifier: image('1.2.3'),
          ImageConfiguration: { Port: '8000', RuntimeEnvironmentVariables: { PASSWORD: 'hunter2' } },
          ImageRepositoryType: 'ECR',
        },
      },
    })
    await eventually('RUNNING', async () => (await this.client.service(this.arn)).Status === 'RUNNING')
    await this.client.putRules([{ repository, semVersion: '^1.2', serviceArn: this.arn }])
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

test('the commands, before, during and after a deployment', async t => {
  const story = await Story.make(t)
  await story.setUp()

  await t.test('plan says what would change, and that somebody has to ask for it', async () => {
    const { code, stdout, stderr } = await story.caretaker('plan', '--save-facts', story.file('before.json'))
    assert.equal(stderr, '')
    assert.match(stdout, /^shop +1\.2\.3 +1\.2\.4 +2\.0\.0 +update \(patch\) +1\.2\.4 is the highest version that \^1\.2 allows/m)
    assert.match(stdout, /a push or `caretaker reconcile` has to ask for it/)
    assert.equal(code, 1)
  })

  await t.test('the saved facts give the identical answer, and hold no secret', async () => {
    const facts = ['--facts', story.file('before.json')]
    const saved = await readFile(story.file('before.json'), 'utf8')
    assert.doesNotMatch(saved, /hunter2|PASSWORD|RuntimeEnvironmentVariables|secret/i)
    const live = JSON.parse((await story.caretaker('plan', '--json')).stdout)
    const offline = JSON.parse((await story.caretaker('plan', '--json', ...facts)).stdout)
    assert.deepEqual({ ...offline, takenAt: live.takenAt }, live)
    for (const tags of [[], ['2.0.0'], ['1.3.0-rc.1', '1.2.4']]) {
      const [a, b] = [await story.caretaker('explain', 'shop', ...tags), await story.caretaker('explain', 'shop', ...tags, ...facts)]
      const times = text => text.replace(/ at \d{4}-[^ ,;\]]+/g, ' at TIME')
      assert.equal(times(a.stdout), times(b.stdout))
      assert.equal(a.code, b.code)
    }
  })

  await t.test('explain names the comparator', async () => {
    const { code, stdout } = await story.caretaker('explain', 'shop', '2.0.0')
    assert.match(stdout, /rule semVersion: <2\.0\.0-0/)
    assert.match(stdout, /1\.2\.0 or newer, below 2\.0\.0; no prereleases/)
    assert.equal(code, 1)
  })

  await t.test('a dry run says what a run would, and does nothing', async () => {
    // The function may have begun a record, since the rules are new.
    await eventually('an empty queue', async () => await story.client.messages('caretaker') === 0)
    const records = async () => {
      const { Contents } = await story.client.S3.listObjectsV2({ Bucket: 'caretaker', Prefix: 'records/123456789012/' })
      return (Contents ?? []).map(({ Key, ETag }) => [Key, ETag])
    }
    const before = await records()
    const { code, stdout } = await story.caretaker('reconcile', 'shop', '--dry-run')
    assert.match(stdout, /^shop: update 1\.2\.3 → 1\.2\.4: .*\(dry run: nothing was done\)$/m)
    assert.equal(code, 1)
    assert.equal((await story.client.operations(story.arn)).length, 1)
    assert.deepEqual(await records(), before, 'no record was written')
  })

  await t.test('reconcile --wait deploys it and follows it to its end', async () => {
    const { code, stdout, stderr } = await story.caretaker('reconcile', '--wait')
    assert.equal(stderr, '')
    assert.match(stdout, /^shop: update 1\.2\.3 → 1\.2\.4: 1\.2\.4 is the highest version that \^1\.2 allows, and 1\.2\.3 runs$/m)
    assert.match(stdout, /^shop: SUCCEEDED after \d+s$/m)
    assert.match(stdout, /^shop: done; .*shop:1\.2\.4 runs$/m)
    assert.equal(code, 0)
    assert.equal((await story.client.service(story.arn)).SourceConfiguration.ImageRepository.ImageIdentifier, image('1.2.4'))
  })

  await t.test('then nothing is left to do', async () => {
    for (const command of [['plan'], ['reconcile'], ['reconcile', '--dry-run']]) {
      const { code, stdout } = await story.caretaker(...command)
      assert.match(stdout, /keep.*1\.2\.4 runs, and \^1\.2 allows nothing newer that is there/)
      assert.equal(code, 0)
    }
  })

  await t.test('where nothing is standard output, no connection becomes it', async () => {
    const { stderr } = await story.sandbox.shell('caretaker reconcile >&- || [ $? = 2 ]')
    assert.equal(stderr, 'caretaker: standard output: Bad file descriptor\n')
  })

  await t.test('a rollback is one, however often it is ordered, until it is released', async () => {
    const back = await story.caretaker('rollback', 'shop', '--wait')
    assert.match(back.stdout, /^shop: Pinned to 1\.2\.3, which ran before 1\.2\.4$/m)
    assert.match(back.stdout, /^shop: done; .*shop:1\.2\.3 runs$/m)
    assert.equal(back.code, 0)
    const again = await story.caretaker('rollback', 'shop', '--wait')
    assert.match(again.stdout, /^shop: it is rolled back already: 1\.2\.3 runs, to which the service is pinned/m)
    assert.equal(again.code, 0)
    const typo = await story.caretaker('pin', 'shop', '1.2.99', '--wait')
    assert.match(typo.stderr, /has no image of 1\.2\.99 that could run, so nothing was written/)
    assert.equal(typo.code, 2)
    const released = await story.caretaker('release', 'shop', '--wait')
    assert.match(released.stdout, /^shop: done; .*shop:1\.2\.4 runs$/m)
    assert.equal(released.code, 0)
  })

  await t.test('an order is carried out though nobody reads what it says', async () => {
    const { stdout } = await story.sandbox.shell('{ sleep 0.5; caretaker pin shop 1.2.3 --wait; } | true; echo "${PIPESTATUS[0]}"')
    assert.equal(stdout, '141\n', 'it ends by the signal all the same')
    const { SourceConfiguration } = await story.client.service(story.arn)
    assert.equal(SourceConfiguration.ImageRepository.ImageIdentifier, image('1.2.3'))
    assert.equal((await story.caretaker('release', 'shop', '--wait')).code, 0)
  })

  await t.test('replay plays the pushes against the facts of before', async () => {
    const event = (tag, minutes) => ({
      version: '0', id: tag, 'detail-type': 'ECR Image Action', source: 'aws.ecr', account: '123456789012', region: 'us-east-1',
      time: new Date(Date.now() + minutes * 60_000).toISOString(), resources: [],
      detail: { 'action-type': 'PUSH', result: 'SUCCESS', 'repository-name': repository, 'image-tag': tag, 'image-digest': `sha256:${'5'.repeat(64)}` },
    })
    await writeFile(story.file('events.json'), JSON.stringify([event('1.2.5', 1), event('2.0.1', 2), event('latest', 3)]))
    const { code, stdout } = await story.caretaker('replay', story.file('events.json'), '--facts', story.file('before.json'))
    assert.match(stdout, /shop: started 1\.2\.3 → 1\.2\.5/)
    assert.match(stdout, /shop: outside-range: 2\.0\.1 is outside \^1\.2/)
    assert.match(stdout, /shop: not-a-version: latest is no version/)
    assert.match(stdout, /^3 events, 1 deployment$/m)
    assert.equal(code, 1)
  })

  await t.test('a failed deployment is told as one', async () => {
    await fetch(`${story.sandbox.url}/_sandbox/deployments`, { method: 'POST', body: JSON.stringify({ tag: '1.2.9', outcome: 'rollback' }) })
    await story.client.putRules([])
    await story.push('1.2.9')
    await eventually('an empty queue', async () => await story.client.messages('caretaker') === 0)
    await writeFile(story.file('rules.json'), JSON.stringify([{ repository, semVersion: '^1.2', serviceArn: story.arn }]))
    const { code, stdout } = await story.caretaker('reconcile', '--wait', '--rules', story.file('rules.json'))
    assert.match(stdout, /^shop: ROLLBACK_SUCCEEDED after \d+s$/m)
    assert.match(stdout, /^shop: failed; .*shop:1\.2\.4 runs$/m)
    assert.equal(code, 1)
  })

  await t.test('what is not there is said, with what was meant', async () => {
    const unknown = await story.caretaker('plan', 'shpo', '--rules', story.file('rules.json'))
    assert.match(unknown.stderr, /shpo/)
    assert.equal(unknown.code, 2)
  })
})
