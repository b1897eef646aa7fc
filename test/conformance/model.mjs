// SPDX-License-Identifier: Apache-2.0
// AWS's own models, as Debian's AWS CLI brings them.

import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'

const folder = '/usr/lib/python3/dist-packages/awscli/botocore/data'

export function readModel(service) {
  const versions = readdirSync(`${folder}/${service}`).sort()
  assert.ok(versions.length > 0, `Debian's awscli has no model of ${service}`)
  return JSON.parse(readFileSync(`${folder}/${service}/${versions.at(-1)}/service-2.json`, 'utf8'))
}

const types = {
  string: 'String', integer: 'Integer', long: 'Integer', float: 'Number', double: 'Number', boolean: 'Boolean',
  timestamp: 'Timestamp', blob: 'Blob', structure: 'Object', list: 'List', map: 'Map',
}

// What a member must keep, as the sandbox prints it. A lower bound of nothing says nothing.
function constraints(shape, required) {
  const sized = ['string', 'list', 'map'].includes(shape.type)
  const numeric = ['integer', 'long', 'float', 'double'].includes(shape.type)
  const kept = { type: types[shape.type] }
  if (required) kept.required = true
  if ((sized || numeric) && shape.min !== undefined && !(sized && shape.min === 0)) kept.min = shape.min
  if ((sized || numeric) && shape.max !== undefined && shape.max < Number.MAX_SAFE_INTEGER) kept.max = shape.max
  if (shape.pattern && shape.pattern !== '.*') kept.pattern = shape.pattern
  if (shape.enum) kept.values = shape.enum
  return kept
}

// The members of an operation's input by their paths, as src/sandbox/shape.h writes them.
export function inputMembers(model, operation) {
  const members = new Map()
  const walk = (path, name, required, within) => {
    const shape = model.shapes[name]
    if (path) members.set(path, constraints(shape, required))
    if (within.includes(name)) return
    const deeper = [...within, name]
    if (shape.type === 'structure') {
      for (const [member, { shape: inner }] of Object.entries(shape.members ?? {})) {
        walk(path ? `${path}.${member}` : member, inner, shape.required?.includes(member) ?? false, deeper)
      }
    } else if (shape.type === 'list') {
      walk(`${path}[]`, shape.member.shape, false, deeper)
    } else if (shape.type === 'map') {
      if (model.shapes[shape.value.shape].type === 'string') members.get(path).type = 'Strings'
      walk(`${path}{key}`, shape.key.shape, false, deeper)
      walk(`${path}{}`, shape.value.shape, false, deeper)
    }
  }
  const input = model.operations[operation].input
  if (input) walk('', input.shape, false, [])
  return members
}
