// SPDX-License-Identifier: Apache-2.0
// Images pushed and pulled by skopeo, buildah and podman, and what a client that is cut or sends in chunks sees.

import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { CliClient } from './cli_client.mjs'
import { eventually, path, run, Sandbox } from './sandbox.mjs'

const builder = fileURLToPath(new URL('../../script/image', import.meta.url))
const sha256 = bytes => `sha256:${createHash('sha256').update(bytes).digest('hex')}`

class Story {
  static async start(t) {
    const story = new Story()
    story.folder = await mkdtemp(join(tmpdir(), 'registry-story-'))
    t.after(() => rm(story.folder, { recursive: true }))
    await mkdir(join(story.folder, 'layers'))
    story.sandbox = await Sandbox.start(t, { environment: { TMPDIR: join(story.folder, 'layers') } })
    story.cli = await CliClient.make(t, story.sandbox)
    for (const name of ['team/web', 'other']) await story.cli.createRepository(name)
    story.password = (await story.cli.aws('ecr', 'get-login-password')).trim()
    return story
  }

  image(name, ...args) {
    return run(builder, [join(this.folder, name), ...args])
  }
  local(name) {
    return `oci:${join(this.folder, name)}`
  }
  remote(image) {
    return `docker://127.0.0.1:${this.sandbox.port}/${image}`
  }
  async skopeo(command, ...args) {
    const { stdout } = await run('skopeo', ['--insecure-policy', command, ...args], { env: { PATH: path, HOME: this.folder } })
    return stdout
  }
  push(name, image, ...args) {
    return this.skopeo('copy', ...args, '--dest-tls-verify=false', `--dest-creds=AWS:${this.password}`, this.local(name), this.remote(image))
  }
  pull(image, name, ...args) {
    return this.skopeo('copy', ...args, '--src-tls-verify=false', `--src-creds=AWS:${this.password}`, this.remote(image), this.local(name))
  }
  ask(command, image, ...args) {
    return this.skopeo(command, ...args, '--tls-verify=false', `--creds=AWS:${this.password}`, this.remote(image))
  }

  // A request by hand; `body` may be a list of chunks, which are then sent without a length.
  async request(method, target, { headers = {}, body } = {}) {
    const authorization = `Basic ${Buffer.from(`AWS:${this.password}`).toString('base64')}`
    return new Promise((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port: this.sandbox.port, method, path: target, headers: { authorization, ...headers } }, answer => {
        const pieces = []
        answer.on('data', piece => pieces.push(piece))
        answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(pieces) }))
      })
      sent.on('error', reject)
      if (Array.isArray(body)) for (const chunk of body) sent.write(chunk)
      sent.end(Array.isArray(body) ? undefined : body)
    })
  }
  async pushes() {
    const answer = await this.request('GET', '/_sandbox/happenings')
    return answer.body.toString().trim().split('\n').map(line => JSON.parse(line)).filter(line => line.kind === 'push').map(line => line.text)
  }
}

const manifestOf = async (story, name) => {
  const index = JSON.parse(await readFile(join(story.folder, name, 'index.json')))
  return index.manifests[0].digest
}

test('skopeo pushes, looks, pulls and deletes', async t => {
  const story = await Story.start(t)
  await story.image('one', 'hello')
  const digest = await manifestOf(story, 'one')
  await story.push('one', 'team/web:1.2.3')
  await story.push('one', 'team/web:latest')
  await story.push('one', 'other:1.0.0')
  assert.deepEqual(await story.pushes(), ['team/web:1.2.3', 'team/web:latest', 'other:1.0.0'].map(image => `${image} pushed, ${digest.slice(0, 19)}`))

  const inspected = JSON.parse(await story.ask('inspect', 'team/web:1.2.3'))
  assert.equal(inspected.Digest, digest)
  assert.deepEqual(inspected.RepoTags, ['1.2.3', 'latest'])
  assert.deepEqual(JSON.parse(await story.ask('list-tags', 'team/web')).Tags, ['1.2.3', 'latest'])
  await story.pull('team/web:1.2.3', 'pulled')
  assert.equal(await manifestOf(story, 'pulled'), digest)

  const [{ imageTags, artifactMediaType }] = await story.cli.images('team/web')
  assert.deepEqual(imageTags, ['1.2.3', 'latest'])
  assert.equal(artifactMediaType, 'application/vnd.oci.image.config.v1+json')
  await story.ask('delete', 'team/web:1.2.3')
  await assert.rejects(story.ask('inspect', 'team/web:latest'), /manifest unknown/i)
  assert.equal(JSON.parse(await story.ask('inspect', 'other:1.0.0')).Digest, digest)
})

// Both keep images in a folder of the story's, and need root or a user's own range of ids (subuid) for it.
class Builders {
  static async make(story) {
    const builders = new Builders()
    builders.story = story
    const file = join(story.folder, 'storage.conf')
    await writeFile(file, ['[storage]', 'driver = "vfs"', ...['graphroot', 'runroot'].map(name => `${name} = "${join(story.folder, name)}"`)].join('\n'))
    builders.env = { PATH: `${path}:/usr/sbin`, HOME: story.folder, CONTAINERS_STORAGE_CONF: file, REGISTRY_AUTH_FILE: join(story.folder, 'auth.json') }
    return builders
  }
  run(program, ...args) {
    return run(program, args, { env: this.env })
  }
  // From a Dockerfile with a file of that text.
  async build(image, text) {
    const context = await mkdtemp(join(this.story.folder, 'context-'))
    await writeFile(join(context, 'version'), text)
    await writeFile(join(context, 'Dockerfile'), 'FROM scratch\nCOPY version /version\nCMD ["/version"]\n')
    await this.run('buildah', 'bud', '--isolation', 'chroot', '--quiet', '--tag', image, context)
  }
}

