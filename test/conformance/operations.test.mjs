// SPDX-License-Identifier: Apache-2.0
// Every operation that the sandbox emulates, called with real data by two of AWS's clients: the answers are what AWS's models
// say, times are in the form of their protocol, and wrong requests are refused with AWS's codes.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import { Sandbox } from '../stories/sandbox.mjs'
import { readAnswer, readRefusal, timesOf } from './answers.mjs'
import { calls } from './calls.mjs'
import { catalogue } from './catalogue.mjs'
import { AwsCli, JavaScriptSdk } from './clients.mjs'
import { readModel } from './model.mjs'

const { answers: excused, times: timeless, newer } = JSON.parse(readFileSync(new URL('answer_differences.json', import.meta.url), 'utf8'))
const used = new Set()
const excuse = (table, name) => table[name] !== undefined && Boolean(used.add(name))

// The models, with what AWS has added to answers since Debian's.
const added = JSON.parse(readFileSync(new URL('newer.json', import.meta.url), 'utf8'))
const models = new Map()
function modelOf(service) {
  if (!models.has(service)) {
    const model = readModel(service)
    Object.assign(model.operations, added[service]?.operations)
    for (const [name, shape] of Object.entries(added[service]?.shapes ?? {})) {
      model.shapes[name] = { ...model.shapes[name], ...shape, members: { ...model.shapes[name]?.members, ...shape.members } }
    }
    models.set(service, model)
  }
  return models.get(service)
}

class Story {
  known = { now: Date.now() }
  called = new Set()
  unknown = new Set()
  refused = new Set()
  times = new Map()
  found = []

  constructor(sandbox, client) {
    Object.assign(this, { sandbox, client })
  }

  note(call, what) {
    const name = `${call.service} ${call.operation} ${what.replaceAll(/\[\d+\]/g, '[]')}`
    const anywhere = name.replace(call.operation, '*')
    if (!excuse(excused, name) && !excuse(excused, anywhere)) this.found.push(name)
  }

  // The client is too old to send this.
  skip(service, what) {
    this.unknown.add(`${service} ${what}`)
    if (!excuse(newer, `${service} ${what}`)) this.found.push(`${service} ${what} is unknown to the client`)
  }

  async play(step) {
    if (step.advance) {
      const answer = await fetch(`${this.sandbox.url}/_sandbox/clock`, { method: 'POST', body: JSON.stringify(step) })
      assert.equal(answer.status, 200)
      return
    }
    const { only, stranger, before, refused } = step
    const refusals = () => refused.reduce((last, [code, input]) => last.then(() => this.refuse(step, code, input)), Promise.resolve())
    if (only) return this.refuse(step, only, step.input)
    if (before) await refusals()
    await this.succeed(step)
    if (!before) await refusals()
    if (stranger) await this.refuse(step, stranger, step.input, true)
  }

  async succeed(step) {
    const { service, operation, keep } = step
    const came = await this.client.call({ service, operation, input: step.input(this.known) })
    if (came.unknown) return this.skip(service, came.unknown)
    if (!came.answer) return this.note(step, `fails: ${came.error ?? came.failure} ${came.body}`)
    this.called.add(`${service} ${operation}`)
    const read = readAnswer(modelOf(service), operation, came)
    read.found.forEach(what => this.note(step, what))
    const times = this.times.get(`${service} ${operation}`) ?? new Set()
    read.times.forEach(path => times.add(path))
    this.times.set(`${service} ${operation}`, times)
    for (const [name, what] of Object.entries(keep)) this.known[name] = what(came.answer)
  }

  async refuse(step, want, input, stranger = false) {
    const { service, operation } = step
    const came = await this.client.call({ service, operation, input: input(this.known), stranger })
    if (came.unknown) return this.skip(service, came.unknown)
    if (came.answer) return this.note(step, `takes what ${want} is for`)
    if (came.failure) return this.note(step, `fails: ${came.failure}`)
    const { code, found } = readRefusal(modelOf(service), came)
    if (!want.split('|').includes(code)) this.note(step, `refuses with ${code}, not ${want}: ${came.body}`)
    found.forEach(what => this.note(step, `refuses, and ${what}`))
    this.refused.add(`${service} ${operation}`)
  }
}

async function tell(sandbox, client) {
  const story = new Story(sandbox, client)
  for (const step of calls) await story.play(step)
  for (const { service, operation } of await catalogue(sandbox)) {
    const name = `${service} ${operation}`
    if (story.unknown.has(name)) continue
    if (!story.called.has(name)) story.found.push(`${name} was never answered`)
    if (!story.refused.has(name)) story.found.push(`${name} was never refused`)
    const times = story.times.get(name) ?? new Set()
    for (const path of timesOf(modelOf(service), operation)) {
      if (!times.has(path) && !excuse(timeless, `${name} ${path}`)) story.found.push(`${name} never says the time ${path}`)
    }
  }
  assert.equal([...new Set(story.found)].join('\n'), '')
}

for (const Client of [JavaScriptSdk, AwsCli]) {
  test(`every operation, by ${Client === AwsCli ? "Debian's AWS CLI" : 'the AWS SDK for JavaScript'}`, async t => {
    const sandbox = await Sandbox.start(t, '--operation-time', '5s')
    await tell(sandbox, new Client(t, sandbox))
  })
}

test('every difference that has a reason is one', () => {
  assert.deepEqual([...Object.keys(excused), ...Object.keys(timeless), ...Object.keys(newer)].filter(name => !used.has(name)), [])
})
