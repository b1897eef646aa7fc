// SPDX-License-Identifier: Apache-2.0
// Asks npm's semver and `caretaker semver --batch` the same random calls of every function and compares the answers.
//
//   node differential.mjs --caretaker PATH [--cases 300000] [--seconds N] [--seed N] [--show 20]
//
// Exits with 1 after printing the first differing calls, each as a line for --batch. Needs `npm ci` in test/.

import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { createRequire } from 'node:module'
import { answer } from './oracle.mjs'
import { randomCall } from './calls.mjs'
import { Texts } from './texts.mjs'

const { values } = parseArgs({
  options: {
    caretaker: { type: 'string' },
    cases: { type: 'string' },
    seconds: { type: 'string' },
    seed: { type: 'string', default: '1' },
    show: { type: 'string', default: '20' },
  },
})
if (!values.caretaker) {
  console.error('usage: node differential.mjs --caretaker PATH [--cases N] [--seconds N] [--seed N] [--show N]')
  process.exit(2)
}

const total = Number(values.cases ?? (values.seconds ? Infinity : 300000))
const end = values.seconds ? Date.now() + 1000 * Number(values.seconds) : Infinity
const texts = new Texts(Number(values.seed))
const caretaker = spawn(values.caretaker, ['semver', '--batch'], { stdio: ['pipe', 'pipe', 'inherit'] })
const answers = createInterface({ input: caretaker.stdout })[Symbol.asyncIterator]()
const counts = {}
let asked = 0
let differing = 0

// npm throws where we give an error, and the text of a result is the same.
const same = (ours, npms) => 'error' in npms ? 'error' in ours : JSON.stringify(ours) === JSON.stringify(npms)

while (asked < total && Date.now() < end) {
  const lines = Array.from({ length: Math.min(2000, total - asked) }, () => JSON.stringify(randomCall(texts)))
  asked += lines.length
  // Not waited for: caretaker reads on only as its answers are read, and no more is written before the last of them is there.
  caretaker.stdin.write(lines.map(line => `${line}\n`).join(''))
  for (const line of lines) {
    const { value, done } = await answers.next()
    if (done) {
      console.error(`caretaker ended at: ${line}`)
      process.exit(1)
    }
    const call = JSON.parse(line)
    const npms = answer(call)
    const count = counts[call.fn] ??= { asked: 0, thrown: 0 }
    count.asked += 1
    count.thrown += 'error' in npms ? 1 : 0
    if (!same(JSON.parse(value), npms) && ++differing <= Number(values.show)) {
      console.log(`${line}\n  npm  ${JSON.stringify(npms)}\n  ours ${value}`)
    }
  }
}
caretaker.stdin.end()

const { version } = createRequire(import.meta.url)('semver/package.json')
const summary = Object.entries(counts).sort().map(([fn, { asked, thrown }]) => `${fn} ${asked} (${Math.round(100 * thrown / asked)} % throw)`)
console.log(`semver ${version}, seed ${values.seed}: ${asked} calls, ${differing} different; ${summary.join(', ')}`)
process.exit(differing === 0 ? 0 : 1)
