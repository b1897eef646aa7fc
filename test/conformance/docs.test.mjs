// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import { Sandbox } from '../stories/sandbox.mjs'
import { file, written } from './docs.mjs'

test('docs/sandbox.md says what the sandbox emulates', async t => {
  const sandbox = await Sandbox.start(t)
  assert.equal(readFileSync(file, 'utf8'), await written(sandbox), 'run test/conformance/docs.mjs to write it anew')
})
