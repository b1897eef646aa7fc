// SPDX-License-Identifier: Apache-2.0
// `caretaker reconcile --records` where the disk is full: before anything is written, and between the intention and the operation's
// id. Nothing is deployed that is not written down, and nothing twice.

import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Sandbox, eventually } from './sandbox.mjs'
import { SdkClient } from './sdk_client.mjs'
import { manifest } from './walkthrough.mjs'
import { Wire } from './wire.mjs'

const arn = 'arn:aws:apprunner:us-east-1:123456789012:service/shop/8fe1e10304f84fd2b0df550fe98a71fa'
const image = tag => `123456789012.dkr.ecr.us-east-1.amazonaws.com/shop:${tag}`
const rule = { repository: 'shop', semVersion: '^1.2', serviceArn: arn }

const forbidden = spawnSync('unshare', ['--map-root-user', '--mount', 'true']).status !== 0 && 'this machine forbids namespaces'

// 64 KiB that only a process of their own sees, and those that enter it.
class Disk {
  static async make(t, files) {
    const disk = new Disk()
    disk.path = join(files, 'disk')
    mkdirSync(disk.path)
    const holder = spawn('unshare', ['--map-root-user', '--mount', 'sh', '-c',
      `mount -t tmpfs -o size=64k tmpfs '${disk.path}' && mkdir '${disk.path}/records' && echo ready && exec sleep infinity`],
      { stdio: ['ignore', 'pipe', 'inherit'] })
    t.after(() => holder.kill('SIGKILL'))
    await new Promise((resolve, reject) => {
      holder.stdout.once('data', resolve)
      holder.once('exit', code => reject(new Error(`no disk: ${code}`)))
    })
    disk.enter = `nsenter --target ${holder.pid} --user --mount --preserve-credentials`
    const root = `/proc/${holder.pid}/root${disk.path}`
    disk.filling = `${root}/filling`
    disk.file = `${root}/records/123456789012/us-east-1/apprunner/${arn.split(':service/')[1]}.json`
    return disk
  }

  fill() {
    const file = openSync(this.filling, 'w')
    try {
      assert.throws(() => {
        for (let i = 0; i < 1000; ++i) writeSync(file, Buffer.alloc(1024))
      }, { code: 'ENOSPC' })
    } finally {
      closeSync(file)
    }
  }

  empty() {
    rmSync(this.filling)
  }

  record() {
    return JSON.parse(readFileSync(this.file, 'utf8'))
  }

  // As time would, in two minutes.
  end_lease() {
    const record = this.record()
    record.intention.leaseUntil = new Date().toISOString()
    writeFileSync(this.file, JSON.stringify(record))
  }
}

class Story {
  static async make(t) {
    const story = new Story()
    const files = mkdtempSync(join(tmpdir(), 'caretaker-disk-'))
    t.after(() => rmSync(files, { recursive: true, force: true }))
    writeFileSync(join(files, 'seed.json'), JSON.stringify({ repositories: { shop: ['1.2.3'] }, services: [{ arn, image: 'shop:1.2.3' }] }))
    writeFileSync(join(files, 'rules.json'), JSON.stringify([rule]))
    story.files = files
    // Without rules in force the function leaves the service to the command.
    story.sandbox = await Sandbox.start(t, '--seed', join(files, 'seed.json'), '--operation-time', '200ms')
    story.wire = await Wire.start(t)
    story.wire.target = story.sandbox.port
    story.client = await SdkClient.make(t, story.sandbox)
    story.disk = await Disk.make(t, files)
    await story.runs('1.2.3')
    return story
  }

  push(tag) {
    return this.client.putImage('shop', tag, manifest(tag))
  }

  async reconcile() {
    const { code = 0, stdout } = await this.sandbox.shell(`export AWS_ENDPOINT_URL=http://127.0.0.1:${this.wire.port}
      exec ${this.disk.enter} caretaker reconcile --rules '${this.files}/rules.json' --records '${this.disk.path}/records' 2>&1`).catch(error => error)
    return { code, stdout }
  }

  async operations() {
    return (await this.client.operations(arn)).map(one => one.Type)
  }

  async running() {
    const service = await this.client.service(arn)
    return service.Status === 'RUNNING' && service.SourceConfiguration.ImageRepository.ImageIdentifier
  }

  async runs(tag) {
    await eventually(`${tag} runs`, async () => await this.running() === image(tag))
  }
}

test('without room for its record nothing is deployed, and it says so', { skip: forbidden }, async t => {
  const story = await Story.make(t)
  await story.push('1.2.4')
  story.disk.fill()
  const refused = await story.reconcile()
  assert.equal(refused.code, 2, refused.stdout)
  assert.match(refused.stdout, /No space left on device; the record is as it was/)
  assert.deepEqual(await story.operations(), ['CREATE_SERVICE'])
  assert.equal(await story.running(), image('1.2.3'))
  story.disk.empty()
  const done = await story.reconcile()
  assert.equal(done.code, 0, done.stdout)
  await story.runs('1.2.4')
})

test('where the disk is full once the intention is written, its operation is found and not begun twice', { skip: forbidden }, async t => {
  const story = await Story.make(t)
  await story.push('1.2.4')
  story.wire.arm(1, async (pass, response) => {
    story.disk.fill()
    await Wire.answer(pass, response)
  }, 'AppRunner.UpdateService')
  const begun = await story.reconcile()
  assert.equal(begun.code, 0, begun.stdout)
  assert.match(begun.stdout, /No space left on device/)
  assert.match(begun.stdout, /update 1\.2\.3 → 1\.2\.4/)
  await story.runs('1.2.4')
  const { intention, set } = story.disk.record()
  assert.equal(intention.tag, '1.2.4')
  assert.equal(set, undefined)

  story.disk.empty()
  const waits = await story.reconcile()
  assert.equal(waits.code, 1, waits.stdout)
  assert.match(waits.stdout, /about to be deployed by another invocation/)
  story.disk.end_lease()
  const found = await story.reconcile()
  assert.equal(found.code, 0, found.stdout)
  assert.match(found.stdout, /1\.2\.4 is deployed: operation \S+ ended with SUCCEEDED/)
  assert.deepEqual(await story.operations(), ['UPDATE_SERVICE', 'CREATE_SERVICE'])
  assert.equal(story.disk.record().intention, undefined)
})
