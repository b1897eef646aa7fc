// SPDX-License-Identifier: Apache-2.0
// Runs npm's `semver` command and `caretaker semver` with the same arguments, from a table and at random, and compares what
// they print and exit with.
//
//   node command.mjs --caretaker PATH [--cases 150] [--seed N]

import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { Texts } from './texts.mjs'

const { values } = parseArgs({
  options: { caretaker: { type: 'string' }, cases: { type: 'string', default: '150' }, seed: { type: 'string', default: '1' } },
})
if (!values.caretaker) {
  console.error('usage: node command.mjs --caretaker PATH [--cases N] [--seed N]')
  process.exit(2)
}
const command = join(dirname(createRequire(import.meta.url).resolve('semver/package.json')), 'bin', 'semver.js')

const table = [
  ['1.10.0', '1.2.0', 'v1.9.0'],
  ['-rv', '1.10.0', '1.2.0', '1.9.0-a'],
  ['--reverse', '1.0.0+b', '1.0.0+a'],
  ['1.0.0+b', '1.0.0+a', '1.0.0'],
  ['-r', '^1.2', '1.10.0', '2.0.0', '1.3.0-rc.1'],
  ['--range=^1.2', '1.10.0', '2.0.0'],
  ['-r', '^1.2', '-r', '<1.5', '1.3.0', '1.10.0'],
  ['-r', '^1.2', '2.0.0'],
  ['-r', '>=1.2.3 <', '1.2.3'],
  ['1.2.3', '-r'],
  ['-p', '-r', '^1.2', '1.3.0-rc.1'],
  ['--include-prerelease', '-r', '*', '1.3.0-rc.1'],
  ['-l', '=1.2.3beta'],
  ['--loose', '01.02.03', '1.2.3'],
  ['latest'],
  ['-v', '1.2.3'],
  ['--version', '1.2.3', '--version'],
  ['-i', '1.2.3'],
  ['-i', 'minor', '1.2.3'],
  ['-i', 'release', '1.2.3-rc.1'],
  ['-i', 'release', '1.2.3'],
  ['-i', 'pre', '1.2.3'],
  ['-i', 'mniro', '1.2.3'],
  ['--increment', 'prerelease', '--preid', 'beta', '1.2.3'],
  ['--inc=prerelease', '--preid=beta', '-n', '1', '1.2.3'],
  ['-i', 'prerelease', '--preid', 'beta', '-n', 'false', '1.2.3'],
  ['-i', 'prerelease', '-n', 'false', '1.2.3'],
  ['-i', 'premajor', '-n', '0x1', '1.2.3'],
  ['-i', 'major', '1.2.3', '2.0.0'],
  ['-i', 'major', '-r', '*', '1.2.3'],
  ['-c', 'foo 1.2-beta', 'v3', 'none'],
  ['-c', '--rtl', '1.2.3.4'],
  ['-c', '--rtl', '--ltr', '1.2.3.4'],
  ['-c', '-p', '1.2.3-rc.1'],
  ['-l', 'v v1.2.3', '= v1.2.4'],
  ['--preid'],
  ['-n'],
  ['--unknown', '1.2.3'],
  ['', '1.2.3'],
  ['a=1.2.3'],
]

const texts = new Texts(Number(values.seed))
const options = [
  () => [texts.pick(['-r', '--range', `--range=${texts.alternative()}`, '-r']), texts.alternative()],
  () => [texts.pick(['-i', '--inc', '--increment']), texts.pick(['major', 'minor', 'prerelease', 'preminor', 'release', 'x'])],
  () => ['--preid', texts.identifier()],
  () => ['-n', texts.pick(['0', '1', 'false', 'true', '2'])],
  () => [texts.pick(['-l', '--loose'])], () => [texts.pick(['-p', '--include-prerelease'])], () => ['-c'], () => ['--coerce'],
  () => ['--rtl'], () => ['--ltr'], () => [texts.pick(['-rv', '-rev', '--rev', '--reverse'])],
]
const usable = argument => !argument.includes('\0')
const randomArguments = () => {
  texts.tidy = texts.chance(0.7)
  const parts = [
    ...texts.repeat(texts.below(3), () => texts.pick(options)()),
    ...texts.repeat(1 + texts.below(4), () => [texts.chance(0.8) ? texts.version() : texts.coercible().toString()]),
  ]
  return parts.map(part => [texts.random(), part]).sort(([a], [b]) => a - b).flatMap(([, part]) => part).filter(usable)
}

const asked = [...table, ...texts.repeat(Number(values.cases), randomArguments)]
let differing = 0
for (const list of asked) {
  const npms = spawnSync(process.execPath, [command, ...list], { encoding: 'utf8' })
  const ours = spawnSync(values.caretaker, ['semver', ...list], { encoding: 'utf8' })
  if (ours.stdout !== npms.stdout || ours.status !== npms.status) {
    ++differing
    console.log(`${JSON.stringify(list)}\n  npm  ${npms.status} ${JSON.stringify(npms.stdout)}\n  ours ${ours.status} ${JSON.stringify(ours.stdout)}`)
  }
}
console.log(`npm's command, seed ${values.seed}: ${asked.length} argument lists, ${differing} different`)
process.exit(differing === 0 ? 0 : 1)
