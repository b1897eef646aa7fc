// SPDX-License-Identifier: Apache-2.0
// Thousands of rules files, right and wrong, judged by the JSON Schema (through ajv) and by `caretaker check`.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import test from 'node:test'
import { promisify } from 'node:util'
import Ajv from 'ajv'
import semver from 'semver'

const caretaker = path.join(process.env.CARETAKER_BIN, 'caretaker')
const schema = JSON.parse(readFileSync(new URL('../../docs/rules.schema.json', import.meta.url)))
const run = (...args) =>
  promisify(execFile)(caretaker, args, { maxBuffer: 1 << 28 }).catch(error => {
    if (typeof error.code !== 'number') throw error
    return error
  })

// What a schema can't say, each with its judge. Besides these, two rules for one service are beyond it.
const patterns = new Map([
  ['^(?P<version>.+)-alpine$', true],
  ['^(?<version>.+)$', true],
  ['(?P<version>\\d+\\.\\d+\\.\\d+)', true],
  ['-alpine$', false],
  ['', false],
  ['(?P<version>.+', false],
  ['(?P<version>[0-9)', false],
  ['(?=x)(?P<version>.+)', false],
  ['(?P<version>.+)(?<version>.+)', false],
])
const ajv = new Ajv({ strict: true, allErrors: false })
ajv.addFormat('npm-range', text => semver.validRange(text.replace(/(?<=[ \t\r\n])–(?=[ \t\r\n])/g, '-')) !== null)
ajv.addFormat('re2-tag-pattern', text => patterns.get(text) ?? false)
const validate = ajv.compile(schema)

function services(file) {
  const rules = Array.isArray(file) ? file : file?.rules
  return Array.isArray(rules) ? rules.map(rule => rule?.serviceArn) : []
}
const isValid = file => validate(file) && new Set(services(file)).size === services(file).length

// Small, and the same on every machine.
function dice(seed) {
  let state = seed
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  const below = end => Math.floor(next() * end)
  return { below, onceIn: n => below(n) === 0, of: list => list[below(list.length)] }
}

const good = {
  repository: ['shop', 'team/shop', 'my.team/shop', 'Shop', 'my__shop', '-shop', 'a',
    '123456789012.dkr.ecr.us-east-1.amazonaws.com/team/shop', '123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/shop',
    '123456789012.dkr-ecr.us-east-1.on.aws/shop', '123456789012.dkr.ecr-fips.us-east-1.amazonaws.com/shop'],
  semVersion: ['^1', '>1.2.2', '1.1 || 1.2.3 – 2.0.0', '1.*', '~1.2.1', '', '*', '>2 <1', '1.2.3 - 2', '<0.0.0-0', 'v1'],
  tagPattern: [...patterns].filter(([, right]) => right).map(([text]) => text),
  tag: ['1.2.3', '1.2.4', 'latest', '1.2.3-alpine', '_x', 'v2.0.0', '1'.repeat(128)],
  after: ['10m', '1s', '43200s', '720m', '12h', '007m', '00000000001h'],
  times: [0, 1, 10, 3, 2.0],
  expect: ['update', 'redeploy', 'wait', 'keep'],
  silence: schema.definitions.rule.properties.silence.items.enum,
}
const bad = {
  repository: ['', 'shop:1.2.3', 'ghcr.io/shop', 'public.ecr.aws/x/shop', 'https://shop', 'a b', 'größe', 'shop@x',
    '12345678901.dkr.ecr.us-east-1.amazonaws.com/shop', '123456789012.dkr.ecr.us-east-1.amazonaws.com/shop:1',
    '123456789012.dkr.ecr.us-east-1.amazonaws.com', '123456789012.dkr.ecr.us-east-1.amazonaws.com//shop',
    'arn:aws:ecr:us-east-1:123456789012:repository/shop', 'eu.gcr.io/shop', 'docker.io', 'amazonaws/shop',
    '123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/', 'x.azurecr.io/shop'],
  semVersion: ['latest', '^1.x.y', '>=', '1.0.0–2.0.0', '1,2', '!=1', '– 1', '1 — 2', 'größe'],
  serviceArn: ['', 'shop', 'arn:aws:ecs:us-east-1:123456789012:service/c/shop', 'arn:aws:apprunner:us-east-1:12:service/shop/1',
    'arn:aws:apprunner:us-east-1:123456789012:service/web/1', 'arn:aws:apprunner:us-east-1:123456789012:service/shop',
    'arn:aws:apprunner:us-east-1:123456789012:service/shop/1 ', 'arn:aws:apprunner:Ireland:123456789012:service/shop/1',
    'arn:aws:apprunner:useast1:123456789012:service/shop/1', 'arn:aws-:apprunner:us-east-1:123456789012:service/shop/1',
    'arn:aws:apprunner:us-east-1:123456789012:service/shop/1/2', 'arn:awsx:apprunner:us-east-1:123456789012:service/shop/1'],
  tagPattern: [...patterns].filter(([, right]) => !right).map(([text]) => text),
  tag: ['', '.x', '-x', 'a b', 'a+b', 'a/b', '1'.repeat(129)],
  after: ['', '10', '0s', '1d', '13h', '721m', '43201s', '10M', '1.5h', '-1s', ' 1s', '0h'],
  times: [-1, 11, 1.5, '3', 1e300],
  expect: ['', 'Update', 'hold'],
  foreignChange: ['Hold', 'apply'],
  soak: ['', '24', '91d', '2161h', '129601m', '7776001s', '-1s', '1w', '1.5h'],
  silence: ['', 'unbounded', 'syntax', 'needless-silence'],
}
const others = [null, true, false, 0, 1.5, '', 'x', [], {}, [[]], [null], { x: 1 }]

