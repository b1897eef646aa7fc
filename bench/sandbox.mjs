// SPDX-License-Identifier: Apache-2.0
// How much the sandbox stands: requests a second, a burst of connections, idle long polls. The load runs on the same cores.

import { execFile, spawn } from 'node:child_process'
import { createHash, createHmac } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs, promisify } from 'node:util'

const run = promisify(execFile)
const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    connections: { type: 'string', default: '32' },
    executables: { type: 'string', default: process.env.CARETAKER_BIN ?? 'build/bin' },
  },
})

const sha256 = text => createHash('sha256').update(text).digest('hex')
const hmac = (key, text) => createHmac('sha256', key).update(text).digest()

// Signature Version 4 of a request to the root or an object, for wrk to send over and over.
function sign({ method, path, host, service, headers = {}, body = '' }) {
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '')
  const all = { ...headers, host, 'x-amz-date': time }
  if (service === 's3') all['x-amz-content-sha256'] = sha256(body)
  const names = Object.keys(all).map(name => name.toLowerCase()).sort()
  const value = name => Object.entries(all).find(([key]) => key.toLowerCase() === name)[1]
  const canonical = [method, path, '', ...names.map(name => `${name}:${value(name)}`), '', names.join(';'), sha256(body)].join('\n')
  const scope = `${time.slice(0, 8)}/us-east-1/${service}/aws4_request`
  const key = ['us-east-1', service, 'aws4_request'].reduce(hmac, hmac('AWS4sandbox', time.slice(0, 8)))
  const signature = hmac(key, ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n')).toString('hex')
  all.Authorization = `AWS4-HMAC-SHA256 Credential=sandbox/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`
  return { method, path, headers: all, body }
}

async function start() {
  const sandbox = spawn(`${options.executables}/caretaker-sandbox`, ['--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await new Promise((resolve, reject) => {
    createInterface({ input: sandbox.stdout }).once('line', text => resolve([text]))
    sandbox.once('exit', code => reject(new Error(`caretaker-sandbox ended with ${code}`)))
  })
  sandbox.port = Number(/:(\d+) /.exec(line)[1])
  return sandbox
}

// Seconds of processor time, and MiB.
async function used(pid) {
  const stat = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1].split(' ')
  const rss = /VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${pid}/status`, 'utf8'))[1]
  return { cpu: (Number(stat[11]) + Number(stat[12])) / 100, mib: Number(rss) / 1024 }
}

const lua = text => JSON.stringify(text)

async function measure(sandbox, folder, name, request) {
  const script = join(folder, 'request.lua')
  // wrk adds a Host of its own unless it finds one under just this name.
  const headers = Object.entries(request.headers).map(([key, value]) => `[${lua(key === 'host' ? 'Host' : key)}]=${lua(value)}`)
  await writeFile(script, `wrk.method=${lua(request.method)}\nwrk.body=${lua(request.body)}\nwrk.headers={${headers.join(',')}}\n`)
  const before = await used(sandbox.pid)
  const { stdout } = await run('wrk', ['-t1', `-c${options.connections}`, `-d${options.seconds}s`, '--latency', '-s', script,
    `http://127.0.0.1:${sandbox.port}${request.path}`])
  const after = await used(sandbox.pid)
  const rate = Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)[1])
  const slow = /99%\s+(\S+)/.exec(stdout)[1]
  const bad = /Non-2xx or 3xx responses: (\d+)/.exec(stdout)?.[1] ?? 0
  const cpu = after.cpu - before.cpu
  const count = Number(/(\d+) requests in/.exec(stdout)[1])
  console.log(`${name.padEnd(44)} ${rate.toFixed(0).padStart(8)}/s   99% within ${slow.padEnd(9)} ` +
    `${((cpu / count) * 1e6).toFixed(1).padStart(6)} µs of CPU each, ${after.mib.toFixed(0)} MiB, ${bad} refused`)
}

const raw = ({ method, path, headers, body }) =>
  `${method} ${path} HTTP/1.1\r\n${Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join('')}` +
  `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`

// Opens so many connections at once, each with that request; resolves to the sockets and a promise of all answers.
function open(sandbox, count, text) {
  const sockets = Array.from({ length: count }, () => createConnection(sandbox.port, '127.0.0.1'))
  const answered = sockets.map(socket => new Promise((resolve, reject) => {
    socket.once('data', data => resolve(data.toString()))
    socket.once('error', reject)
    socket.write(text)
  }))
  return { sockets, answered }
}

const sqs = (host, operation, input) => sign({
  method: 'POST', path: '/', host, service: 'sqs', body: JSON.stringify(input),
  headers: { 'Content-Type': 'application/x-amz-json-1.0', 'X-Amz-Target': `AmazonSQS.${operation}` },
})

const sandbox = await start()
const folder = await mkdtemp(join(tmpdir(), 'bench-sandbox-'))
try {
  const host = `127.0.0.1:${sandbox.port}`
  console.log(`${availableParallelism()} cores, shared with the load; ${options.connections} connections, ${options.seconds} s each`)
  await measure(sandbox, folder, 'GET /_sandbox/health, unsigned', { method: 'GET', path: '/_sandbox/health', headers: { host }, body: '' })
  await measure(sandbox, folder, 'SQS GetQueueUrl, signed', sqs(host, 'GetQueueUrl', { QueueName: 'caretaker' }))
  await measure(sandbox, folder, 'App Runner ListServices, signed', sign({
    method: 'POST', path: '/', host, service: 'apprunner', body: '{}',
    headers: { 'Content-Type': 'application/x-amz-json-1.0', 'X-Amz-Target': 'AppRunner.ListServices' },
  }))
  await measure(sandbox, folder, 'S3 GetObject, signed', sign({ method: 'GET', path: '/caretaker/rules.json', host, service: 's3' }))

  const burst = Date.now()
  const many = open(sandbox, 1000, raw({ method: 'GET', path: '/_sandbox/health', headers: { host }, body: '' }))
  const answers = await Promise.all(many.answered)
  const fine = answers.filter(answer => answer.startsWith('HTTP/1.1 200')).length
  console.log(`${'1,000 connections at once'.padEnd(44)} ${fine} answered in ${Date.now() - burst} ms`)
  many.sockets.forEach(socket => socket.destroy())

  await fetch(`http://${host}/`, { ...sqs(host, 'CreateQueue', { QueueName: 'idle' }) })
  const poll = sqs(host, 'ReceiveMessage', { QueueUrl: `http://${host}/123456789012/idle`, WaitTimeSeconds: 20 })
  const before = await used(sandbox.pid)
  const polls = open(sandbox, 500, raw(poll))
  const all = Promise.all(polls.answered)
  await sleep(2000)
  const waiting = await used(sandbox.pid)
  await sleep(5000)
  const later = await used(sandbox.pid)
  console.log(`${'500 idle long polls'.padEnd(44)} ${((later.cpu - waiting.cpu) / 5 * 100).toFixed(1)} % of a core, ` +
    `${((later.mib - before.mib) * 1024 / 500).toFixed(1)} KiB each`)
  const ended = (await all).filter(answer => answer.startsWith('HTTP/1.1 200')).length
  console.log(`${''.padEnd(44)} ${ended} answered, empty, after their 20 s`)
  polls.sockets.forEach(socket => socket.destroy())
} finally {
  sandbox.kill('SIGTERM')
  await rm(folder, { recursive: true })
}
