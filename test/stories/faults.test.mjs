// SPDX-License-Identifier: Apache-2.0
// What a person may do to the sandbox: seed it, make it fail, move its clock, run it as a container's first process.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Sandbox, eventually, run } from './sandbox.mjs'

const executable = `${process.env.CARETAKER_BIN}/caretaker-sandbox`
const id = '8fe1e10304f84fd2b0df550fe98a71fa'
const arn = `arn:aws:apprunner:us-east-1:123456789012:service/shop-web/${id}`

function files(t, texts) {
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => {
    writeFileSync(join(folder, name), typeof text === 'string' ? text : JSON.stringify(text))
    return [name, join(folder, name)]
  }))
}

const seeded = {
  'seed.json': { repositories: { shop: ['1.2.3'] }, services: [{ arn, image: 'shop:1.2.3' }] },
  'rules.json': [{ repository: 'shop', semVersion: '^1.2.0', serviceArn: arn }],
}

const ask = async (sandbox, method, name, body) => {
  const response = await fetch(`${sandbox.url}/_sandbox/${name}`, { method, body: body && JSON.stringify(body) })
  return { status: response.status, text: await response.text() }
}

const image = async sandbox => {
  const { stdout } = await sandbox.shell(`aws apprunner describe-service --service-arn ${arn} --output text --query \
    Service.[Status,SourceConfiguration.ImageRepository.ImageIdentifier]`)
  return stdout.trim().replace(/\S+\//, '').replace(/\s+/, ' ')
}

const push = (sandbox, tag) => sandbox.shell(`aws ecr put-image --repository-name shop --image-tag ${tag} --image-manifest \
  '{"schemaVersion":2,"layers":[],"config":{"digest":"${tag}"}}'`)

test('a seeded service is deployed to by its own rules', async t => {
  const { 'seed.json': seed, 'rules.json': rules } = files(t, seeded)
  const sandbox = await Sandbox.start(t, '--seed', seed, '--rules', rules, '--operation-time', '500ms')
  assert.equal(await image(sandbox), 'RUNNING shop:1.2.3')
  await push(sandbox, '2.0.0')
  await push(sandbox, '1.2.4')
  await eventually('1.2.4 runs', async () => (await image(sandbox)) === 'RUNNING shop:1.2.4')
})

test('the clock is moved, and what waits for it happens', async t => {
  const { 'seed.json': seed, 'rules.json': rules } = files(t, seeded)
  // A push during the operation would wait for ten minutes, and the operation lasts five.
  const sandbox = await Sandbox.start(t, '--seed', seed, '--rules', rules, '--operation-time', '5m', '--retry-after', '10m')
  await push(sandbox, '1.2.4')
  await eventually('1.2.4 is being deployed', async () => (await image(sandbox)).startsWith('OPERATION_IN_PROGRESS'))
  await push(sandbox, '1.2.5')
  await eventually('1.2.5 waits', () => /1\.2\.5.*(wait|busy)/.test(sandbox.timeline))
  const moved = await ask(sandbox, 'POST', 'clock', { advance: '30m' })
  assert.equal(moved.status, 200, moved.text)
  assert.equal(await image(sandbox), 'RUNNING shop:1.2.5')
  const { ahead } = JSON.parse((await ask(sandbox, 'GET', 'health')).text)
  assert.equal(ahead.endsWith('ms') || ahead.endsWith('s') || ahead.endsWith('m'), true, ahead)
  // AWS's clients go by their own clocks and are let in.
  await push(sandbox, '1.2.6')
  await eventually('1.2.6 is being deployed', async () => (await image(sandbox)) === 'OPERATION_IN_PROGRESS shop:1.2.6')
})

test('a bad request to move the clock says what is right', async t => {
  const sandbox = await Sandbox.start(t)
  for (const body of [{}, { advance: 10 }, { advance: '-10m' }, { advance: '10' }]) {
    const { status, text } = await ask(sandbox, 'POST', 'clock', body)
    assert.equal(status, 400)
    assert.match(text, /"10m/)
  }
})

test('faults strike a real client', async t => {
  const sandbox = await Sandbox.start(t)
  const list = () => sandbox.shell('AWS_MAX_ATTEMPTS=1 aws apprunner list-services')
  for (const [fault, says] of [
    [{ kind: 'throttle' }, /ThrottlingException/],
    [{ kind: 'html' }, /503/],
    [{ kind: 'cut-before' }, /Connection was closed|RemoteDisconnected|Could not connect/],
    [{ kind: 'expired-credentials', times: 1 }, /ExpiredTokenException/],
    [{ kind: 'clock-skew', delay: '1h', service: 'apprunner' }, /InvalidSignatureException/],
  ]) {
    const { status, text } = await ask(sandbox, 'POST', 'faults', fault)
    assert.equal(status, 200, text)
    await assert.rejects(list(), says)
    await ask(sandbox, 'DELETE', 'faults')
  }
  await list()
})

test('files that can not be used are refused by line and column', async t => {
  const service = { arn, image: 'shop:1.2.3' }
  const repositories = { shop: ['1.2.3'] }
  for (const [name, option, text, says] of [
    ['no JSON', '--seed', '{\n  "services": [}', /seed:2:16: /],
    ['no JSON rules', '--rules', '[\n{]', /rules:2:2: /],
    ['unknown member', '--seed', '{"service": []}', /seed:1:2: "service" is not known here; known are .*services/],
    ['no such image', '--seed', { services: [service] }, /seed:1:\d+: must be NAME:TAG of one of the repositories/],
    ['no ARN', '--seed', { repositories, services: [{ ...service, arn: 'shop' }] }, /seed:1:\d+: must be an App Runner service's ARN/],
    ['two regions', '--seed', { repositories, services: [service, { ...service, arn: arn.replace('us-east-1', 'eu-west-1') }] }, /one account in one region/],
    ['bad tag', '--seed', { repositories: { shop: ['-'] } }, /seed:1:\d+: must be a tag/],
    ['bad repository', '--seed', { repositories: { Shop: [] } }, /seed:1:\d+: "Shop" is no repository's name/],
  ]) {
    await t.test(name, t => {
      const { [option.slice(2)]: file } = files(t, { [option.slice(2)]: text })
      const { status, stderr } = spawnSync(executable, ['--port', '0', option, file], { encoding: 'utf8', timeout: 10_000 })
      assert.equal(status, 1)
      assert.match(stderr, says)
    })
  }
  const { status, stderr } = spawnSync(executable, ['--port', '0', '--seed', '/nowhere/seed.json'], { encoding: 'utf8', timeout: 10_000 })
  assert.equal(status, 1)
  assert.match(stderr, /\/nowhere\/seed\.json: can't be read/)
})

test('on all addresses it warns', async t => {
  const process = (await import('node:child_process')).spawn(executable, ['--port', '0', '--address', '0.0.0.0'])
  t.after(() => process.kill())
  const [warning] = await new Promise(resolve => process.stderr.once('data', data => resolve([data.toString()])))
  assert.match(warning, /listening on 0\.0\.0\.0: whoever reaches it can do everything/)
})

test('as the first process of a container it passes signals on and takes in orphans', async t => {
  const unshare = ['unshare', '--user', '--map-root-user', '--pid', '--fork', '--mount-proc']
  if (spawnSync(unshare[0], [...unshare.slice(1), 'true']).status !== 0) return t.skip('this machine forbids namespaces')
  const { stdout } = await run('bash', ['-c', `
    ${unshare.join(' ')} bash -c 'exec ${executable} --port 0' > "$0" &
    for _ in $(seq 100); do grep -q ready "$0" && break; sleep 0.1; done
    pid=$(pgrep -P $! | head -n 1)
    kill -TERM "$pid"
    wait $!
    echo "ended with $?"`, join(mkdtempSync(join(tmpdir(), 'init-')), 'out')])
  assert.equal(stdout.trim(), 'ended with 0')
})

test('clients that take for ever or say too much do not hold it up', async t => {
  const sandbox = await Sandbox.start(t)
  const slow = Array.from({ length: 300 }, () => {
    const socket = connect(Number(sandbox.port), '127.0.0.1')
    socket.on('error', () => {})
    socket.write('GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ')
    t.after(() => socket.destroy())
    return socket
  })
  const heads = await new Promise(resolve => {
    const socket = connect(Number(sandbox.port), '127.0.0.1')
    socket.once('data', data => resolve(data.toString()))
    socket.on('error', () => {})
    socket.write(`GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(1 << 20)}\r\n\r\n`)
  })
  assert.match(heads, /^HTTP\/1\.1 431 /)
  assert.equal((await ask(sandbox, 'GET', 'health')).status, 200)
  assert.equal(slow.length, 300)
})
