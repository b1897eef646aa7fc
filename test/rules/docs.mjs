// SPDX-License-Identifier: Apache-2.0
// Makes the tables of docs/rules.md from docs/rules.schema.json and checks that they are there; --write puts them there.

import { readFileSync, writeFileSync } from 'node:fs'

const page = new URL('../../docs/rules.md', import.meta.url)
const schema = JSON.parse(readFileSync(new URL('../../docs/rules.schema.json', import.meta.url)))

function resolve(property) {
  if (!property.$ref) return property
  const target = property.$ref.slice(2).split('/').reduce((at, key) => at[key], schema)
  return { ...target, ...property }
}

function table(name) {
  const { properties, required = [] } = schema.definitions[name]
  const rows = Object.entries(properties).map(([key, property]) => {
    const { default: value, description } = resolve(property)
    const standard = required.includes(key) ? 'required' : value === undefined ? 'none' : `\`${JSON.stringify(value)}\``
    return `| \`${key}\` | ${standard} | ${description.replaceAll('|', '&#124;')} |`
  })
  return ['| key | default | meaning |', '|---|---|---|', ...rows].join('\n')
}

const before = readFileSync(page, 'utf8')
let count = 0
const after = before.replace(/(<!-- schema (\w+) -->\n)[^]*?(\n<!-- end -->)/g, (_, head, name, tail) => {
  count++
  return head + table(name) + tail
})
if (count !== 4) throw new Error(`docs/rules.md has ${count} tables of the schema, and should have 4`)
if (process.argv.includes('--write')) {
  writeFileSync(page, after)
} else if (after !== before) {
  console.error('docs/rules.md is not what docs/rules.schema.json says: node test/rules/docs.mjs --write')
  process.exit(1)
}
