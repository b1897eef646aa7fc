// SPDX-License-Identifier: Apache-2.0
// What becomes of a command whose output can't be written, or that nobody reads to its end.

import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import test from 'node:test'
import { run } from './sandbox.mjs'

const executable = name => `${process.env.CARETAKER_BIN}/${name}`

// The exit code and what is said, where the command is `"$@"` of that script.
const shell = (script, command) => run('bash', ['-c', script, 'bash', ...command]).then(
  ({ stderr }) => ({ code: 0, stderr }),
  ({ code, stderr }) => ({ code, stderr }))

const printing = [
  ['little', 'caretaker', 'semver', '1.2.3'],
  ['much', 'caretaker', 'check', '--schema'],
  ['help', 'caretaker', '--help'],
  ['the version', 'caretaker', '--version'],
  ['completions', 'caretaker', 'completion', 'bash'],
  ['the sandbox’s environment', 'caretaker-sandbox', 'env', '--port', '1'],
  ['the sandbox’s help', 'caretaker-sandbox', '--help'],
  ['the sandbox’s version', 'caretaker-sandbox', '--version'],
]

test('a full disk is told, and is no success', { skip: !existsSync('/dev/full') }, async t => {
  for (const [what, program, ...args] of printing) {
    await t.test(what, async () => {
      const { code, stderr } = await shell('exec "$@" > /dev/full', [executable(program), ...args])
      assert.equal(stderr, `${program}: standard output: No space left on device\n`)
      assert.equal(code, program === 'caretaker' ? 2 : 1)
    })
  }
})

test('a closed output is told', async () => {
  const { code, stderr } = await shell('exec "$@" >&-', [executable('caretaker'), 'semver', '1.2.3'])
  assert.equal(stderr, 'caretaker: standard output: Bad file descriptor\n')
  assert.equal(code, 2)
})

test('whoever reads no further is told nothing', async t => {
  const much = [executable('caretaker'), 'check', '--schema']
  await t.test('by a signal', async () => {
    assert.deepEqual(await shell('{ sleep 0.5; "$@"; } | true; exit "${PIPESTATUS[0]}"', much), { code: 141, stderr: '' })
  })
  await t.test('where that signal is ignored', async () => {
    assert.deepEqual(await shell('trap "" PIPE; { sleep 0.5; "$@"; } | true; exit "${PIPESTATUS[0]}"', much), { code: 0, stderr: '' })
  })
})
