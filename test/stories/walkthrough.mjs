// SPDX-License-Identifier: Apache-2.0
// The walkthrough of AWS's blog post "Enable continuous deployment based on semantic versioning using AWS App Runner", and
// what comes after its first deployment, told once for every client.

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { eventually } from './sandbox.mjs'

const repository = 'hello-world-apprunner-repo'
const image = tag => `123456789012.dkr.ecr.us-east-1.amazonaws.com/${repository}:${tag}`

// An image manifest; another text gives another digest.
export function manifest(text) {
  const config = JSON.stringify({ architecture: 'amd64', os: 'linux', text })
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: {
      mediaType: 'application/vnd.oci.image.config.v1+json',
      size: config.length,
      digest: `sha256:${createHash('sha256').update(config).digest('hex')}`,
    },
    layers: [],
  })
}

class Walkthrough {
  constructor(client) {
    this.client = client
  }

  push(tag, text = tag) {
    return this.client.putImage(repository, tag, manifest(text))
  }

  running() {
    return eventually('RUNNING', async () => {
      const service = await this.client.service(this.arn)
      return service.Status === 'RUNNING' && service
    })
  }

  // The service runs that tag, after an operation of that type.
  async runs(tag, type) {
    const service = await eventually(`${tag} runs`, async () => {
      const now = await this.client.service(this.arn)
      return now.Status === 'RUNNING' && now.SourceConfiguration.ImageRepository.ImageIdentifier === image(tag) && now
    })
    const [last] = await this.client.operations(this.arn)
    assert.equal(last.Type, type)
    assert.equal(last.Status, 'SUCCEEDED')
    return service
  }

  // The function's lines about a push.
  async lines(event, tag) {
    const lines = await this.client.functionLog()
    return lines.filter(line => line.startsWith('{')).map(line => JSON.parse(line)).filter(line => line.event === event && line.pushed === tag)
  }

  // What became of the push in the end.
  ending(tag, digest) {
    return eventually(`${tag} ends`, async () =>
      (await this.lines('message', tag)).find(line => line.end !== 'waiting' && (!digest || line.digest === digest)))
  }

  eventLogHas(text) {
    return eventually(`the event log says: ${text}`, async () => (await this.client.eventLog(this.service)).includes(text))
  }
}

async function deploysTheFirstService(t, walk) {
  const { client } = walk
  await t.test('the account is the sandbox’s', async () => assert.equal(await client.account(), '123456789012'))

  await t.test('a repository and its first image', async () => {
    const made = await client.createRepository(repository)
    assert.equal(made.repositoryUri, image('').slice(0, -1))
    const { imageDigest } = await walk.push('1.2.3')
    assert.match(imageDigest, /^sha256:[0-9a-f]{64}$/)
    const [stored] = await client.images(repository)
    assert.deepEqual(stored.imageTags, ['1.2.3'])
  })

  await t.test('a service that runs 1.2.3', async () => {
    walk.arn = await client.createService({
      ServiceName: 'hello-world-service',
      SourceConfiguration: {
        AuthenticationConfiguration: { AccessRoleArn: 'arn:aws:iam::123456789012:role/AppRunnerSemVarAccessRole' },
        ImageRepository: {
          ImageIdentifier: image('1.2.3'),
          ImageConfiguration: { Port: '8000', RuntimeEnvironmentVariables: { GREETING: 'hello' } },
          ImageRepositoryType: 'ECR',
        },
      },
      InstanceConfiguration: { Cpu: '1 vCPU', Memory: '3 GB' },
    })
    walk.service = await walk.runs('1.2.3', 'CREATE_SERVICE')
  })

  await t.test('the rules', async () => {
    const rules = [{ repository, semVersion: '>1.2.2', serviceArn: walk.arn }]
    await client.putRules(rules)
    assert.deepEqual(await client.getRules(), rules)
  })
}

