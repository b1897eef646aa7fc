// SPDX-License-Identifier: Apache-2.0
// A sandbox of a story's own: the real executables on a free port, ended with the story.

import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

const executables = process.env.CARETAKER_BIN
assert.ok(executables, 'CARETAKER_BIN names the folder of caretaker and caretaker-sandbox')

export const run = promisify(execFile)

// The folder of Debian's AWS CLI, and of everything else that a story's shell needs.
export const path = '/usr/bin:/bin'

export class Sandbox {
  #process
  #lines = []

  // Starts it and waits until it is ready. `t` is the test that it ends with; the options may end with
  // `{ environment: { NAME: value } }`.
  static async start(t, ...options) {
    const sandbox = new Sandbox()
    const { environment = {} } = typeof options.at(-1) === 'object' ? options.pop() : {}
    sandbox.#process = spawn(`${executables}/caretaker-sandbox`, ['--port', '0', '--timeline', ...options], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...environment },
    })
    t.after(() => sandbox.stop())
    const ready = await new Promise((resolve, reject) => {
      createInterface({ input: sandbox.#process.stdout }).on('line', line => {
        sandbox.#lines.push(line)
        if (line.startsWith('caretaker-sandbox ready')) resolve(line)
      })
      sandbox.#process.once('exit', code => reject(new Error(`caretaker-sandbox ended with ${code} before it was ready`)))
      sandbox.#process.once('error', reject)
    })
    const match = /^caretaker-sandbox ready on (http:\/\/127\.0\.0\.1:(\d+)) \(account \d{12}, [a-z0-9-]+\)$/.exec(ready)
    assert.ok(match, ready)
    sandbox.url = match[1]
    sandbox.port = match[2]
    return sandbox
  }

  get pid() {
    return this.#process.pid
  }

  // What it has printed so far.
  get timeline() {
    return this.#lines.join('\n')
  }

  // Runs a shell command after `eval "$(caretaker-sandbox env)"`, as a person's shell would.
  shell(command, args = [], { shell = 'bash' } = {}) {
    return run(shell, ['-c', `eval "$(caretaker-sandbox env --port ${this.port})"; ${command}`, shell, ...args], {
      env: { PATH: `${executables}:${path}`, HOME: '/nonexistent' },
      maxBuffer: 64 << 20,
    })
  }

  // The variables that `caretaker-sandbox env` sets.
  async environment() {
    const { stdout } = await this.shell('env -0')
    return Object.fromEntries(stdout.split('\0').filter(Boolean).map(entry => entry.split(/=(.*)/s, 2)))
  }

  // SIGTERM, and the exit code that follows.
  async stop() {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return this.#process.exitCode
    const ended = new Promise(resolve => this.#process.once('exit', resolve))
    this.#process.kill('SIGTERM')
    return ended
  }
}

// Asks until the answer is to be had, and gives it. Whatever else is asked meanwhile is the answer's own business.
export async function eventually(what, ask, { within = 40_000, every = 100 } = {}) {
  const end = Date.now() + within
  for (;;) {
    const answer = await ask()
    if (answer) return answer
    assert.ok(Date.now() < end, `not within ${within / 1000} s: ${what}`)
    await sleep(every)
  }
}
