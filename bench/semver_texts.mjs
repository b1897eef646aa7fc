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
    return String(r < 0.55 ? texts.below(10) : r < 0.93 ? texts.below(100) : r < 0.99 ? texts.below(1000) : texts.below(20000))
  }

  prerelease () {
    const { texts } = this
    const r = texts.random()
    if (r < 0.5) return `${texts.pick(words)}.${texts.below(30)}`
    if (r < 0.7) return texts.pick(words)
    if (r < 0.8) return String(texts.below(30))
    return `${texts.pick(words)}.${texts.below(20)}.${20200000 + texts.below(90000)}`
  }

  // 70 % x.y.z, 20 % with a prerelease, 10 % with a prerelease and a build; 11 bytes on average, 17 % over 16 bytes.
  version () {
    const { texts } = this
    const core = `${this.number()}.${this.number()}.${this.number()}`
    const r = texts.random()
    if (r < 0.7) return core
    const full = `${core}-${this.prerelease()}`
    return r < 0.9 ? full : `${full}+${texts.pick(['build', 'sha', 'ci'])}.${texts.below(100000)}`
  }

  range () {
    const { texts } = this
    const a = this.number()
    const [b, c] = [this.number(), this.number()]
    const r = texts.random()
    if (r < 0.3) return `^${a}.${b}.${c}`
    if (r < 0.45) return `~${a}.${b}.${c}`
    if (r < 0.55) return `>=${a}.${b}.${c} <${Number(a) + 1 + texts.below(3)}.0.0`
    if (r < 0.63) return `${a}.x`
    if (r < 0.7) return `${a}.${b}`
    if (r < 0.78) return `^${a}.${b}.${c} || ^${Number(a) + 1}.0.0`
    if (r < 0.84) return `${a}.${b}.${c} - ${Number(a) + 2}.${b}`
    if (r < 0.9) return `>${a}.${b}.${c}`
    if (r < 0.94) return `<=${a}.${b}.${c}`
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
