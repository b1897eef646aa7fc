// SPDX-License-Identifier: Apache-2.0
// Asks npm's semver and src/semver the same random questions and compares the answers.
//
//   node differential.mjs --driver PATH [--cases 200000] [--seed N] [--show 20]
//
// Exits with 1 after printing the first differing cases, each with what reproduces it. Needs `npm ci` in test/.

import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { once } from 'node:events'
import { parseArgs } from 'node:util'
import semver from 'semver'
import { Texts } from './texts.mjs'

const { values } = parseArgs({
  options: {
    driver: { type: 'string' },
    cases: { type: 'string', default: '200000' },
    seed: { type: 'string', default: '1' },
    show: { type: 'string', default: '20' },
  },
})
if (!values.driver) {
  console.error('usage: node differential.mjs --driver PATH [--cases N] [--seed N] [--show N]')
  process.exit(2)
}

const orders = new Map([[-1, 'less'], [0, 'equal'], [1, 'greater']])
const valid = (texts, options) => texts.every(text => semver.valid(text, options) !== null)

// What a question is made of and what npm answers. The driver knows them by the same names.
const questions = {
  valid: {
    make: texts => [texts.anyVersion()],
    answer: ([version], options) => semver.valid(version, options) ?? '!',
  },
  parts: {
    make: texts => [texts.anyVersion()],
    answer: ([version], options) => {
      const v = semver.parse(version, options)
      return v ? `${v.prerelease.join('.')}/${v.build.join('.')}/${v.major}.${v.minor}.${v.patch}` : '!'
    },
  },
  compare: {
    make: texts => {
      const a = texts.anyVersion()
      return [a, texts.chance(0.5) ? texts.versionNear(a) : texts.chance(0.5) ? texts.mutated(a) : texts.anyVersion()]
    },
    answer: ([a, b], options) => valid([a, b], options)
      ? `${orders.get(semver.compare(a, b, options))}/${orders.get(semver.compareBuild(a, b, options))}`
      : '!',
  },
  sort: {
    make: texts => texts.repeat(2 + texts.below(12), () => texts.version().trim()),
    answer: (versions, options) => {
      const written = version => version.replace(/^[v=\s]+/, '')
      const kept = versions.filter(version => semver.valid(version, options))
      return semver.sort(kept, options).map(version => `${written(version)} `).join('')
    },
  },
  range: {
    make: texts => [texts.anyRange()],
    answer: ([range], options) => {
      const text = semver.validRange(range, options)
      return text === null ? '!' : `${text}/${new semver.Range(range, options).range}`
    },
  },
  satisfies: {
    make: texts => {
      const range = texts.anyRange()
      return [texts.chance(0.85) ? texts.versionNear(range) : texts.anyVersion(), range]
    },
    answer: ([version, range], options) => {
      if (semver.satisfies(version, range, options)) return 'true'
      if (!valid([version], options) || semver.validRange(range, options) === null) return 'false'
      const held = new semver.Range(range, options).set.some(set => set.every(comparator => comparator.test(version)))
      return held ? 'prerelease' : 'false'
    },
  },
  max: {
    make: texts => {
      const range = texts.anyRange()
      return [range, ...texts.repeat(texts.below(8), () => texts.chance(0.8) ? texts.versionNear(range) : texts.anyVersion())]
    },
    answer: ([range, ...versions], options) => {
      const highest = semver.maxSatisfying(versions, range, options)
      return highest === null ? '!' : String(versions.indexOf(highest))
    },
  },
}
const weighted = ['valid', 'parts', 'compare', 'compare', 'sort', 'range', 'range', 'range', 'satisfies', 'satisfies', 'satisfies', 'max']

const flags = options => (options.loose ? 'l' : '') + (options.includePrerelease ? 'p' : '') || '-'
const inside = text => JSON.stringify(text).slice(1, -1)

const driver = spawn(values.driver, { stdio: ['pipe', 'pipe', 'inherit'] })
const answers = createInterface({ input: driver.stdout })[Symbol.asyncIterator]()
const texts = new Texts(Number(values.seed))
const total = Number(values.cases)
const counts = {}
let differing = 0
let thrown = 0

for (let asked = 0; asked < total;) {
  const batch = []
  for (; batch.length < 1000 && asked < total; ++asked) {
    const name = texts.pick(weighted)
    texts.tidy = texts.chance(0.4)
    const options = { loose: texts.chance(0.3), includePrerelease: texts.chance(0.3) }
    const fields = questions[name].make(texts)
    let wanted = null
    try {
      wanted = questions[name].answer(fields, options)
    } catch {
      // With loose and includePrerelease npm reads a comparator's own text once more and throws where adding the hyphen
      // made it too long.
      ++thrown
    }
    batch.push({ name, wanted, line: [flags(options), name, ...fields.map(inside)].join('\t') })
  }
  if (!driver.stdin.write(batch.map(({ line }) => `${line}\n`).join(''))) await once(driver.stdin, 'drain')
  for (const { name, wanted, line } of batch) {
    const { value, done } = await answers.next()
    if (done) {
      console.error(`the driver ended at: ${line}`)
      process.exit(1)
    }
    if (wanted === null) continue
    const kind = counts[name] ??= { asked: 0, positive: 0 }
    kind.asked += 1
    kind.positive += ['!', 'false'].includes(wanted) ? 0 : 1
    if (value !== wanted && ++differing <= Number(values.show)) {
      console.log(`${line}\n  npm  ${wanted}\n  ours ${value}`)
    }
  }
}
driver.stdin.end()

const summary = Object.entries(counts).map(([name, { asked, positive }]) => `${name} ${asked} (${Math.round(100 * positive / asked)} % positive)`)
console.log(`semver ${semver.SemVer ? (await import('semver/package.json', { with: { type: 'json' } })).default.version : ''}, seed ${values.seed}: ` +
  `${total} cases, ${differing} different, npm threw in ${thrown}; ${summary.join(', ')}`)
process.exit(differing === 0 ? 0 : 1)
