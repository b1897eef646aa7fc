// SPDX-License-Identifier: Apache-2.0
// The function's process under fire: killed between any two of its calls, answered with nonsense at any of them, given what no
// event source would give it. Afterwards the newest version runs by one deployment.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { test } from 'node:test'
import { Sandbox, eventually } from './sandbox.mjs'
import { SdkClient } from './sdk_client.mjs'
import { manifest } from './walkthrough.mjs'
import { Wire } from './wire.mjs'

// Takes a quarter of an hour.
const all = process.env.CARETAKER_FIRE === 'all'

const executable = `${process.env.CARETAKER_BIN}/caretaker`
const arn = 'arn:aws:apprunner:us-east-1:123456789012:service/shop/8fe1e10304f84fd2b0df550fe98a71fa'
const image = tag => `123456789012.dkr.ecr.us-east-1.amazonaws.com/shop:${tag}`
const rule = { repository: 'shop', semVersion: '^1.2', serviceArn: arn }

// What the function may ever need, whatever it is answered or given, as docs/costs.md says: 48 MB.
const memory_max = process.env.CARETAKER_SANITIZE ? Infinity : 48e6 / 1024  // KiB
const memory = pid => Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0)

function folder(t) {
  const made = mkdtempSync(join(tmpdir(), 'caretaker-fire-'))
  t.after(() => rmSync(made, { recursive: true, force: true }))
  return made
}

const instead = body => async (pass, response) => {
  const { status } = await pass()
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': body.length }).end(body)
}
// An answer that never ends would be one, and 100 MB of it are enough to see that nobody collects it.
async function endless(pass, response) {
  await pass()
  response.writeHead(200, { 'Content-Type': 'application/json' })
  const block = Buffer.alloc(1 << 20, ' ')
  for (let i = 0; i < 100 && !response.destroyed; ++i) {
    if (!response.write(block)) await Promise.race(['drain', 'close'].map(event => new Promise(resolve => response.once(event, resolve))))
  }
  response.end('{}')
}

const strikes = {
  'closed before the answer': async (pass, response) => {
    await pass()
    response.destroy()
  },
  'closed before the call': async (pass, response) => response.destroy(),
  'closed within the answer': async (pass, response) => {
    const { status, headers, body } = await pass()
    response.writeHead(status, headers).write(body.subarray(0, body.length / 2), () => response.destroy())
  },
  'an answer of 100 MB': endless,
  'deep JSON': instead(Buffer.from('['.repeat(1 << 20))),
  'invalid UTF-8': instead(Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0xc0, 0x22, 0x3a, 0x31, 0x7d])),
  'nothing at all': instead(Buffer.alloc(0)),
}
// Each lasts until the function gives the call up, after ten seconds.
const never = new Promise(() => {})
const stalls = {
  'a stall before the call': () => never,
  'a stall after the call': async pass => {
    await pass()
    await never
  },
}

class Story {
  version = 3
  builds = 0
  needed = 0  // KiB of memory.

  static async make(t, ...options) {
    const story = new Story()
    const files = folder(t)
    story.files = files
    story.wire = await Wire.start(t)
    writeFileSync(join(files, 'seed.json'), JSON.stringify({ repositories: { shop: ['1.2.3'] }, services: [{ arn, image: 'shop:1.2.3' }] }))
    writeFileSync(join(files, 'rules.json'), JSON.stringify([rule]))
    // The function as it is, but that its calls take another way.
    writeFileSync(join(files, 'function'), `#!/bin/sh
      echo $$ > '${files}/pid'
      AWS_ENDPOINT_URL=http://127.0.0.1:${story.wire.port} exec '${executable}'`)
    chmodSync(join(files, 'function'), 0o755)
    story.sandbox = await Sandbox.start(t, '--seed', join(files, 'seed.json'), '--rules', join(files, 'rules.json'),
      '--function', join(files, 'function'), '--operation-time', '200ms', '--retry-after', '1s', ...options)
    story.wire.target = story.sandbox.port
    story.client = await SdkClient.make(t, story.sandbox)
    await story.runs('1.2.3')
    return story
  }

  get pid() {
    return Number(readFileSync(join(this.files, 'pid'), 'utf8'))
  }

  // Of the process that there is now; a moved clock starts another.
  measure() {
    try {
      this.needed = Math.max(this.needed, memory(this.pid))
    } catch (error) {
      if (error.code !== 'ENOENT' && error.code !== 'ESRCH') throw error
    }
  }

  async advance(time) {
    const answer = await fetch(`${this.sandbox.url}/_sandbox/clock`, { method: 'POST', body: JSON.stringify({ advance: time }) })
    assert.equal(answer.status, 200, await answer.text())
  }