async function updates(t, walk) {
  await t.test('a push of 1.2.4 updates the service', async () => {
    await walk.push('1.2.4')
    await eventually('OPERATION_IN_PROGRESS', async () => (await walk.client.service(walk.arn)).Status === 'OPERATION_IN_PROGRESS')
    await walk.runs('1.2.4', 'UPDATE_SERVICE')
    assert.equal((await walk.ending('1.2.4')).reason, 'started')
    const [decision] = await walk.lines('decision', '1.2.4')
    assert.deepEqual([decision.decision, decision.from, decision.to, decision.service], ['update', '1.2.3', '1.2.4', walk.arn])
  })

  await t.test('the update changes the image and nothing else', async () => {
    const { ServiceName, InstanceConfiguration, SourceConfiguration } = await walk.client.service(walk.arn)
    assert.equal(ServiceName, 'hello-world-service')
    assert.deepEqual(InstanceConfiguration, walk.service.InstanceConfiguration)
    const before = walk.service.SourceConfiguration
    assert.deepEqual(SourceConfiguration, { ...before, ImageRepository: { ...before.ImageRepository, ImageIdentifier: image('1.2.4') } })
  })

  await t.test('the event log says so in the words of the post', () => walk.eventLogHas(
    '[CI/CD] Semantic version >1.2.2 matched with the recent ECR push 1.2.4, so updating the service to the deploy from the latest version'))
}

// Tags that must not deploy, with what the reason has to say.
const keeps = [
  ['1.2.5-rc.1', /is a prerelease .*>1\.2\.2 does not ask for one/],
  ['latest', /is no version/],
  ['1.2.1', /is outside >1\.2\.2/],
  ['1.3', /is no version: it needs three numbers/],
  ['1.2.4-alpine', /is a prerelease .*>1\.2\.2 does not ask for one/],
  ['20240101', /is no version/],
]

async function keepsItsVersion(t, walk) {
  for (const [tag, reason] of keeps) {
    await t.test(`a push of ${tag} deploys nothing, with its reason`, async () => {
      const before = await walk.client.operations(walk.arn)
      await walk.push(tag)
      const ending = await walk.ending(tag)
      assert.equal(ending.end, 'done')
      assert.match(ending.why, reason)
      assert.deepEqual(await walk.client.operations(walk.arn), before)
    })
  }
}

async function redeploys(t, walk) {
  await t.test('the same tag with another image is deployed again', async () => {
    const { imageDigest } = await walk.push('1.2.4', 'the same version, built again')
    assert.equal((await walk.ending('1.2.4', imageDigest)).reason, 'started')
    await walk.runs('1.2.4', 'START_DEPLOYMENT')
    await walk.eventLogHas('[CI/CD] Deploying latest version 1.2.4')
  })
}

async function waitsForItsTurn(t, walk) {
  await t.test('two pushes during an operation wait, and the higher one wins', async () => {
    await walk.push('1.2.5')
    await eventually('its operation', async () => (await walk.lines('decision', '1.2.5')).length > 0)
    await Promise.all([walk.push('1.2.6'), walk.push('1.2.7')])
    await walk.runs('1.2.7', 'UPDATE_SERVICE')
    assert.ok((await walk.lines('message', '1.2.7')).some(line => line.end === 'waiting'), '1.2.7 waits first')
    // Whichever came first started it: one of the messages that came back, or the event that the operation had ended.
    const reasons = [(await walk.ending('1.2.6')).reason, (await walk.ending('1.2.7')).reason]
    const possible = [
      ['superseded', 'being-deployed'],
      ['superseded', 'started'],
      ['being-deployed', 'started'],
      ['being-deployed', 'being-deployed'],
      ['started', 'being-deployed'],
    ]
    assert.ok(possible.map(String).includes(String(reasons)), String(reasons))
    const types = (await walk.client.operations(walk.arn)).map(operation => operation.Type)
    assert.deepEqual(types, ['UPDATE_SERVICE', 'UPDATE_SERVICE', 'START_DEPLOYMENT', 'UPDATE_SERVICE', 'CREATE_SERVICE'])
  })

  await t.test('no message is left, and none was lost to the dead letters', async () => {
    await eventually('an empty queue', async () => await walk.client.messages('caretaker') === 0)
    assert.equal(await walk.client.messages('caretaker-dead-letters'), 0)
  })
}

export async function tell(t, client) {
  const walk = new Walkthrough(client)
  for (const chapter of [deploysTheFirstService, updates, keepsItsVersion, redeploys, waitsForItsTurn]) await chapter(t, walk)
}
