// SPDX-License-Identifier: Apache-2.0
// The CDK app: one stack, made from what `caretaker stack --json` says. `script/deploy` runs it; its context is what is read here.

import { App, Validations } from 'aws-cdk-lib'
import { AwsSolutionsChecks } from 'cdk-nag'
import { CaretakerStack } from './caretaker_stack.js'
import { readDescription } from './description.js'

const app = new App()

function context(name: string): string | undefined {
  return app.node.tryGetContext(name) || undefined
}

function required(name: string, meaning: string): string {
  const value = context(name)
  if (!value) throw new Error(`--context ${name}=… is missing: ${meaning}`)
  return value
}

const wantedFile = required('wanted', 'the file with what `caretaker stack --json` printed')
const wanted = readDescription(wantedFile)
new CaretakerStack(app, context('stack') ?? 'Caretaker', {
  env: { account: wanted.account, region: wanted.region },
  wanted,
  wantedFile,
  executable: required('executable', 'the Caretaker executable that becomes the function'),
  architecture: context('arch') ?? 'arm64',
  notify: context('notify'),
  noticeBus: context('noticeBus'),
})
Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
