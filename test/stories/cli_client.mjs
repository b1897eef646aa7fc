// SPDX-License-Identifier: Apache-2.0
// What the walkthrough asks of AWS, asked by the AWS CLI in the words that a person would type. The CLI runs once for all
// commands (aws_cli.py); the shell function that leads a person's `aws` to the sandbox is for others to try.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export class CliClient {
  #url
  #process
  #answers
  #folder

  static async make(t, sandbox) {
    const client = new CliClient()
    client.#url = sandbox.url
    client.#process = spawn('/usr/bin/python3', [fileURLToPath(new URL('aws_cli.py', import.meta.url))],
      { stdio: ['pipe', 'pipe', 'inherit'], env: { ...await sandbox.environment(), HOME: '/nonexistent' } })
    client.#answers = createInterface({ input: client.#process.stdout })[Symbol.asyncIterator]()
    t.after(() => client.#process.stdin.end())
    client.#folder = await mkdtemp(join(tmpdir(), 'caretaker-story-'))
    t.after(() => rm(client.#folder, { recursive: true }))
    return client
  }

  async aws(...args) {
    this.#process.stdin.write(`${JSON.stringify(['--endpoint-url', this.#url, ...args])}\n`)
    const { value, done } = await this.#answers.next()
    assert.ok(!done, 'aws_cli.py has ended')
    const { code, stdout, stderr } = JSON.parse(value)
    assert.equal(code, 0, `aws ${args.join(' ')}: ${stderr}`)
    return stdout.startsWith('{') ? JSON.parse(stdout) : stdout
  }

  // The name of a file with that text.
  async #file(name, text) {
    const file = join(this.#folder, name)
    await writeFile(file, text)
    return file
  }

  async account() {
    return (await this.aws('sts', 'get-caller-identity', '--query', 'Account', '--output', 'text')).trim()
  }

  async createRepository(name) {
    return (await this.aws('ecr', 'create-repository', '--repository-name', name)).repository
  }

  async putImage(repository, tag, manifest) {
    const file = await this.#file('manifest.json', manifest)
    const answer = await this.aws('ecr', 'put-image', '--repository-name', repository, '--image-tag', tag,
      '--image-manifest', `file://${file}`)
    return answer.image.imageId
  }

  async images(repository) {
    return (await this.aws('ecr', 'describe-images', '--repository-name', repository)).imageDetails
  }

  async createService(input) {
    const file = await this.#file('input.json', JSON.stringify(input))
    const arn = await this.aws('apprunner', 'create-service', '--cli-input-json', `file://${file}`,
      '--output', 'text', '--query', 'Service.ServiceArn')
    return arn.trim()
  }

  async service(arn) {
    return (await this.aws('apprunner', 'describe-service', '--service-arn', arn)).Service
  }

  async operations(arn) {
    return (await this.aws('apprunner', 'list-operations', '--service-arn', arn)).OperationSummaryList
  }

  async putRules(rules) {
    const file = await this.#file('rules.json', JSON.stringify(rules, null, 2))
    await this.aws('s3', 'cp', file, 's3://caretaker/rules.json')
  }

  async getRules() {
    return JSON.parse(await this.aws('s3', 'cp', 's3://caretaker/rules.json', '-'))
  }

  async eventLog(service) {
    const answer = await this.aws('logs', 'get-log-events', '--start-from-head', '--log-stream-name', 'events',
      '--log-group-name', `/aws/apprunner/${service.ServiceName}/${service.ServiceId}/service`)
    return answer.events.map(event => event.message)
  }

  async functionLog() {
    const answer = await this.aws('logs', 'filter-log-events', '--log-group-name', '/aws/lambda/caretaker')
    return answer.events.map(event => event.message)
  }

  // How many messages a queue holds, waiting ones included.
  async messages(name) {
    const url = (await this.aws('sqs', 'get-queue-url', '--queue-name', name, '--query', 'QueueUrl', '--output', 'text')).trim()
    const answer = await this.aws('sqs', 'get-queue-attributes', '--queue-url', url, '--attribute-names', 'All')
    return ['', 'NotVisible', 'Delayed'].reduce((sum, kind) => sum + Number(answer.Attributes[`ApproximateNumberOfMessages${kind}`]), 0)
  }
}
