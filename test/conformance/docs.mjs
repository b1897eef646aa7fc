// SPDX-License-Identifier: Apache-2.0
// The table of docs/sandbox.md, from what the sandbox says of itself.
//   CARETAKER_BIN=build/bin node test/conformance/docs.mjs    writes it anew

import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { catalogue } from './catalogue.mjs'
import { Sandbox } from '../stories/sandbox.mjs'

export const file = fileURLToPath(new URL('../../docs/sandbox.md', import.meta.url))
const begin = '<!-- written by test/conformance/docs.mjs -->'
const end = '<!-- end -->'

const titles = {
  apprunner: 'App Runner', ecr: 'ECR', events: 'EventBridge', sqs: 'SQS', s3: 'S3', logs: 'CloudWatch Logs',
  sts: 'STS', iam: 'IAM', lambda: 'Lambda',
}

function table(rows) {
  const lines = ['| operation | difference from AWS |', '|---|---|']
  for (const row of rows) {
    const unemulated = (row.members ?? []).filter(member => member.unemulated).map(member => `\`${member.path}\``)
    const refused = unemulated.length > 0 ? `refused: ${unemulated.join(', ')}` : ''
    lines.push(`| ${titles[row.service]} ${row.operation} | ${[row.difference, refused].filter(Boolean).join('; ')} |`)
  }
  return lines.join('\n')
}

// docs/sandbox.md as it should be.
export async function written(sandbox) {
  const text = readFileSync(file, 'utf8')
  const [before, rest] = text.split(begin)
  return `${before}${begin}\n${table(await catalogue(sandbox))}\n${end}${rest.split(end)[1]}`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const endings = []
  const sandbox = await Sandbox.start({ after: ending => endings.push(ending) })
  writeFileSync(file, await written(sandbox))
  for (const ending of endings) await ending()
}
