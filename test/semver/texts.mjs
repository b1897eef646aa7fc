// SPDX-License-Identifier: Apache-2.0
// Random texts around the grammar of versions and ranges, the same for the same seed.

const blanks = [...'\t\n\v\f\r     \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff']
const strangers = [...'\u0000\u0001\u0085\u180e\u200b\u2060é߿ࠀ￿😀|/\\"_,!$()', '\u{10ffff}']
const alphabet = [...'0123456789..---++xX*vV=<>^~~| |||  abzAZeE', ...blanks]

// Where the packed key, JavaScript's integers or its way of printing numbers change.
const edges = ['262142', '262143', '262144', '1048574', '1048575', '1048576', '33554430', '33554431', '33554432',
  '999999999999999', '1000000000000000', '9007199254740990', '9007199254740991', '9007199254740992', '9007199254740993',
  '90071992547409910', '99999999999999999999', '100000000000000000000', '999999999999999999999', '1000000000000000000000',
  '1500000000000000000000', '2000000000000000000000', '1230000000000000000000', '10000000000000000000000']

export class Texts {
  constructor (seed) {
    this.state = seed >>> 0
    this.tidy = false // Keep to what a sane author writes.
  }

  // mulberry32: [0, 1).
  random () {
    this.state = (this.state + 0x6d2b79f5) >>> 0
    let t = this.state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }

  below (n) { return Math.floor(this.random() * n) }
  chance (p) { return this.random() < p }
  pick (list) { return list[this.below(list.length)] }
  repeat (count, make) { return Array.from({ length: count }, () => make()) }
  blank () { return this.pick(blanks) }

  digits (count) { return String(1 + this.below(9)) + this.repeat(count - 1, () => this.below(10)).join('') }

  number () {
    const r = this.random()
    if (this.tidy) return r < 0.9 ? String(this.below(4)) : r < 0.95 ? String(this.below(30)) : this.pick(edges.slice(0, 12))
    if (r < 0.75) return String(this.below(4))
    if (r < 0.86) return String(this.below(30))
    if (r < 0.92) return this.pick(edges)
    if (r < 0.96) return this.digits(1 + this.below(24))
    if (r < 0.99) return '0'.repeat(1 + this.below(3)) + this.below(12)
    return this.digits(this.pick([100, 200, 240, 249, 250, 251, 255, 256, 257, 258, 300, 513, 600]))
  }

  identifier () {
    const r = this.random()
    if (r < 0.35 || this.tidy) return this.pick(['a', 'b', 'alpha', 'beta', 'rc', 'A', 'x', 'v', '-', '--', '0', '1', '2', '10'])
    if (r < 0.6) return this.number()
    if (r < 0.7) return this.pick(['0a', '00a', '01', '1a', 'a1', '-1', 'e', '0-', 'x', 'X'])
    if (r < 0.995) return this.repeat(1 + this.below(5), () => this.pick([...'0123abcxyzABCXYZ-v'])).join('')
    return this.pick(['a', '1', '-', '0']).repeat(this.pick([100, 240, 244, 245, 246, 249, 250, 251, 252, 255, 256, 257]))
  }

  identifiers () { return this.repeat(1 + this.below(this.chance(0.5) ? 1 : 4), () => this.identifier()).join('.') }

  prerelease () { return (this.tidy || this.chance(0.95) ? '-' : '') + this.identifiers() }

  version () {
    let text = `${this.number()}.${this.number()}.${this.number()}`
    if (this.chance(0.45)) text += this.prerelease()
    if (this.chance(0.15)) text += `+${this.identifiers()}`
    if (this.tidy) return text
    if (this.chance(0.15)) text = this.pick(['v', 'v', '=', 'V', 'v ', '=v', 'v=', ' = v']) + text
    if (this.chance(0.1)) text = this.blank() + text
    if (this.chance(0.1)) text += this.blank()
    return text
  }

  // At the limit of the length, blanks included.
  longVersion () {
    const core = this.version().slice(0, 200)
    const text = core + (core.includes('-') ? '' : this.pick(['-', '-', '']))
    const fill = this.pick(['a', '1', '0', '\u00a0', ' ', '\u3000', '-', 'é'])
    return text + fill.repeat(Math.max(0, this.pick([255, 256, 256, 257, 300, 770, 1100]) - text.length))
  }

  partial () {
    if (this.tidy) {
      const numbers = this.repeat(this.pick([1, 2, 3, 3]), () => this.number())
      if (this.chance(0.2)) numbers.splice(this.below(3), 3, this.pick(['x', 'X', '*']))
      return numbers.join('.') + (numbers.length === 3 && this.chance(0.2) ? this.prerelease() : '')
    }
    const one = () => this.chance(0.2) ? this.pick(['x', 'X', '*', '']) : this.number()
    let text = one()
    if (this.chance(0.8)) text += `.${one()}`
    if (this.chance(0.7)) text += `.${one()}`
    if (this.chance(0.2)) text += this.prerelease()
    if (this.chance(0.08)) text += `+${this.identifiers()}`
    if (this.chance(0.08)) text = this.pick(['v', '=', 'v ', '= ', ' v', 'vv', '==', '  ']) + text
    return text
  }

