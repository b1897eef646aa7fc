// SPDX-License-Identifier: Apache-2.0
// Stands between a client and the account, and strikes once at the call that it is told.

import { createServer, request as forward } from 'node:http'
import { buffer } from 'node:stream/consumers'

// As AWS names it, or else `GET /bucket/key`.
const name_of = request => request.headers['x-amz-target'] ?? `${request.method} ${request.url}`

export class Wire {
  calls = 0

  static async start(t) {
    const wire = new Wire()
    const server = createServer(async (request, response) => {
      const body = await buffer(request).catch(() => null)
      if (!body) return
      const name = name_of(request)
      if (name.startsWith(wire.strike?.call ?? '')) ++wire.calls
      const pass = () => wire.pass(request, body)
      const strike = wire.strike?.at === wire.calls && !wire.struck ? wire.strike.how : Wire.answer
      if (strike !== Wire.answer) wire.struck = name
      await strike(pass, response).catch(() => response.destroy())
    })
    await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
    wire.port = server.address().port
    t.after(() => {
      server.closeAllConnections()
      server.close()
    })
    return wire
  }

  pass(request, body) {
    return new Promise((resolve, reject) => {
      const out = forward({ host: '127.0.0.1', port: this.target, method: request.method, path: request.url, headers: request.rawHeaders },
        answer => buffer(answer).then(read => resolve({ status: answer.statusCode, headers: answer.rawHeaders, body: read }), reject))
      out.once('error', reject)
      out.end(body)
    })
  }

  // Strikes at the call of that number, or at that of the calls whose name begins so; at none for 0. `how(pass, response)` may pass the
  // call on and gets the account's answer then.
  arm(at, how, call = '') {
    Object.assign(this, { calls: 0, struck: undefined, strike: { at, how, call } })
  }

  static async answer(pass, response) {
    const { status, headers, body } = await pass()
    response.writeHead(status, headers).end(body)
  }
}