let service = 0
const arn = d =>
  `arn:aws${d.of(['', '-cn', '-us-gov'])}:apprunner:${d.of(['us-east-1', 'eu-west-3', 'mars-north-1'])}:123456789012:service/` +
  `${d.of(['shop', 'my_shop-2', 'Hello-World'])}/${d.of(['8fe1e103', ''])}${service++}`

function maybe(d, object, key, make) {
  if (d.onceIn(3)) object[key] = make()
}
const list = (d, make) => Array.from({ length: d.below(3) }, make)

function options(d) {
  const made = {}
  for (const key of ['includePrerelease', 'downgrade', 'suspend', 'redeploy', 'fallback']) maybe(d, made, key, () => d.onceIn(2))
  maybe(d, made, 'adopt', () => d.of(['wait', 'act']))
  maybe(d, made, 'foreignChange', () => d.of(['hold', 'reapply']))
  maybe(d, made, 'soak', () => d.of(['0s', '24h', '90d', '2160h', '129600m', '7776000s', '007d', '0d']))
  maybe(d, made, 'tagPattern', () => d.of(good.tagPattern))
  return made
}
function ownTest(d) {
  const made = { running: d.of(good.tag), tag: d.of(good.tag), expect: d.of(good.expect) }
  maybe(d, made, 'listed', () => list(d, () => d.of(good.tag)))
  maybe(d, made, 'busy', () => d.onceIn(2))
  return made
}
function rule(d) {
  const made = { repository: d.of(good.repository), semVersion: d.of(good.semVersion), serviceArn: arn(d), ...options(d) }
  maybe(d, made, 'name', () => d.of(['', 'shop, production', 'größe']))
  maybe(d, made, 'tests', () => list(d, () => ownTest(d)))
  maybe(d, made, 'silence', () => list(d, () => d.of(good.silence)))
  return made
}
function rightFile(d) {
  const rules = list(d, () => rule(d))
  if (d.onceIn(2)) return rules
  const file = { rules }
  maybe(d, file, '$schema', () => 'rules.schema.json')
  maybe(d, file, 'defaults', () => options(d))
  maybe(d, file, 'silence', () => list(d, () => d.of(good.silence)))
  maybe(d, file, 'retry', () => {
    const retry = {}
    maybe(d, retry, 'after', () => d.of(good.after))
    maybe(d, retry, 'times', () => d.of(good.times))
    return retry
  })
  return file
}