  comparator () {
    const operators = ['', '', '', '^', '^', '~', '~', '~>', '<', '<=', '>', '>=', '=', '>=', '<', '< ', '> ', '>= ', '^ ', '~ ', '~> ',
      '~ > ', '=>', '^~', '<>', '>>', '==', '^=', '~=', '^v', '>  ', '<\t']
    if (this.tidy) return this.pick(['', '^', '~', '<', '<=', '>', '>=', '=', '>= ', '~> ']) + this.partial()
    const text = this.pick(operators) + (this.chance(0.5) ? this.partial() : this.version().trim())
    return this.chance(0.03) ? text.replace(/(?=.{1}$)/, '*') : text
  }

  alternative () {
    const r = this.random()
    if (r < 0.04) return this.pick(['', ' ', '*', 'x', '<0.0.0-0', '<*', '>=0.0.0', '>=0.0.0-0', 'latest'])
    if (r < 0.2) {
      const space = () => this.chance(0.85) ? ' ' : this.blank() + (this.chance(0.3) ? this.blank() : '')
      const hyphen = this.partial() + space() + '-' + space() + this.partial()
      return this.chance(0.1) ? `${hyphen} ${this.comparator()}` : hyphen
    }
    const count = this.chance(0.005) ? 40 : this.pick([1, 1, 1, 2, 2, 3, 4])
    const comparators = this.repeat(count, () => this.comparator())
    if (count > 1 && this.chance(0.1)) comparators[0] = comparators[count - 1]
    if (this.chance(0.03)) comparators.splice(this.below(count + 1), 0, this.pick(['latest', '', '+b', '+a.1', '-']))
    return comparators.join(this.chance(0.95) ? ' ' : this.blank() + this.blank())
  }

  range () {
    const bars = this.pick(['||', ' || ', '|| ', ' || ', this.chance(0.1) ? '|||' : '||'])
    return this.repeat(this.pick([1, 1, 1, 2, 2, 3, 5]), () => this.alternative()).join(bars)
  }

  // Nearly what it was.
  mutated (text) {
    const characters = [...text]
    for (let n = 1 + this.below(3); n > 0; --n) {
      const at = this.below(characters.length + 1)
      const r = this.random()
      if (r < 0.4) characters.splice(at, 0, this.chance(0.9) ? this.pick(alphabet) : this.pick(strangers))
      else if (r < 0.7) characters.splice(at, 1)
      else if (r < 0.9) characters.splice(at, 1, this.pick(alphabet))
      else characters.splice(at, 0, ...characters.slice(at, at + 1 + this.below(5)))
    }
    return characters.join('')
  }

  noise () { return this.repeat(this.below(16), () => this.chance(0.95) ? this.pick(alphabet) : this.pick(strangers)).join('') }

  anyVersion () {
    const r = this.random()
    return r < 0.75 ? this.version() : r < 0.92 ? this.mutated(this.version()) : r < 0.95 ? this.longVersion() : this.noise()
  }

  anyRange () {
    const r = this.random()
    return r < 0.6 || this.tidy ? this.range() : r < 0.85 ? this.mutated(this.range()) : r < 0.9 ? this.mutated(this.mutated(this.comparator())) : this.noise()
  }

  tidily (make) {
    const tidy = this.tidy
    this.tidy = true
    const made = make()
    this.tidy = tidy
    return made
  }

  // What `coerce` may find something in, more than once.
  coercible () {
    const piece = () => {
      const r = this.random()
      if (r < 0.45) return this.version()
      if (r < 0.65) return this.partial()
      if (r < 0.8) return this.digits(this.pick([1, 2, 3, 15, 16, 17, 20])) + this.pick(['', '.', '..', '-', '+', '-01', '-1.01', '+a.', '-a+b'])
      if (r < 0.9) return this.pick(['a', 'v', 'sha-', '-', '.', '😀', 'é', '2024-05-01', ' '])
      return this.noise()
    }
    const r = this.random()
    if (r < 0.02) return this.pick([42, 1.5, 1e21, 1e-7, 0, -1, 123456789012345680000, 1.25e-10, 9007199254740993])
    if (r < 0.06) return `1.2.3-${this.pick(['', 'a', '1'])}${this.pick(['a', '1', '0', 'a.', '1.'])}`.concat(this.pick(['1', 'a', '0', '1a']).repeat(this.pick([100, 240, 250, 251, 252, 256, 257, 258, 300])), this.pick(['', '.', '+', '+1', '-1']))
    const text = this.repeat(1 + this.below(4), piece).join(this.pick(['', '', ' ', '.', '-', '😀']))
    return this.chance(0.1) ? this.mutated(text) : text
  }

  // One that a range's own numbers make likely to be near its bounds.
  versionNear (range) {
    const found = range.match(/\d{1,17}/g) || []
    const number = () => {
      const n = found.length && this.chance(0.75) ? Number(this.pick(found)) + this.pick([0, 0, 0, 1, -1]) : this.below(4)
      return String(Math.max(0, n))
    }
    const tags = range.match(/-[0-9A-Za-z.-]+/g) || []
    const tag = this.chance(0.55) ? '' : tags.length && this.chance(0.6) ? this.pick(tags) : this.prerelease()
    return `${number()}.${number()}.${number()}${tag}`
  }
}
