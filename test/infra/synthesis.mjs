// SPDX-License-Identifier: Apache-2.0
// The CDK app of infra/ as `script/deploy` uses it: from a rules file to a template and the function's archive.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const executables = process.env.CARETAKER_BIN
assert.ok(executables, 'CARETAKER_BIN names the folder of caretaker and caretaker-sandbox')

export const infra = fileURLToPath(new URL('../../infra', import.meta.url))
export const caretaker = join(executables, 'caretaker')
// What this machine can start, as AWS Lambda calls it.
export const architecture = { x64: 'x86_64', arm64: 'arm64' }[process.arch]
export const account = '123456789012'
export const region = 'us-east-1'

const require = createRequire(join(infra, 'package.json'))
export const cdk = require('aws-cdk-lib')
const nag = require('cdk-nag')

// The sandbox's App Runner ARN of a service of that name.
export const serviceArn = (name, id = '8fe1e10304f84fd2b0df550fe98a71fa') => `arn:aws:apprunner:${region}:${account}:service/${name}/${id}`

export const rules = (...names) => names.map(name => ({ repository: name, semVersion: '>1.2.2 <2', serviceArn: serviceArn(name) }))

// A folder that goes with the test.
export function temporaryFolder(t) {
  const folder = mkdtempSync(join(tmpdir(), 'caretaker-infra-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return folder
}

// The file with what `caretaker stack --json` says of these rules.
export function describe(folder, rules) {
  writeFileSync(join(folder, 'rules.json'), JSON.stringify(rules))
  const described = execFileSync(
    caretaker,
    ['stack', join(folder, 'rules.json'), '--json', '--offline', `--role=arn:aws:iam::${account}:role/Pull`],
    { env: { AWS_ACCOUNT_ID: account, AWS_REGION: region }, maxBuffer: 64 << 20 },
  )
  writeFileSync(join(folder, 'wanted.json'), described)
  return join(folder, 'wanted.json')
}

// Synthesizes in this process, with cdk-nag. `change` may change what is wanted before, and `extend` the stack. Gives `template`,
// `code` (the function's folder) and `wanted`. Throws what the synthesis throws.
export async function synthesize(folder, rules, { change = () => {}, extend = () => {}, ...options } = {}) {
  const { CaretakerStack } = await import(join(infra, 'build/caretaker_stack.js'))
  const wantedFile = describe(folder, rules)
  const wanted = JSON.parse(readFileSync(wantedFile, 'utf8'))
  change(wanted)
  const app = new cdk.App({ outdir: join(folder, 'cdk.out'), analyticsReporting: false })
  const stack = new CaretakerStack(app, 'Caretaker', {
    env: { account, region }, wanted, wantedFile, executable: caretaker, architecture, ...options,
  })
  extend(stack)
  cdk.Validations.of(app).addPlugins(new nag.AwsSolutionsChecks(app))
  return { ...read(app.synth().directory), wanted, wantedFile }
}

// What a synthesis has written.
export function read(directory) {
  const template = JSON.parse(readFileSync(join(directory, 'Caretaker.template.json'), 'utf8'))
  const { files } = JSON.parse(readFileSync(join(directory, 'Caretaker.assets.json'), 'utf8'))
  const archives = Object.values(files).filter(file => file.source.packaging === 'zip')
  assert.equal(archives.length, 1)
  return { template, code: join(directory, archives[0].source.path) }
}