// Every place of a file: its parent, its key there, and the name by which a list of bad values knows it.
function places(value, name, found = []) {
  if (value === null || typeof value !== 'object') return found
  for (const key of Object.keys(value)) {
    const own = Array.isArray(value) ? { listed: 'tag' }[name] ?? name : { running: 'tag' }[key] ?? key
    found.push({ parent: value, key, name: own })
    places(value[key], own, found)
  }
  return found
}
const mistype = key => (key.length < 2 ? key + 'x' : key.slice(1) + key[0].toUpperCase())

function mutate(d, file) {
  const all = places(file, 'file')
  if (all.length === 0 || d.onceIn(20)) return structuredClone(d.of(others))
  const { parent, key, name } = d.of(all)
  const kind = d.below(5)
  if (kind === 0) delete parent[key]
  else if (kind === 1) parent[key] = structuredClone(d.of(others))
  else if (kind === 2 && !Array.isArray(parent)) parent[mistype(key)] = parent[key]
  else if (kind === 3) parent[d.of(['soak', 'name', 'rules', 'repository', 'times', 'x', 'running'])] = structuredClone(d.of(others))
  else if (bad[name]) parent[key] = d.of(bad[name])
  // A hole in an array would be null in the text.
  return Array.isArray(parent) ? JSON.parse(JSON.stringify(file)) : file
}

// The verdicts of `caretaker check`. A file whose own tests fail is as valid as any.
async function check(files) {
  const folder = mkdtempSync(path.join(tmpdir(), 'caretaker-schema-'))
  try {
    const names = files.map((file, i) => path.join(folder, `${i}.json`))
    names.forEach((name, i) => writeFileSync(name, JSON.stringify(files[i])))
    const { stdout } = await run('check', '--json', ...names)
    return JSON.parse(stdout).files.map(one => one.problems.filter(p => p.severity === 'error' && p.id !== 'failed-test'))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function compare(files, want) {
  const verdicts = await check(files)
  const counts = { valid: 0, invalid: 0 }
  files.forEach((file, i) => {
    const valid = isValid(file)
    const text = JSON.stringify(file)
    assert.equal(verdicts[i].length === 0, valid, `${text}\n${JSON.stringify(valid ? verdicts[i] : validate.errors)}`)
    counts[valid ? 'valid' : 'invalid']++
    if (want !== undefined) assert.equal(valid, want, text)
  })
  return counts
}

test('the program prints the schema that docs/ has', async () => {
  const { stdout } = await run('check', '--schema')
  assert.deepEqual(JSON.parse(stdout), schema)
})

test('both take every right file', async () => {
  const d = dice(1)
  await compare(Array.from({ length: 1000 }, () => rightFile(d)), true)
})

test('both refuse every bad value', async () => {
  const files = []
  for (const [name, values] of Object.entries(bad)) {
    for (const value of values) {
      const made = rule(dice(2))
      delete made.tests
      if (name === 'tag') made.tests = [{ running: '1.0.0', tag: value, expect: 'keep' }]
      else if (name === 'expect') made.tests = [{ running: '1.0.0', tag: '1.0.1', expect: value }]
      else if (name === 'silence') made.silence = [value]
      else if (name !== 'after' && name !== 'times') made[name] = value
      files.push(name === 'after' || name === 'times' ? { rules: [], retry: { [name]: value } } : [made])
    }
  }
  await compare(files, false)
})

test('both agree on thousands of files with a mistake or two', async t => {
  const d = dice(3)
  const files = Array.from({ length: 4000 }, () => {
    let file = rightFile(d)
    for (let i = 1 + d.below(2); i > 0; i--) file = mutate(d, file)
    return file
  })
  const counts = await compare(files)
  t.diagnostic(JSON.stringify(counts))
  assert.ok(counts.invalid > 1000 && counts.valid > 200, JSON.stringify(counts))
})
