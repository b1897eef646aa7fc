// SPDX-License-Identifier: Apache-2.0
// The walkthrough as a person types it, with Debian's AWS CLI.

import test from 'node:test'
import { CliClient } from './cli_client.mjs'
import { Sandbox } from './sandbox.mjs'
import { tell } from './walkthrough.mjs'

test('the walkthrough, by the AWS CLI', async t => {
  // A command takes a while: an operation has to last long enough to be seen.
  const sandbox = await Sandbox.start(t, '--operation-time', '4s', '--retry-after', '3s')
  try {
    await tell(t, await CliClient.make(t, sandbox))
  } finally {
    t.diagnostic(`the sandbox's timeline\n${sandbox.timeline}`)
  }
})
