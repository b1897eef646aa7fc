// SPDX-License-Identifier: Apache-2.0
// script/deploy against an AWS that we did not write: moto's server with its CloudFormation, where it is installed (it is a Python
// package that Debian does not have). It creates the template's resources; it has no App Runner and starts no function.

import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import test from 'node:test'
import { eventually, run } from '../stories/sandbox.mjs'
import { account, architecture, caretaker, infra, region, rules, temporaryFolder } from './synthesis.mjs'

const hasMoto = spawnSync('python3', ['-c', 'import moto.server']).status === 0
const script = join(infra, '../script/deploy')

async function startMoto(t) {
  const child = spawn('python3', ['-m', 'moto.server', '-H', '127.0.0.1', '-p', '0'], { stdio: ['ignore', 'pipe', 'pipe'] })
  t.after(() => child.kill())
  let log = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', piece => (log += piece))
  const [, port] = await eventually('moto is ready', () => /http:\/\/127\.0\.0\.1:(\d+)/.exec(log))
  // By name: it does not understand the address of CloudFormation's template otherwise.
  return `http://localhost:${port}`
}

// Moto has no App Runner that could be asked for the services' roles.
function offlineCaretaker(folder) {
  mkdirSync(folder)
  writeFileSync(join(folder, 'caretaker'),
    `#!/bin/sh\n[ "$1" != stack ] || set -- "$@" --offline --role=arn:aws:iam::${account}:role/Pull\nexec ${caretaker} "$@"\n`,
    { mode: 0o755 })
  return folder
}

class Person {
  constructor(folder, url) {
    this.url = url
    this.env = {
      PATH: `/usr/bin:/bin:${dirname(process.execPath)}`, HOME: folder, AWS_ENDPOINT_URL: url, AWS_REGION: region,
      AWS_ACCESS_KEY_ID: account, AWS_SECRET_ACCESS_KEY: 'moto',
    }
    this.options = ['--yes', '--executable', caretaker, '--executables', offlineCaretaker(join(folder, 'bin')), '--arch', architecture]
  }

  // Directly, since moto knows no outputs of a stack that was made by a change set.
  async deploy(...options) {
    try {
      const { stdout, stderr } = await run(script, [...this.options, ...options, '--', '--method=direct'], { env: this.env, maxBuffer: 16 << 20 })
      return { code: 0, said: stdout + stderr }
    } catch (error) {
      return { code: error.code, said: error.stdout + error.stderr }
    }
  }
  async aws(...command) {
    const { stdout } = await run('aws', ['--endpoint-url', this.url, '--output', 'json', ...command], { env: this.env })
    return stdout && JSON.parse(stdout)
  }
  async outputs() {
    const { Stacks: [{ Outputs }] } = await this.aws('cloudformation', 'describe-stacks', '--stack-name', 'Caretaker')
    return Object.fromEntries(Outputs.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]))
  }
  async liveRules(folder) {
    const { BucketName, RulesKey } = await this.outputs()
    await this.aws('s3api', 'get-object', '--bucket', BucketName, '--key', RulesKey, join(folder, 'live'))
    return readFileSync(join(folder, 'live'), 'utf8')
  }
}

test('script/deploy', { skip: !hasMoto && 'moto is not installed' }, async t => {
  const folder = temporaryFolder(t)
  const person = new Person(folder, await startMoto(t))
  const file = join(folder, 'rules.json')
  writeFileSync(file, JSON.stringify(rules('shop')))

  await t.test('rules with mistakes change nothing', async () => {
    writeFileSync(join(folder, 'wrong.json'), '[{}]')
    const { code, said } = await person.deploy(join(folder, 'wrong.json'))
    assert.equal(code, 1)
    assert.match(said, /wrong.json has mistakes \(above\), and nothing was changed/)
  })
  await t.test('the first time prepares the account, creates the stack and uploads the rules', async () => {
    const { code, said } = await person.deploy(file)
    assert.equal(code, 0, said)
    assert.match(said, /services watched: 1/)
    assert.equal(await person.liveRules(folder), readFileSync(file, 'utf8'))
  })
  await t.test('queue, mapping, function and event rules are there', async () => {
    const { QueueName, DeadLetterQueueName, FunctionName } = await person.outputs()
    const { QueueUrl } = await person.aws('sqs', 'get-queue-url', '--queue-name', QueueName)
    const { Attributes } = await person.aws('sqs', 'get-queue-attributes', '--queue-url', QueueUrl, '--attribute-names', 'All')
    assert.equal(Attributes.VisibilityTimeout, '360')
    assert.ok(JSON.parse(Attributes.RedrivePolicy).deadLetterTargetArn.endsWith(`:${DeadLetterQueueName}`))
    const { EventSourceMappings: [mapping] } = await person.aws('lambda', 'list-event-source-mappings', '--function-name', FunctionName)
    assert.deepEqual(mapping.FunctionResponseTypes, ['ReportBatchItemFailures'])
    const { Configuration } = await person.aws('lambda', 'get-function', '--function-name', FunctionName)
    assert.deepEqual([Configuration.Runtime, Configuration.Architectures, Configuration.Timeout], ['provided.al2023', [architecture], 60])
    const { Rules } = await person.aws('events', 'list-rules')
    assert.equal(Rules.length, 4)
  })
  await t.test('rules that differ from those in force stop it', async () => {
    writeFileSync(file, JSON.stringify(rules('shop', 'front')))
    const { code, said } = await person.deploy(file)
    assert.equal(code, 1)
    assert.match(said, /rules.json differs from the rules in force, s3:\/\/\S*rules.json. Take these: {2}aws s3 cp s3/)
    assert.equal(await person.liveRules(folder), JSON.stringify(rules('shop')))
  })
  // Moto can't update the stack: it answers UpdateStack with a page of its own.
  await t.test('rules that were put in force pass, and --dry-run shows what they would change', async () => {
    const { BucketName, RulesKey } = await person.outputs()
    await person.aws('s3api', 'put-object', '--bucket', BucketName, '--key', RulesKey, '--body', file)
    const before = await person.aws('cloudformation', 'get-template', '--stack-name', 'Caretaker')
    const { code, said } = await person.deploy(file, '--dry-run')
    assert.equal(code, 0, said)
    assert.match(said, /front/)
    assert.ok(!said.includes('uploaded'))
    assert.deepEqual(await person.aws('cloudformation', 'get-template', '--stack-name', 'Caretaker'), before)
  })
  await t.test('--destroy takes it away, and says where the rules are', async () => {
    const { BucketName } = await person.outputs()
    const { stdout } = await run(script, ['--destroy', '--yes'], { env: person.env })
    assert.ok(stdout.includes(`stay in s3://${BucketName}`), stdout)
    await assert.rejects(person.outputs())
  })
})
