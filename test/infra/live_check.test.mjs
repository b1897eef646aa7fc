// SPDX-License-Identifier: Apache-2.0
// script/live-check plays in the sandbox as far as that goes (CloudFormation is not there), and finds there what it looks for.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { Sandbox, run } from '../stories/sandbox.mjs'
import { infra, temporaryFolder } from './synthesis.mjs'

const root = join(infra, '..')
const script = join(root, 'script/live-check')
const assumptions = [...readFileSync(join(root, 'docs/assumptions.md'), 'utf8').matchAll(/^\| `([\w-]+)` \|/gm)].map(([, id]) => id)

test('--plan says what it would do and what it costs, and asks nobody', async () => {
  const { stdout } = await run(script, ['--plan'], { env: { PATH: '/nonexistent:/usr/bin:/bin' } })
  assert.match(stdout, /App Runner 0\.12 USD/)
})

test('without --yes nothing is done', async () => {
  await assert.rejects(run(script, [], { env: { PATH: '/usr/bin:/bin' } }), error => error.code === 2 && error.stdout.includes('Nothing was done'))
})

test('in the sandbox', async t => {
  const sandbox = await Sandbox.start(t, '--operation-time', '6s', '--retry-after', '3s')
  const folder = temporaryFolder(t)
  await run(join(root, 'script/image'), [join(folder, 'image'), 'a server'])
  const env = { PATH: '/usr/bin:/bin', HOME: folder, AWS_ACCESS_KEY_ID: 'sandbox', AWS_SECRET_ACCESS_KEY: 'sandbox' }
  const options = ['--yes', '--region', 'us-east-1', '--image', `oci:${join(folder, 'image')}`, '--endpoint-url', sandbox.url]
  const { stdout } = await run(script, options, { env }).catch(error => error)
  const found = Object.fromEntries([...stdout.matchAll(/^(confirmed|refuted|open) +([\w-]+): (.*)$/gm)].map(([, word, id, seen]) => [id, `${word} ${seen}`]))
  assert.ok(assumptions.length > 15)
  await t.test('each documented assumption is reported', () => assert.deepEqual(Object.keys(found).sort(), [...assumptions].sort(), stdout))
  // On a slow machine an operation of the sandbox may be over before the AWS CLI has asked.
  const mayBeOpen = ['described-while-updating', 'busy-refused', 'busy-waits']
  for (const id of assumptions) {
    await t.test(id, () => assert.match(found[id], mayBeOpen.includes(id) ? /^(confirmed|open) / : /^confirmed /))
  }
  await t.test('everything is taken away', async () => {
    const { stdout: services } = await sandbox.shell("aws apprunner list-services --query 'ServiceSummaryList[?Status!=`DELETED`]'")
    const { stdout: repositories } = await sandbox.shell("aws ecr describe-repositories --query 'repositories[].repositoryName'")
    const { stdout: roles } = await sandbox.shell("aws iam list-roles --query 'Roles[].RoleName'")
    assert.deepEqual([services, repositories, roles].map(text => JSON.parse(text)).map(list => list.filter(each => each.Status !== 'OPERATION_IN_PROGRESS')), [[], [], []])
  })
})
