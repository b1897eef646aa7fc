// SPDX-License-Identifier: Apache-2.0
// The least that a Lambda function in Node.js does until it waits for its first event.
import { get } from 'node:http'

get(`http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation/next`, () => process.exit())
