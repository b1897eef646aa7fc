// SPDX-License-Identifier: Apache-2.0
// What a sandbox says that it emulates: GET /_sandbox/operations.

export async function catalogue(sandbox) {
  const answer = await fetch(`${sandbox.url}/_sandbox/operations`)
  return (await answer.text()).trim().split('\n').map(line => JSON.parse(line))
}
