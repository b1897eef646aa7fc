// SPDX-License-Identifier: Apache-2.0
// An answer as it came over the wire against AWS's model: unknown members, missing ones, wrong types, times in another form
// than the protocol's.

// The elements of an XML text: { name, text, children }. Attributes count for nothing.
function parseXml(text) {
  const root = { children: [] }
  const open = [root]
  const entities = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }
  const plain = raw => raw.replace(/&(#x[0-9a-f]+|#\d+|\w+);/gi, (_, name) => name[0] !== '#' ? entities[name]
    : String.fromCodePoint(name[1] === 'x' ? parseInt(name.slice(2), 16) : Number(name.slice(1))))
  for (const [, end, name, empty, raw] of text.matchAll(/<(\/?)([\w:?-]+)[^>]*?(\/?)>|([^<]+)/g)) {
    const within = open.at(-1)
    if (raw !== undefined) within.text = (within.text ?? '') + plain(raw)
    else if (name.startsWith('?')) continue
    else if (end) open.pop()
    else {
      const element = { name, text: '', children: [] }
      within.children.push(element)
      if (!empty) open.push(element)
    }
  }
  return root.children[0]
}

const timeForms = {
  unixTimestamp: value => typeof value === 'number' && Number.isFinite(value),
  iso8601: value => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value),
  rfc822: value => new Date(value).toUTCString() === value,
}

// Reads values of one answer by their shapes, and notes what does not fit.
class Reader {
  constructor(model, { xml }) {
    Object.assign(this, { model, xml, found: [], times: new Set() })
  }

  wrong(path, what) {
    this.found.push(`${path || 'the answer'}: ${what}`)
  }

  value(ref, value, path, time = this.xml ? 'iso8601' : 'unixTimestamp') {
    const shape = this.model.shapes[ref.shape]
    const text = this.xml && value.children ? value.text : value
    switch (shape.type) {
      case 'structure': return this.xml ? this.element(shape, value, path) : this.object(shape, value, path)
      case 'list': return this.list(shape, value, path)
      case 'map': return this.map(shape, value, path)
      case 'timestamp': {
        const form = ref.timestampFormat ?? shape.timestampFormat ?? time
        this.times.add(path.replaceAll(/\[\d+\]/g, '[]'))
        return timeForms[form](text) || this.wrong(path, `${JSON.stringify(text)} is no time as ${form}`)
      }
      case 'boolean': return [true, false].includes(this.xml ? { true: true, false: false }[text] : text) || this.wrong(path, `${text} is no boolean`)
      case 'integer':
      case 'long': return (this.xml ? /^-?\d+$/.test(text) : Number.isInteger(text)) || this.wrong(path, `${text} is no whole number`)
      default:
        if (typeof text !== 'string') return this.wrong(path, `${JSON.stringify(text)} is no text`)
        if (shape.enum && !shape.enum.includes(text)) this.wrong(path, `'${text}' is none of ${shape.enum}`)
    }
  }

  // Members with a place of their own (header, status) are not in the body.
  inBody(shape) {
    return Object.entries(shape.members ?? {}).filter(([, member]) => !member.location)
  }

  required(shape, has, path) {
    for (const [member] of this.inBody(shape)) {
      if (shape.required?.includes(member) && !has(member)) this.wrong(`${path}.${member}`, 'is missing')
    }
  }

  object(shape, value, path) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return this.wrong(path, 'is no object')
    // SQS's model names what its old protocol called things; its JSON has the members' own names.
    const nameOf = name => this.model.metadata.protocol === 'query' ? name : shape.members[name].locationName ?? name
    const members = new Map(this.inBody(shape).map(([name, member]) => [nameOf(name), member]))
    for (const [name, inner] of Object.entries(value)) {
      if (!members.has(name)) this.wrong(`${path}.${name}`, 'is unknown to the model')
      else if (inner !== null) this.value(members.get(name), inner, `${path}.${name}`)
    }
    this.required(shape, name => (value[nameOf(name)] ?? null) !== null, path)
  }

  element(shape, element, path) {
    const members = new Map()
    for (const [name, member] of this.inBody(shape)) {
      const inner = this.model.shapes[member.shape]
      const flat = member.flattened ?? inner.flattened
      const tag = flat && inner.type === 'list' ? inner.member.locationName ?? member.locationName ?? name : member.locationName ?? name
      members.set(tag, { name, member, flat })
    }
    const seen = new Map()
    for (const child of element.children) seen.set(child.name, [...seen.get(child.name) ?? [], child])
    for (const [tag, children] of seen) {
      const known = members.get(tag)
      if (!known) this.wrong(`${path}.${tag}`, 'is unknown to the model')
      else if (known.flat) this.value(known.member, { flat: children }, `${path}.${known.name}`)
      else if (children.length > 1) this.wrong(`${path}.${tag}`, 'is there twice')
      else this.value(known.member, children[0], `${path}.${known.name}`)
    }
    const there = new Set([...seen.keys()].map(tag => members.get(tag)?.name))
    this.required(shape, name => there.has(name), path)
  }

  list(shape, value, path) {
    if (!this.xml && !Array.isArray(value)) return this.wrong(path, 'is no list')
    const tag = shape.member.locationName ?? 'member'
    const items = this.xml ? value.flat ?? value.children : value
    items.forEach((item, i) => {
      if (this.xml && !value.flat && item.name !== tag) return this.wrong(`${path}[${i}]`, `is a <${item.name}>, no <${tag}>`)
      this.value(shape.member, item, `${path}[${i}]`)
    })
  }

  map(shape, value, path) {
    if (!this.xml) {
      if (typeof value !== 'object' || Array.isArray(value)) return this.wrong(path, 'is no map')
      return Object.entries(value).forEach(([key, inner]) => this.value(shape.value, inner, `${path}{${key}}`))
    }
    for (const entry of value.flat ?? value.children) {
      const part = ref => entry.children.find(child => child.name === ref)
      const key = part(shape.key.locationName ?? 'key')
      const inner = part(shape.value.locationName ?? 'value')
      if (key && inner) this.value(shape.value, inner, `${path}{${key.text}}`)
      else this.wrong(path, 'has an entry without key or value')
    }
  }
}