  async running() {
    const service = await this.client.service(arn)
    return service.Status === 'RUNNING' && service.SourceConfiguration.ImageRepository.ImageIdentifier
  }

  async runs(tag) {
    await eventually(`${tag} runs`, async () => await this.running() === image(tag))
  }

  // One push with one strike, of the next version or (`again`) of another image of the last. Returns what was struck; nothing where
  // there were not so many calls.
  async push(at, how, { call, again = false } = {}) {
    const [before] = await this.client.operations(arn)
    if (!again) ++this.version
    const tag = `1.2.${this.version}`
    const deployed = async () => (await this.client.operations(arn))[0].Id !== before.Id && await this.running() === image(tag)
    this.wire.arm(at, how, call)
    await this.client.putImage('shop', tag, manifest(again ? `${tag}, built again: ${++this.builds}` : tag))
    await eventually(`${tag} is deployed, or call ${at} is struck`, async () => this.wire.struck || await deployed())
    // Hidden messages come back, leases end, sweeps go by.
    await eventually(`${tag} runs after ${this.wire.struck}`, async () => {
      if (await deployed() && await this.client.messages('caretaker') === 0) return true
      this.measure()
      await this.advance('3m')
      return false
    })
    this.measure()
    const [last, previous] = await this.client.operations(arn)
    assert.equal(previous.Id, before.Id, `${tag} by one operation, struck at ${this.wire.struck}`)
    assert.equal(last.Type, again ? 'START_DEPLOYMENT' : 'UPDATE_SERVICE')
    assert.equal(last.Status, 'SUCCEEDED')
    return this.wire.struck
  }
}

// Each call of a push's way is struck in turn, until there are no more. A sweep may make further ones.
async function strike_each(t, story, how_at, options) {
  let at = 0
  for (let call; at < 25; ++at, struck.add(call)) {
    call = await story.push(at + 1, how_at(at), options)
    if (!call) break
  }
  t.diagnostic(`${at} calls struck, ${story.needed} KiB of memory at most`)
  assert.ok(at >= 8, `${at} calls`)
  assert.ok(story.needed < memory_max, `${story.needed} KiB`)
}
const struck = new Set()

for (const [name, forwarded] of [['before', false], ['after', true]]) {
  for (const again of forwarded || all ? [false, true] : [false]) {
    test(`killed ${name} any of its calls takes effect, ${again ? 'of a tag that is pushed again' : 'of a new version'}`, async t => {
      const story = await Story.make(t)
      if (again) await story.push(0)
      const kill = async (pass, response) => {
        if (forwarded) await pass()
        process.kill(story.pid, 'SIGKILL')
        response.destroy()
      }
      await strike_each(t, story, () => kill, { again })
      // The look at what ended before may come between the numbers.
      struck.add(await story.push(1, kill, { again, call: again ? 'AppRunner.StartDeployment' : 'AppRunner.UpdateService' }))
    })
  }
}

if (all) {
  for (const [name, how] of Object.entries({ ...strikes, ...stalls }))
    test(`at any call: ${name}`, async t => strike_each(t, await Story.make(t), () => how))
} else {
  test('at each call another trouble', async t => {
    const each = Object.values(strikes)
    await strike_each(t, await Story.make(t), at => each[at % each.length])
  })
  test('what stalls is given up, and is done once', async t => {
    const story = await Story.make(t)
    const calls = [['GET /caretaker/records/', 1], ['PUT /caretaker/records/', 1], ['AppRunner.UpdateService', 1], ['PUT /caretaker/records/', 2]]
    for (const [call, at] of calls) assert.ok(await story.push(at, stalls['a stall after the call'], { call }), `${call} ${at}`)
    assert.ok(await story.push(1, stalls['a stall before the call'], { call: 'AppRunner.UpdateService' }))
  })
}

test('what matters was struck', () => {
  for (const call of ['GET /caretaker/rules.json', 'PUT /caretaker/records/', 'AppRunner.DescribeService', 'AppRunner.UpdateService', 'AppRunner.StartDeployment'])
    assert.ok([...struck].some(one => one.startsWith(call)), `${call} is not among ${[...struck]}`)
})