test('buildah builds and pushes, podman pushes in both formats and pulls', async t => {
  const story = await Story.start(t)
  const builders = await Builders.make(story)
  const image = tag => `127.0.0.1:${story.sandbox.port}/team/web:${tag}`
  const insecure = '--tls-verify=false'
  await builders.run('buildah', 'login', insecure, '--username', 'AWS', '--password', story.password, `127.0.0.1:${story.sandbox.port}`)
  await builders.build(image('1.0.0'), 'one')
  await builders.run('buildah', 'push', insecure, image('1.0.0'))
  await builders.run('podman', 'push', insecure, '--format', 'v2s2', image('1.0.0'), `docker://${image('1.0.1')}`)
  await builders.run('podman', 'rmi', '--all', '--force')
  await builders.run('podman', 'pull', insecure, '--quiet', image('1.0.1'))
  const { stdout } = await builders.run('podman', 'image', 'inspect', image('1.0.1'), '--format', '{{json .RepoDigests}}')
  const pushed = Object.fromEntries((await story.cli.images('team/web')).map(detail => [detail.imageTags[0], detail]))
  assert.equal(pushed['1.0.0'].imageManifestMediaType, 'application/vnd.oci.image.manifest.v1+json')
  assert.equal(pushed['1.0.1'].imageManifestMediaType, 'application/vnd.docker.distribution.manifest.v2+json')
  assert.equal(pushed['1.0.1'].artifactMediaType, 'application/vnd.docker.container.image.v1+json')
  assert.deepEqual(JSON.parse(stdout), [`127.0.0.1:${story.sandbox.port}/team/web@${pushed['1.0.1'].imageDigest}`])
  assert.deepEqual((await story.pushes()).map(text => text.split(' ')[0]), ['team/web:1.0.0', 'team/web:1.0.1'])
})

test('an index brings untagged images and is told of last', async t => {
  const story = await Story.start(t)
  await story.image('both', 'hello', 'amd64', 'arm64')
  const digest = await manifestOf(story, 'both')
  await story.push('both', 'team/web:2.0.0', '--all')
  const pushes = await story.pushes()
  assert.equal(pushes.length, 3)
  assert.match(pushes[0], /^team\/web:\(no tag\) pushed/)
  assert.match(pushes[1], /^team\/web:\(no tag\) pushed/)
  assert.equal(pushes[2], `team/web:2.0.0 pushed, ${digest.slice(0, 19)}`)
  await story.pull('team/web:2.0.0', 'pulled', '--all')
  assert.equal(await manifestOf(story, 'pulled'), digest)
})

test('strangers and pushes to nowhere are refused', async t => {
  const story = await Story.start(t)
  await story.image('one', 'hello')
  await assert.rejects(story.push('one', 'nowhere:1.0.0'), /name unknown|does not exist/i)
  story.password = 'wrong'
  await assert.rejects(story.push('one', 'team/web:1.0.0'), /unauthorized|authentication required|Not Authorized/i)
})

test('a layer of 100 MB passes through little memory', async t => {
  const story = await Story.start(t)
  const layer = randomBytes(100 << 20)
  const digest = sha256(layer)
  const begun = await story.request('POST', '/v2/team/web/blobs/uploads/')
  const chunks = Array.from({ length: 100 }, (_, i) => layer.subarray(i << 20, (i + 1) << 20))
  assert.equal((await story.request('PATCH', begun.headers.location, { body: chunks })).status, 202)
  assert.equal((await story.request('PUT', `${begun.headers.location}?digest=${digest}`)).status, 201)
  const pulled = await story.request('GET', `/v2/team/web/blobs/${digest}`)
  assert.equal(sha256(pulled.body), digest)
  const status = await readFile(`/proc/${story.sandbox.pid}/status`, 'utf8')
  const peak = Number(/VmHWM:\s+(\d+) kB/.exec(status)[1])
  t.diagnostic(`peak resident memory: ${peak} kB`)
  if (!process.env.CARETAKER_SANITIZE) assert.ok(peak < 64 << 10, `${peak} kB`)
})

test('a cut upload goes on where it ended', async t => {
  const story = await Story.start(t)
  const begun = await story.request('POST', '/v2/team/web/blobs/uploads/')
  const authorization = Buffer.from(`AWS:${story.password}`).toString('base64')
  const socket = connect(story.sandbox.port, '127.0.0.1')
  socket.write(`PATCH ${begun.headers.location} HTTP/1.1\r\nHost: h\r\nAuthorization: Basic ${authorization}\r\nContent-Length: 10\r\n\r\n01234`)
  await eventually('five bytes are there', async () => {
    if (socket.writableLength === 0 && !socket.destroyed) socket.destroySoon()
    return (await story.request('GET', begun.headers.location)).headers.range === '0-4'
  })
  const next = await eventually('the cut is noticed', async () => {
    const answer = await story.request('PATCH', begun.headers.location, { headers: { 'content-range': '5-9' }, body: '56789' })
    return answer.status === 202 && answer
  })
  assert.equal(next.headers.range, '0-9')
  assert.equal((await story.request('PUT', `${begun.headers.location}?digest=${sha256('0123456789')}`)).status, 201)
})

test('layers lie in a folder that goes with the sandbox', async t => {
  const story = await Story.start(t)
  const begun = await story.request('POST', '/v2/team/web/blobs/uploads/')
  await story.request('PATCH', begun.headers.location, { body: 'abc' })
  const layers = join(story.folder, 'layers')
  assert.equal((await readdir(layers)).length, 1)
  assert.equal(await story.sandbox.stop(), 0)
  assert.deepEqual(await readdir(layers), [])
})
