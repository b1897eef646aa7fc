// SPDX-License-Identifier: Apache-2.0
// The sandbox as a program: what it prints, how it ends, and what a shell takes from it.

import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { Sandbox, run } from './sandbox.mjs'

const program = `${process.env.CARETAKER_BIN}/caretaker-sandbox`

const failure = (...args) => run(program, args).then(
  () => assert.fail(`caretaker-sandbox ${args.join(' ')} succeeds`),
  error => ({ code: error.code, stderr: error.stderr }))

test('it tells its version and its options', async () => {
  assert.match((await run(program, ['--version'])).stdout, /^caretaker-sandbox \d+\.\d+\.\d+\n$/)
  const { stdout } = await run(program, ['--help'])
  for (const option of ['--port', '--operation-time', '--retry-after', '--function', '--timeline', 'env']) {
    assert.ok(stdout.includes(option), `${option} is in\n${stdout}`)
  }
})

test('it says what is wrong with its arguments', async () => {
  for (const args of [['--port', 'http'], ['--operation-time', '3'], ['--operation-time', 'soon'], ['--speed', '9'], ['serve']]) {
    const { code, stderr } = await failure(...args)
    assert.notEqual(code, 0)
    assert.ok(stderr.length > 0, args.join(' '))
  }
})

test('it says what to do about a port in use', async t => {
  const sandbox = await Sandbox.start(t)
  const { code, stderr } = await failure('--port', sandbox.port)
  assert.equal(code, 1)
  assert.match(stderr, new RegExp(`${sandbox.port}.*in use.*--port`, 's'))
})

test('it says what to do about a missing function', async () => {
  const { code, stderr } = await failure('--function', '/nonexistent/caretaker')
  assert.equal(code, 1)
  assert.match(stderr, /no executable at \/nonexistent\/caretaker.*--function/)
})

test('it makes the folder for layers, or says why not', async t => {
  const folder = join(await mkdtemp(join(tmpdir(), 'sandbox-story-')), 'a', 'b')
  t.after(() => rm(join(folder, '..', '..'), { recursive: true }))
  await Sandbox.start(t, { environment: { TMPDIR: folder } })
  assert.ok(existsSync(folder))
  const refused = await run(program, ['--port', '0'], { env: { TMPDIR: '/proc/none' } }).catch(error => error)
  assert.match(refused.stderr, /no folder for image layers in \/proc\/none/)
})

test('it ends cleanly', async t => {
  const sandbox = await Sandbox.start(t)
  assert.equal(await sandbox.stop(), 0)
})

test('its environment leads every shell’s aws to it', async t => {
  const sandbox = await Sandbox.start(t)
  for (const shell of ['bash', 'dash', 'zsh'].filter(name => existsSync(`/usr/bin/${name}`))) {
    await t.test(shell, async () => {
      const { stdout } = await sandbox.shell(
        'echo "$AWS_ENDPOINT_URL"; aws sts get-caller-identity --query Account --output text', [], { shell })
      assert.equal(stdout, `${sandbox.url}\n123456789012\n`)
    })
  }
})

test('its environment names the region that its seed is in', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'sandbox-story-'))
  t.after(() => rm(folder, { recursive: true }))
  const seed = join(folder, 'seed.json')
  await writeFile(seed, JSON.stringify({ account: '111122223333', region: 'eu-west-1', repositories: { shop: ['1.2.3'] } }))
  const sandbox = await Sandbox.start(t, '--seed', seed)
  const { stdout } = await sandbox.shell(
    'echo "$AWS_REGION $AWS_DEFAULT_REGION"; aws ecr describe-repositories --query repositories[].repositoryName --output text')
  assert.equal(stdout, 'eu-west-1 eu-west-1\nshop\n')
})

test('its environment names its first region where nobody answers, or no sandbox', async t => {
  const others = createServer((request, response) => response.end('{"region":"eu-west-1; echo x"}'))
  await new Promise(resolve => others.listen(0, '127.0.0.1', resolve))
  t.after(() => others.close())
  for (const port of ['1', String(others.address().port)]) {
    const { stdout } = await run(program, ['env', '--port', port])
    assert.match(stdout, /^export AWS_REGION=us-east-1$/m)
  }
})

test('it serves on, whatever it is asked', async t => {
  const sandbox = await Sandbox.start(t)
  const requests = [
    ['GET', '/'],
    ['POST', '/', '{'],
    ['POST', '/', '[[[[[[[['.repeat(5_000), { 'X-Amz-Target': 'AppRunner.DescribeService' }],
    ['POST', '/', '{}', { 'X-Amz-Target': 'NoSuch.Thing' }],
    ['PUT', '/%00/%ff', 'x'],
    ['GET', '/2018-06-01/runtime/nothing'],
    ['POST', '/2018-06-01/runtime/invocation/none/response', '{}'],
    ['DELETE', '/2018-06-01/runtime/invocation/next'],
  ]
  for (const [method, path, body, headers] of requests) {
    const response = await fetch(sandbox.url + path, { method, body, headers })
    assert.ok(response.status >= 400 && response.status < 500, `${method} ${path}: ${response.status}`)
    await response.text()
  }
  const { stdout } = await sandbox.shell('aws sts get-caller-identity --query Account --output text')
  assert.equal(stdout, '123456789012\n')
})
