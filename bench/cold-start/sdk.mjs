// SPDX-License-Identifier: Apache-2.0
// A Lambda function in Node.js that has AWS's client for App Runner ready, and calls it for its first event.
import { createRequire } from 'node:module'
import { get, request } from 'node:http'

const { AppRunnerClient, ListServicesCommand } =
  createRequire(new URL('../../test/package.json', import.meta.url))('@aws-sdk/client-apprunner')
const client = new AppRunnerClient({ maxAttempts: 1 })
const api = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation`
get(`${api}/next`, async response => {
  await client.send(new ListServicesCommand({})).catch(() => {})
  request(`${api}/${response.headers['lambda-runtime-aws-request-id']}/response`, { method: 'POST' }).end('{}')
})