// Hands events to the function as Lambda does, one after the other, and gives its answers: [`response` or `error`, text].
async function invoke(t, environment, events, seconds = 300) {
  const answers = []
  let said = ''
  let ended
  const over = new Promise(resolve => { ended = resolve })
  const server = createServer(async (request, response) => {
    const body = await buffer(request)
    if (request.url.endsWith('/invocation/next')) {
      if (answers.length === events.length) return ended()
      response.writeHead(200, {
        'Lambda-Runtime-Aws-Request-Id': `request-${answers.length}`,
        'Lambda-Runtime-Deadline-Ms': Date.now() + seconds * 1000,
        'Lambda-Runtime-Invoked-Function-Arn': 'arn:aws:lambda:us-east-1:123456789012:function:caretaker',
      })
      return response.end(events[answers.length])
    }
    answers.push([/[^/]+$/.exec(request.url)[0], body.toString()])
    response.writeHead(202).end('{}')
  })
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
  const child = spawn(executable, [], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...environment, AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${server.address().port}`, QUEUE_NAME: 'caretaker',
      CONFIG_BUCKET: 'caretaker', CONFIG_FILE: 'rules.json' },
  })
  t.after(() => {
    child.kill('SIGKILL')
    server.closeAllConnections()
    server.close()
  })
  child.stdout.on('data', data => { said += data })
  const code = await Promise.race([over, new Promise(resolve => child.once('exit', resolve))])
  assert.equal(code, undefined, `the function ended with ${code}: ${said.slice(-1000)}`)
  return { answers, said, needed: memory(child.pid) }
}

const record = (id, body) => ({
  messageId: id, receiptHandle: id, body, messageAttributes: {}, md5OfBody: '', eventSource: 'aws:sqs', awsRegion: 'us-east-1',
  eventSourceARN: 'arn:aws:sqs:us-east-1:123456789012:caretaker', attributes: { ApproximateReceiveCount: '1', SentTimestamp: String(Date.now()) },
})
const pushed = (tag, digest, account = '123456789012') => JSON.stringify({
  version: '0', id: tag, 'detail-type': 'ECR Image Action', source: 'aws.ecr', account, time: new Date().toISOString(),
  region: 'us-east-1', resources: [], detail: { result: 'SUCCESS', 'repository-name': 'shop', 'image-digest': digest,
    'action-type': 'PUSH', 'image-tag': tag },
})

test('a batch of 10,000 messages: each has its end, and the service is looked at once', async t => {
  const story = await Story.make(t)
  const { imageDigest } = await story.client.putImage('shop', '1.2.4', manifest('1.2.4'))
  await story.runs('1.2.4')
  const bodies = Array.from({ length: 10_000 }, (_, i) => i % 100 === 0 ? 'no JSON' : pushed('1.2.4', imageDigest, i % 7 === 0 ? '999999999999' : undefined))
  const batch = JSON.stringify({ Records: bodies.map((body, i) => record(`message-${i}`, body)) })
  story.wire.arm(0)
  const { answers, said, needed } = await invoke(t, { ...await story.sandbox.environment(), AWS_ENDPOINT_URL: `http://127.0.0.1:${story.wire.port}` }, [batch])
  assert.deepEqual(answers, [['response', '{"batchItemFailures":[]}']])
  const ends = said.split('\n').filter(line => line.includes('"event":"message"')).map(line => JSON.parse(line))
  assert.equal(new Set(ends.map(line => line.message_id)).size, 10_000)
  assert.equal(ends.filter(line => line.end === 'dead-letter').length, 100)
  assert.equal(await story.client.messages('caretaker-dead-letters'), 100)
  assert.ok(story.wire.calls < 150, `${story.wire.calls} calls`)
  t.diagnostic(`${(batch.length / 2 ** 20).toFixed(1)} MiB, ${story.wire.calls} calls, ${needed} KiB of memory at most`)
  assert.ok(needed < memory_max, `${needed} KiB`)
})

test('10,000 messages for which there is no time all come back', async t => {
  const story = await Story.make(t)
  const batch = JSON.stringify({ Records: Array.from({ length: 10_000 }, (_, i) => record(`message-${i}`, pushed('1.2.9', `sha256:${'a'.repeat(64)}`))) })
  const { answers, said } = await invoke(t, await story.sandbox.environment(), [batch], 2)
  assert.equal(answers[0][0], 'response')
  assert.equal(JSON.parse(answers[0][1]).batchItemFailures.length, 10_000)
  assert.match(said, /its return could not be set/)
})

test('what no event source gives is an error to Lambda, and the next event is taken', async t => {
  const sandbox = await Sandbox.start(t)
  const events = ['['.repeat(1 << 20), Buffer.from([0xff, 0xfe, 0x00]), '', 'null', '{"Records":{}}', '{"Records":[[]]}', '{"Records":[]}']
  const { answers, needed } = await invoke(t, await sandbox.environment(), events)
  assert.deepEqual(answers.map(([kind]) => kind), [...events.slice(1).map(() => 'error'), 'response'])
  assert.ok(needed < memory_max, `${needed} KiB`)
})
