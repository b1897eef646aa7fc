// SPDX-License-Identifier: Apache-2.0
// Two of AWS's own clients, asked by the names of service and operation. `call({ service, operation, input, stranger })`
// gives { answer } or { error } as the client understood it, and { status, headers, body } as it came; { failure } where it
// understood neither, { unknown } where it has no such operation.

import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'

const lowered = headers => Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]))

const packages = { apprunner: 'apprunner', ecr: 'ecr', events: 'eventbridge', iam: 'iam', lambda: 'lambda', logs: 'cloudwatch-logs', s3: 's3', sqs: 'sqs', sts: 'sts' }

// The newest clients of the AWS SDK for JavaScript.
export class JavaScriptSdk {
  name = 'the AWS SDK for JavaScript'
  #clients = new Map()
  #came

  constructor(t, sandbox) {
    this.url = sandbox.url
    t.after(() => this.#clients.forEach(({ client }) => client.destroy()))
  }

  async #client(service, key) {
    const name = `${service} ${key}`
    if (!this.#clients.has(name)) {
      const library = await import(`@aws-sdk/client-${packages[service]}`)
      const Client = Object.entries(library).find(([name]) => /^[A-Z]\w*Client$/.test(name) && name !== '__Client')[1]
      const client = new Client({ endpoint: this.url, region: 'us-east-1', maxAttempts: 1, credentials: { accessKeyId: key, secretAccessKey: key } })
      client.middlewareStack.add(next => async args => {
        const result = await next(args)
        const pieces = []
        for await (const piece of result.response.body ?? []) pieces.push(piece)
        const body = Buffer.concat(pieces)
        this.#came = { status: result.response.statusCode, headers: lowered(result.response.headers), body }
        result.response.body = Readable.from(body.length ? [body] : [])
        return result
      }, { step: 'deserialize', priority: 'low' })
      this.#clients.set(name, { client, library })
    }
    return this.#clients.get(name)
  }

  async call({ service, operation, input, stranger }) {
    const { client, library } = await this.#client(service, stranger ? 'stranger' : 'sandbox')
    this.#came = {}
    try {
      const { $metadata, ...answer } = await client.send(new library[`${operation}Command`](input))
      return { answer, ...this.#came }
    } catch (error) {
      return { [error.$metadata?.httpStatusCode ? 'error' : 'failure']: `${error.name}: ${error.message}`, ...this.#came }
    }
  }
}

const packed = value => {
  if (value instanceof Uint8Array) return { base64: Buffer.from(value).toString('base64') }
  if (value instanceof Date) return { time: value.toISOString() }
  if (Array.isArray(value)) return value.map(packed)
  if (typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, packed(inner)]))
  return value
}

// The botocore that is inside of Debian's AWS CLI.
export class AwsCli {
  name = "Debian's AWS CLI"
  #process
  #answers

  constructor(t, sandbox) {
    this.#process = spawn('/usr/bin/python3', [fileURLToPath(new URL('botocore.py', import.meta.url)), sandbox.url], { stdio: ['pipe', 'pipe', 'inherit'] })
    this.#answers = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]()
    t.after(() => this.#process.stdin.end())
  }

  async call({ service, operation, input, stranger }) {
    this.#process.stdin.write(`${JSON.stringify({ service, operation, input: packed(input), stranger })}\n`)
    const { value, done } = await this.#answers.next()
    if (done) throw new Error('botocore.py has ended')
    const came = JSON.parse(value)
    return { ...came, headers: lowered(came.headers), body: Buffer.from(came.body ?? '', 'base64') }
  }
}
