// SPDX-License-Identifier: Apache-2.0
// Random calls of every function of npm's semver, made of texts.mjs's texts.

const near = texts => {
  const range = texts.anyRange()
  return [texts.chance(0.85) ? texts.versionNear(range) : texts.anyVersion(), range]
}
const two = texts => {
  const a = texts.anyVersion()
  return [a, texts.chance(0.5) ? texts.versionNear(a) : texts.chance(0.5) ? texts.mutated(a) : texts.anyVersion()]
}
const versions = (texts, from, most) => texts.repeat(texts.below(most), () =>
  texts.chance(0.8) ? texts.versionNear(from) : texts.chance(0.7) ? texts.version() : texts.anyVersion())
// Nearly all valid, as one that isn't makes npm throw.
const validVersions = (texts, most) => {
  const first = texts.version()
  return texts.repeat(texts.below(most), () => texts.chance(0.6) ? texts.versionNear(first) : texts.tidily(() => texts.version()))
}
const twoRanges = texts => {
  const a = texts.anyRange()
  const r = texts.random()
  const b = r < 0.05 ? a
    : r < 0.3 ? texts.mutated(a)
      : r < 0.6 ? texts.pick(['', '^', '~', '<', '<=', '>', '>=', '=']) + texts.versionNear(a) + (texts.chance(0.4) ? ` ${texts.pick(['<', '<=', '>', '>='])}${texts.versionNear(a)}` : '')
        : texts.anyRange()
  return texts.chance(0.1) ? [`${a} || ${b}`, b] : [a, b]
}
const aComparator = texts => {
  const r = texts.random()
  return r < 0.02 ? '' : r < 0.85 ? texts.pick(['', '=', '<', '<=', '>', '>=', '> ', '<= ', '>\t ']) + texts.anyVersion() : texts.comparator()
}
const twoComparators = texts => {
  const a = aComparator(texts)
  return [a, texts.chance(0.6) ? texts.pick(['', '<', '<=', '>', '>=']) + texts.versionNear(a) : aComparator(texts)]
}
const releases = ['major', 'premajor', 'minor', 'preminor', 'patch', 'prepatch', 'prerelease', 'release', 'pre', 'bogus', 'prefix', '']
const identifier = texts => {
  const r = texts.random()
  return r < 0.25 ? undefined : r < 0.85 ? texts.identifiers() : r < 0.95 ? texts.mutated(texts.identifiers()) : texts.pick(['', 'a..b', '01', 'x'.repeat(300), null, 5, true])
}
const base = texts => texts.pick([undefined, undefined, undefined, false, false, '0', '1', 0, 1, 2, '', 'false', true, null, 'x', ' 1 ', '0x0', '0x1', '1e0', '.5', '-1', 'Infinity', [], [1], {}])

const one = texts => [texts.anyVersion()]
const aRange = texts => [texts.anyRange()]
const selection = texts => {
  const range = texts.anyRange()
  return [versions(texts, range, 9), range]
}

// Weight, arguments apart from options, and where options go: after them.
const calls = {
  parse: [1, one], valid: [3, one], clean: [3, texts => [texts.chance(0.3) ? texts.pick(['=', 'v', '= ', '=v', ' ']) + texts.anyVersion() : texts.anyVersion()]],
  major: [1, one], minor: [1, one], patch: [1, one], prerelease: [2, one],
  compare: [3, two], rcompare: [1, two], compareLoose: [2, two], compareBuild: [3, two],
  gt: [1, two], lt: [1, two], eq: [1, two], neq: [1, two], gte: [1, two], lte: [1, two],
  cmp: [2, texts => { const [a, b] = two(texts); return [a, texts.pick(['===', '!==', '', '=', '==', '!=', '>', '>=', '<', '<=', '=>', '~']), b] }],
  diff: [3, two],
  inc: [6, texts => [texts.chance(0.9) ? texts.version().trim() : texts.anyVersion(), texts.pick(releases)], texts => [identifier(texts), base(texts)]],
  truncate: [2, texts => [texts.anyVersion(), texts.pick(releases)]],
  coerce: [5, texts => [texts.coercible()]],
  sort: [2, texts => [validVersions(texts, 12)]], rsort: [2, texts => [validVersions(texts, 12)]],
  satisfies: [6, near], validRange: [6, aRange], toComparators: [2, aRange], minVersion: [4, aRange],
  maxSatisfying: [3, selection], minSatisfying: [3, selection],
  outside: [2, texts => [...near(texts), texts.pick(['>', '<', '>', '<', '=', ''])]], gtr: [2, near], ltr: [2, near],
  intersects: [5, twoRanges], subset: [6, twoRanges],
  simplifyRange: [3, texts => { const range = texts.anyRange(); return [texts.chance(0.8) ? texts.repeat(texts.below(12), () => texts.tidily(() => texts.versionNear(range))) : versions(texts, range, 9), range] }],
  SemVer: [1, one], Range: [2, aRange], Comparator: [3, texts => [aComparator(texts)]], 'Comparator.intersects': [4, twoComparators],
  compareIdentifiers: [1, texts => [texts.identifier(), texts.identifier()]], rcompareIdentifiers: [1, texts => [texts.identifier(), texts.identifier()]],
}
const weighted = Object.entries(calls).flatMap(([fn, [weight]]) => Array(weight).fill(fn))
const without = ['compareLoose', 'diff', 'compareIdentifiers', 'rcompareIdentifiers']

const options = (texts, fn) => {
  const r = texts.random()
  if (r < 0.3) return undefined
  if (r < 0.34) return texts.pick([true, false, 0, 1, {}, []])
  return {
    ...(texts.chance(0.4) ? { loose: true } : {}),
    ...(texts.chance(0.45) ? { includePrerelease: true } : {}),
    ...(fn === 'coerce' && texts.chance(0.5) ? { rtl: true } : {}),
  }
}

// Trailing undefined arguments are left out, others are null, as JSON has no undefined.
export function randomCall (texts) {
  const fn = texts.pick(weighted)
  texts.tidy = texts.chance(0.4)
  const [, make, more] = calls[fn]
  const args = make(texts)
  if (!fn.endsWith('Identifiers') && texts.chance(0.003)) args[texts.below(args.length)] = texts.pick([null, 42, true, 1.5, 1e21, 1e-7, '', {}])
  if (!without.includes(fn)) args.push(options(texts, fn))
  if (more) args.push(...more(texts))
  while (args.length && args[args.length - 1] === undefined) args.pop()
  return { fn, args }
}
