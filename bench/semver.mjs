// SPDX-License-Identifier: Apache-2.0
// src/semver beside npm's package, on the same texts in the same run:
//
//   W1  parse a million version strings             W4  sort 200,000 strings, parsing included
//   W2  a million (string, one of 50 ranges)        W5  the highest of 10,000 tags for 50 ranges, a (tag, range)
//   W3  200,000 (string, range), both parsed
//
// Prints the medians of interleaved runs in nanoseconds per operation, their ratios, and ours in instructions if valgrind
// is there. npm's W4 and W5 are given versions already parsed, as it takes them. Arguments: [--runs 5] [--seed 1].

import { execFileSync, spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Workload } from './semver_texts.mjs'

const semver = createRequire(new URL('../test/package.json', import.meta.url))('semver')
const { values } = parseArgs({ options: { runs: { type: 'string', default: '5' }, seed: { type: 'string', default: '1' } } })
const program = join(process.env.CARETAKER_BIN ?? 'build-release/bin', 'bench_semver')

const workload = new Workload(Number(values.seed))
const versions = workload.many(1000000, () => workload.version())
const ranges = workload.many(50, () => workload.range())
const manyRanges = workload.many(200000, () => workload.range())
const tags = workload.many(10000, () => workload.tag())

const write = (folder, part = 1) => {
  const put = (name, texts, count) => writeFileSync(join(folder, name), texts.slice(0, count).map(text => `${text}\n`).join(''))
  put('versions', versions, Math.max(200000, versions.length * part))
  put('ranges', ranges, ranges.length)
  put('many_ranges', manyRanges, manyRanges.length * part)
  put('tags', tags, tags.length)
  return folder
}

const compiled = ranges.map(range => new semver.Range(range))
const parsed = versions.slice(0, 200000).map(version => semver.parse(version))
const parsedTags = tags.map(tag => semver.parse(tag)).filter(Boolean)
const npm = {
  W1: [versions.length, () => { for (const version of versions) semver.parse(version) }],
  W2: [versions.length, () => versions.forEach((version, i) => semver.satisfies(version, compiled[i % compiled.length]))],
  W3: [manyRanges.length, () => manyRanges.forEach((range, i) => semver.satisfies(versions[i], range))],
  W4: [parsed.length, () => semver.sort([...parsed])],
  W5: [tags.length * ranges.length, () => compiled.forEach(range => semver.maxSatisfying(parsedTags, range))],
}
const timeNpm = ([operations, run]) => {
  const begin = process.hrtime.bigint()
  run()
  return Number(process.hrtime.bigint() - begin) / operations
}
// The second run, as npm's are warm as well: in the first the kernel is asked for memory.
const ours = (name, folder) => Number(execFileSync(program, [name, folder, '2'], { encoding: 'utf8' }).split('\n')[1].split(' ')[0])
const median = numbers => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)]

const instructions = (name, folder, operations) => {
  const count = runs => {
    const { stderr } = spawnSync('valgrind', ['--tool=callgrind', '--callgrind-out-file=/dev/null', program, name, folder, String(runs)], { encoding: 'utf8' })
    return Number(/Collected : (\d+)/.exec(stderr ?? '')?.[1])
  }
  return Math.round((count(1) - count(0)) / operations)
}

const folder = mkdtempSync(join(tmpdir(), 'bench-semver-'))
const small = mkdtempSync(join(tmpdir(), 'bench-semver-'))
try {
  write(folder)
  write(small, 0.2)
  const times = Object.fromEntries(Object.keys(npm).map(name => [name, { ours: [], npm: [] }]))
  for (let run = 0; run < Number(values.runs); ++run) {
    for (const name of Object.keys(npm)) {
      times[name].ours.push(ours(name, folder))
      times[name].npm.push(timeNpm(npm[name]))
    }
  }
  const bytes = versions.reduce((sum, version) => sum + version.length, 0) / versions.length
  const long = versions.filter(version => version.length > 16).length / versions.length
  console.log(`${bytes.toFixed(1)} bytes a version, ${Math.round(100 * long)} % over 16; medians of ${values.runs} runs`)
  console.log('workload   ours ns    npm ns   ratio   instructions')
  const operations = { W1: 200000, W2: 200000, W3: 40000, W4: 200000, W5: 500000 }
  for (const name of Object.keys(npm)) {
    const [our, their] = [median(times[name].ours), median(times[name].npm)]
    const counted = instructions(name, small, operations[name])
    console.log(`${name.padEnd(8)} ${our.toFixed(1).padStart(9)} ${their.toFixed(0).padStart(9)} ${`${(their / our).toFixed(0)}x`.padStart(7)}   ${counted || 'no valgrind'}`)
  }
} finally {
  rmSync(folder, { recursive: true })
  rmSync(small, { recursive: true })
}
