// SPDX-License-Identifier: Apache-2.0
// What npm's semver answers to a call, in the form of `caretaker semver --batch`: a version or a range is its text, what is
// undefined is null, and `{ error }` stands for what it throws, whatever it says.

import semver from 'semver'

const comparator = (text, options) => new semver.Comparator(text, options)

const constructors = {
  SemVer: (text, options) => new semver.SemVer(text, options),
  Range: (text, options) => new semver.Range(text, options),
  Comparator: (text, options) => comparator(text, options).value,
  'Comparator.intersects': (a, b, options) => comparator(a, options).intersects(comparator(b, options), options),
}

const plain = result =>
  result === undefined ? null
    : result instanceof semver.SemVer ? result.version
      : result instanceof semver.Range ? result.range
        : result

// `args` may be changed, as npm sorts lists where they are.
export function answer ({ fn, args }) {
  try {
    return { result: plain((constructors[fn] ?? semver[fn])(...args)) }
  } catch (error) {
    return { error: error.message }
  }
}
