// SPDX-License-Identifier: Apache-2.0
// The texts that bench/semver.mjs measures with, the same for the same seed.

import { Texts } from '../test/semver/texts.mjs'

const words = ['alpha', 'beta', 'rc', 'next', 'canary', 'dev', 'pre']

export class Workload {
  constructor (seed) {
    this.texts = new Texts(seed)
  }

  number () {
    const { texts } = this
    const r = texts.random()
    return String(r < 0.22 ? texts.below(10) : r < 0.79 ? texts.below(100) : r < 0.98 ? texts.below(1000) : texts.below(20000))
  }

  major () {
    const { texts } = this
    return texts.chance(0.8) ? String(texts.below(3)) : this.number()
  }

  prerelease () {
    const { texts } = this
    const r = texts.random()
    if (r < 0.4) return `${texts.pick(words)}.${texts.below(30)}`
    if (r < 0.58) return texts.pick(words)
    if (r < 0.69) return String(texts.below(30))
    return `${texts.pick(words)}.${texts.below(20)}.${20200000 + texts.below(90000)}`
  }

  // 70 % x.y.z, 20 % with a prerelease, 10 % with a prerelease and a build; 11 bytes on average, 17 % over 16.
  version () {
    const { texts } = this
    const core = `${this.major()}.${this.number()}.${this.number()}`
    const r = texts.random()
    if (r < 0.7) return core
    const full = `${core}-${this.prerelease()}`
    return r < 0.9 ? full : `${full}+${texts.pick(['build', 'sha', 'ci'])}.${(0x1000000 + texts.below(0xf000000)).toString(16)}`
  }

  range () {
    const { texts } = this
    const a = this.major()
    const [b, c] = [this.number(), this.number()]
    const r = texts.random()
    if (r < 0.3) return `^${a}.${b}.${c}`
    if (r < 0.4) return `~${a}.${b}.${c}`
    if (r < 0.5) return `>=${a}.${b}.${c} <${Number(a) + 1 + texts.below(3)}.0.0`
    if (r < 0.58) return `${a}.x`
    if (r < 0.63) return `${a}.${b}`
    if (r < 0.71) return `^${a}.${b}.${c} || ^${Number(a) + 1}.0.0`
    if (r < 0.77) return `${a}.${b}.${c} - ${Number(a) + 2}.${b}`
    if (r < 0.89) return `>=${a}.${b}.${c}`
    if (r < 0.92) return `>${a}.${b}.${c}`
    if (r < 0.95) return `<=${a}.${b}.${c}`
    if (r < 0.97) return `>=${a}.${b}.${c}-${texts.pick(words)}`
    return r < 0.99 ? `${a}.${b}.${c}` : '*'
  }

  tag () {
    return this.texts.chance(0.08) ? this.texts.pick(['latest', 'main', 'edge', 'sha-1f2e3d4c', '1.2', '2024-05-01', 'v1']) : this.version()
  }

  many (count, make) {
    return Array.from({ length: count }, make)
  }
}
