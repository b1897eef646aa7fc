// SPDX-License-Identifier: Apache-2.0
// script/deploy against an AWS that we did not write: moto's server with its CloudFormation, where it is installed (it is a Python
// package that Debian does not have). It creates the template's resources; it has no App Runner and starts no function.

import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, request } from 'node:http'
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

// Between everybody and moto, which carries out whatever it is told to. Until a stack `Caretaker` with a `status` is deleted, it is
// described with that one, and without the outputs that only a creation which ended well gives.
class Unfinished {
  status = ''

  static async start(t, moto) {
    const made = new Unfinished()
    const server = createServer((asked, answer) => {
      // As AWS would be for a moment: who asks tries again.
      made.#pass(moto, asked, answer).catch(error => answer.writeHead(503).end(String(error)))
    }).listen(0, 'localhost')
    t.after(() => server.close() && server.closeAllConnections())
    await once(server, 'listening')
    made.url = `http://localhost:${server.address().port}`
    return made
  }

  async #pass(moto, asked, answer) {
    const body = await read(asked)
    const sent = request(moto + asked.url, { method: asked.method, headers: asked.headers, agent: false }).end(body)
    const [got] = await once(sent, 'response')
    const form = new URLSearchParams(body.toString('latin1'))
    let text = await read(got)
    if (this.status && form.get('Action') === 'DescribeStacks' && /\bCaretaker\b/.test(form.get('StackName'))) {
      text = Buffer.from(text.toString().replace(/(<StackStatus>)\w+/, `$1${this.status}`).replace(/<Outputs>.*<\/Outputs>/s, ''))
    }
    if (form.get('Action') === 'DeleteStack') this.status = ''
    const { 'content-length': _, 'transfer-encoding': __, ...headers } = got.headers
    answer.writeHead(got.statusCode, { ...headers, ...(asked.method === 'HEAD' ? got.headers : { 'content-length': text.length }) }).end(text)
  }
}

async function read(stream) {
  const pieces = []
  for await (const piece of stream) pieces.push(piece)
  return Buffer.concat(pieces)
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
  deploy(...options) {
    return this.#run(...this.options, ...options, '--', '--method=direct')
  }
  destroy() {
    return this.#run('--destroy', '--yes')
  }
  async #run(...command) {
    try {
      const { stdout, stderr } = await run(script, command, { env: this.env, maxBuffer: 16 << 20 })
      return { code: 0, said: stdout + stderr }
    } catch (error) {
      return { code: error.code, said: error.stdout + error.stderr }
    }
  }
  async aws(...command) {
    const { stdout } = await run('aws', ['--endpoint-url', this.url, '--output', 'json', ...command], { env: this.env })
    return stdout && JSON.parse(stdout)
  }
  // Without the CLI, which needs a second to start.
  async cloudFormation(Action, parameters) {
    const authorization = `AWS4-HMAC-SHA256 Credential=${account}/20260101/${region}/cloudformation/aws4_request, SignedHeaders=host, Signature=0`
    const answer = await fetch(this.url, { method: 'POST', headers: { authorization }, body: new URLSearchParams({ Action, ...parameters }) })
    assert.equal(answer.status, 200, await answer.text())
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
  const cloudFormation = await Unfinished.start(t, await startMoto(t))
  const person = new Person(folder, cloudFormation.url)
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
  await t.test('a creation that failed is made anew, and its bucket named', async () => {
    const { BucketName } = await person.outputs()
    cloudFormation.status = 'ROLLBACK_COMPLETE'
    const { code, said } = await person.deploy(file)
    assert.equal(code, 0, said)
    assert.match(said, /the creation of Caretaker has failed \(ROLLBACK_COMPLETE\): it is deleted and created anew/)
    assert.match(said, new RegExp(`s3://${BucketName} stays, without rules or records in it. To delete it: aws s3api delete-bucket --bucket ${BucketName}\\b`))
    assert.notEqual((await person.outputs()).BucketName, BucketName)
    assert.equal(await person.liveRules(folder), readFileSync(file, 'utf8'))
  })
  await t.test('--destroy takes it away, and says where the rules are', async () => {
    const { BucketName } = await person.outputs()
    const { code, said } = await person.destroy()
    assert.equal(code, 0, said)
    assert.ok(said.includes(`stay in s3://${BucketName}`), said)
    await assert.rejects(person.outputs())
  })

  const ours = 'Caretaker keeps container services on the newest version their owner allows'
  const left = /s3:\/\/\S+ stays, without rules or records in it/
  const unfinished = [
    { name: 'a creation that was rolled back', status: 'ROLLBACK_COMPLETE', description: ours, says: left },
    { name: 'a creation that could not be rolled back', status: 'ROLLBACK_FAILED', description: ours, says: left },
    { name: 'a creation that never began', status: 'REVIEW_IN_PROGRESS', says: /deleted/ },
    { name: 'a creation that goes on', status: 'ROLLBACK_IN_PROGRESS', description: ours, refused: /is ROLLBACK_IN_PROGRESS: wait until that has ended/ },
    { name: 'what somebody else failed to create', status: 'ROLLBACK_COMPLETE', description: 'A shop', refused: /is none of Caretaker's/ },
    { name: 'what nobody describes', status: 'ROLLBACK_COMPLETE', refused: /is none of Caretaker's/ },
    { name: 'what somebody else prepared', status: 'REVIEW_IN_PROGRESS', description: 'A shop', refused: /is none of Caretaker's/ },
    { name: 'somebody else\'s stack', status: '', description: 'A shop', refused: /is none of Caretaker's/ },
  ]
  for (const { name, status, description, says, refused } of unfinished) {
    await t.test(`--destroy of ${name}`, async () => {
      const StackName = 'Caretaker'
      await person.cloudFormation('CreateStack', { StackName, TemplateBody: JSON.stringify({
        Description: description,
        Resources: { Bucket: { Type: 'AWS::S3::Bucket', DeletionPolicy: 'Retain' } },
        Outputs: { Name: { Value: { Ref: 'Bucket' } } },
      }) })
      cloudFormation.status = status
      const { code, said } = await person.destroy()
      if (refused) await person.cloudFormation('DeleteStack', { StackName })
      assert.match(said, refused ?? says)
      assert.equal(code, refused ? 1 : 0, said)
    })
  }
  await t.test('what is somebody else\'s is not deployed to', async () => {
    await person.cloudFormation('CreateStack', { StackName: 'Caretaker', TemplateBody: '{"Description":"A shop","Resources":{}}' })
    cloudFormation.status = 'ROLLBACK_COMPLETE'
    const { code, said } = await person.deploy(file)
    assert.match(said, /is none of Caretaker's/)
    assert.equal(code, 1, said)
  })
})
