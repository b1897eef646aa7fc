// SPDX-License-Identifier: Apache-2.0
// The sandbox's tables against AWS's models: every member, bound, pattern and value of every emulated operation is the
// same, or differences.json says why not.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import { Sandbox } from '../stories/sandbox.mjs'
import { catalogue } from './catalogue.mjs'
import { inputMembers, readModel } from './model.mjs'

const differences = JSON.parse(readFileSync(new URL('differences.json', import.meta.url), 'utf8'))
const used = new Set()

// Whether somebody has given a reason for this difference: of the member in all operations, or in this one.
function excused(service, operation, path, what) {
  for (const name of [`${service} ${operation} ${path} ${what}`, `${service} * ${path} ${what}`]) {
    if (!differences[name]) continue
    used.add(name)
    return true
  }
  return false
}

// A member and all that is inside of it: `Tags[].Key` is inside of `Tags`.
const isInside = (path, outer) => path === outer || ['.', '[', '{'].some(mark => path.startsWith(outer + mark))

function compare(service, row, members) {
  const found = []
  const fields = new Map(row.members.map(field => [field.path, field]))
  const report = (path, what, ours, theirs) => {
    if (excused(service, row.operation, path, what)) return
    found.push(`${service} ${row.operation} ${path} ${what}: the sandbox ${JSON.stringify(ours)}, AWS ${JSON.stringify(theirs)}`)
  }
  const unemulated = row.members.filter(field => field.unemulated).map(field => field.path)
  // An object without members of its own in the table takes whatever is inside.
  const opaque = row.members.filter(field => ['Object', 'Any'].includes(field.type) &&
    !row.members.some(other => other !== field && isInside(other.path, field.path))).map(field => field.path)
  for (const path of opaque) report(path, 'inside', 'anything', 'members')
  for (const [path, theirs] of members) {
    if (unemulated.some(outer => isInside(path, outer)) || opaque.some(outer => path !== outer && isInside(path, outer))) continue
    const ours = fields.get(path)
    if (!ours) {
      // What only encloses others needs no row, if the model asks nothing of it.
      const encloses = [...fields.keys()].some(other => other !== path && isInside(other, path))
      const plain = Object.keys(theirs).every(key => key === 'type')
      if (plain && (encloses || /(\[\]|\{\}|\{key\})$/.test(path))) continue
      report(path, 'member', 'nothing', theirs)
      continue
    }
    for (const key of ['type', 'required', 'min', 'max', 'pattern']) {
      const zero = key === 'min' && ours.min === 0 && theirs.min === undefined && theirs.type !== 'Integer'
      if (ours[key] !== theirs[key] && !zero) report(path, key, ours[key], theirs[key])
    }
    const values = JSON.stringify([...(ours.values ?? [])].sort()) === JSON.stringify([...(theirs.values ?? [])].sort())
    if (!values) report(path, 'values', ours.values, theirs.values)
  }
  for (const path of fields.keys()) {
    if (!members.has(path)) report(path, 'member', 'it', 'nothing')
  }
  return found
}

test("the sandbox's tables say what AWS's models say", async t => {
  const sandbox = await Sandbox.start(t)
  const rows = (await catalogue(sandbox)).filter(row => row.members)
  assert.ok(rows.length > 40, `only ${rows.length} operations`)
  const found = []
  for (const row of rows) {
    const model = readModel(row.service)
    if (model.operations[row.operation]) found.push(...compare(row.service, row, inputMembers(model, row.operation)))
    else if (!excused(row.service, row.operation, '-', 'operation')) found.push(`${row.service} ${row.operation}: AWS has no such operation`)
  }
  assert.deepEqual(found, [])
})

test("S3's operations and parameters are AWS's", async t => {
  const sandbox = await Sandbox.start(t)
  const model = readModel('s3')
  const found = []
  for (const { operation, query } of (await catalogue(sandbox)).filter(row => row.service === 's3')) {
    assert.ok(model.operations[operation], operation)
    const { http, input } = model.operations[operation]
    const members = input ? Object.values(model.shapes[input.shape].members) : []
    const known = members.filter(member => member.location === 'querystring').map(member => member.locationName)
    const fixed = [...new URLSearchParams(http.requestUri.split('?')[1] ?? '').keys()]
    for (const parameter of query) {
      if (known.includes(parameter) || fixed.includes(parameter) || excused('s3', operation, parameter, 'parameter')) continue
      found.push(`${operation} has no parameter ${parameter}`)
    }
  }
  assert.deepEqual(found, [])
})

test('every difference that has a reason is one', () => {
  assert.deepEqual(Object.keys(differences).filter(name => !used.has(name)), [])
})