// Headers that any answer of S3 may have.
const common = ['x-amz-request-id', 'x-amz-id-2', 'x-amz-bucket-region']

function readHeaders(reader, shape, headers) {
  const known = new Set(common)
  for (const [name, member] of Object.entries(shape.members ?? {})) {
    if (member.location === 'headers') Object.keys(headers).filter(header => header.startsWith(member.locationName)).forEach(header => known.add(header))
    if (member.location !== 'header') continue
    const header = member.locationName.toLowerCase()
    known.add(header)
    if (headers[header] !== undefined) reader.value(member, headers[header], `.${name}`, 'rfc822')
    else if (shape.required?.includes(name)) reader.wrong(`.${name}`, 'is missing')
  }
  for (const header of Object.keys(headers)) {
    if (header.startsWith('x-amz-') && !known.has(header)) reader.wrong(header, 'is a header unknown to the model')
  }
}

// What does not fit in the answer to a call that went well, and the paths of the times in it. Headers in lower case.
export function readAnswer(model, operation, { headers, body }) {
  const { output } = model.operations[operation]
  const shape = output ? model.shapes[output.shape] : { members: {} }
  const xml = /xml/.test(headers['content-type'] ?? '') || model.metadata.protocol === 'rest-xml'
  const reader = new Reader(model, { xml })
  if (model.metadata.protocol.startsWith('rest')) readHeaders(new ReaderOfHeaders(reader), shape, headers)
  const payload = shape.payload && shape.members[shape.payload]
  if (payload && ['blob', 'string'].includes(model.shapes[payload.shape].type)) return reader
  const text = body.toString()
  // S3 says the location as the root's text.
  if (operation === 'GetBucketLocation' && /^<\?xml[^>]*>\s*<LocationConstraint [^>]*(\/>|>[^<]*<\/LocationConstraint>)$/.test(text)) return reader
  if (text === '') {
    reader.required(shape, () => false, '')
  } else if (!xml) {
    reader.object(shape, JSON.parse(text), '')
  } else {
    let root = parseXml(text)
    if (output?.resultWrapper || model.metadata.protocol === 'query') {
      if (root.name !== `${operation}Response`) reader.wrong('the root', `is ${root.name}`)
      if (!root.children.find(child => child.name === 'ResponseMetadata')?.children.some(child => child.name === 'RequestId')) reader.wrong('RequestId', 'is missing')
      root = root.children.find(child => child.name === output?.resultWrapper) ?? { children: [] }
    }
    reader.element(payload ? model.shapes[payload.shape] : shape, root, payload ? `.${shape.payload}` : '')
  }
  return reader
}

// Headers are text in every protocol.
class ReaderOfHeaders extends Reader {
  constructor({ model, found, times }) {
    super(model, { xml: true })
    Object.assign(this, { found, times })
  }
}

// The code of a refusal as the model names its shape, and what is wrong with how it is said.
export function readRefusal(model, { status, headers, body }) {
  const text = body.toString()
  if (text === '') return { code: String(status), found: [] }
  const found = []
  let code
  if (text.startsWith('<')) {
    const root = parseXml(text)
    const error = root.name === 'ErrorResponse' ? root.children.find(child => child.name === 'Error') : root
    const said = name => (error.children.find(child => child.name === name) ?? root.children.find(child => child.name === name))?.text
    for (const name of ['Message', 'RequestId']) if (!said(name)) found.push(`${name} is missing`)
    code = said('Code')
  } else {
    const said = JSON.parse(text)
    if (!(said.message ?? said.Message)) found.push('message is missing')
    if (!headers['x-amzn-requestid']) found.push('x-amzn-requestid is missing')
    code = headers['x-amzn-errortype']?.split(':')[0] ?? said.__type
    code = code?.split('#').at(-1)
  }
  const named = Object.entries(model.shapes).find(([, shape]) => shape.exception && shape.error?.code === code)
  return { code: named?.[0] ?? code, found }
}

// The paths of all times in the answer to an operation.
export function timesOf(model, operation) {
  const found = new Set()
  const walk = (name, path, within) => {
    const shape = model.shapes[name]
    if (within.includes(name)) return
    const deeper = [...within, name]
    if (shape.type === 'timestamp') found.add(path)
    else if (shape.type === 'structure') Object.entries(shape.members ?? {}).forEach(([member, { shape: inner }]) => walk(inner, `${path}.${member}`, deeper))
    else if (shape.type === 'list') walk(shape.member.shape, `${path}[]`, deeper)
  }
  const { output } = model.operations[operation]
  if (output) walk(output.shape, '', [])
  return [...found]
}
