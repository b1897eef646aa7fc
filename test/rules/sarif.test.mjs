// SPDX-License-Identifier: Apache-2.0
// What `caretaker check --sarif` prints is SARIF 2.1.0, by the schema of the standard.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import test from 'node:test'
import Ajv from 'ajv'

const caretaker = path.join(process.env.CARETAKER_BIN, 'caretaker')
const schema = JSON.parse(
  readFileSync(createRequire(import.meta.url).resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json')))
// Its draft-04 has nothing that later drafts read otherwise, but for these two.
delete schema.$schema
delete schema.id
const validate = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false }).compile(schema)

const check = (input, ...files) => {
  const { stdout, status } = spawnSync(caretaker, ['check', '--sarif', ...files], { input, encoding: 'utf8' })
  return { log: JSON.parse(stdout), status }
}

test('the log is SARIF, whatever was found', async t => {
  const rule = '"repository": "Shop", "serviceArn": "arn:aws:apprunner:us-east-1:123456789012:service/shop/1"'
  const cases = [
    ['nothing', '[]', 0, []],
    ['an error of the file', '', 1, ['unreadable']],
    ['an error, a warning', `[{${rule}, "semVersion": "^x.y"}]`, 1, ['upper-case-repository', 'bad-range']],
    ['a hint', `[{${rule.replace('Shop', 'shop')}, "semVersion": "*"}]`, 0, ['unbounded-range']],
  ]
  for (const [name, text, code, ids] of cases) {
    await t.test(name, () => {
      const { log, status } = check(text, '-')
      assert.ok(validate(log), JSON.stringify(validate.errors))
      assert.equal(status, code)
      assert.deepEqual(log.runs[0].results.map(result => result.ruleId), ids)
      const known = log.runs[0].tool.driver.rules.map(one => one.id)
      assert.deepEqual(ids.filter(id => !known.includes(id)), [])
    })
  }
})

test('a file that is missing makes the run unsuccessful', () => {
  const { log, status } = check('', '/no/such/file')
  assert.ok(validate(log), JSON.stringify(validate.errors))
  assert.equal(status, 2)
  assert.equal(log.runs[0].invocations[0].executionSuccessful, false)
})

test('columns count characters', () => {
  const { log } = check('["größe", 1, "größe"]', '-')
  assert.deepEqual(log.runs[0].results.map(r => r.locations[0].physicalLocation.region.startColumn), [2, 11, 14])
})

test('docs/check.md lists every id with its severity', () => {
  const page = readFileSync(new URL('../../docs/check.md', import.meta.url), 'utf8')
  const severity = { error: 'error', warning: 'warning', note: 'hint' }
  const want = check('[]', '-').log.runs[0].tool.driver.rules.map(({ id, defaultConfiguration, shortDescription }) =>
    `| \`${id}\` | ${severity[defaultConfiguration.level]} | ${shortDescription.text} |`)
  assert.deepEqual(page.match(/^\| `[a-z-]+` \| (?:error|warning|hint) \| .* \|$/gm), want)
})
