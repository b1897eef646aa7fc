// SPDX-License-Identifier: Apache-2.0
// sbom.mjs OUT VERSION ARCHITECTURE=BUILD,EXECUTABLES[,SYSROOT]...: what is linked into the executables, as the linker's maps and
// the compiler's lists of headers tell and as dpkg knows it. Writes
//   OUT/caretaker.spdx.json               SPDX 2.3 (https://spdx.github.io/spdx-spec/v2.3/)
//   OUT/third-party/PACKAGE.copyright     their licences
//   OUT/built-using.ARCHITECTURE          their sources, as a Debian package's Built-Using wants them
// Dated by SOURCE_DATE_EPOCH.

import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, normalize, resolve } from 'node:path'

// Of the source packages we may link with. Debian's copyright files have no single expression to read.
const licences = {
  'boost1.81': 'BSL-1.0',
  cli11: 'BSD-3-Clause',
  'cross-toolchain-base': 'LGPL-2.1-or-later', // The C library's headers, as the cross compiler finds them.
  dtl: 'BSD-3-Clause',
  fmtlib: 'MIT',
  'gcc-12': 'GPL-3.0-or-later WITH GCC-exception-3.1',
  'gcc-12-cross': 'GPL-3.0-or-later WITH GCC-exception-3.1',
  glibc: 'LGPL-2.1-or-later',
  openssl: 'Apache-2.0',
  re2: 'BSD-3-Clause',
}
const copyrights = 'Copyright as in the package\'s copyright file'

const [out, version, ...targets] = process.argv.slice(2)
const created = new Date(Number(process.env.SOURCE_DATE_EPOCH) * 1000).toISOString().replace('.000', '')
const run = (command, ...args) => execFileSync(command, args, { encoding: 'utf8', maxBuffer: 256 << 20 })
const hash = (algorithm, data) => createHash(algorithm).update(data).digest('hex')

function fail(message) {
  console.error(`sbom: ${message}`)
  process.exit(1)
}

// The files of the system that an executable is made of: archives with a member in it, start-up objects, headers.
function files(build, executable) {
  const map = readFileSync(join(build, 'bin', `${executable}.map`), 'utf8')
  const archives = [...map.slice(0, map.indexOf('\nMemory Configuration')).matchAll(/^(\/[^\n(]+\.a)\(/gm)].map(match => match[1])
  const loaded = [...map.matchAll(/^LOAD (.+)$/gm)].map(match => match[1])
  if (!archives.length || !loaded.length) fail(`${build}/bin/${executable}.map is no linker map`)
  const objects = loaded.filter(file => file.startsWith('/') && file.endsWith('.o') && !file.startsWith('/tmp/'))
  const ours = new Set(loaded.map(file => /(?:lib(caretaker_\w+)\.a|CMakeFiles\/(caretaker[\w-]*)\.dir\/.*)$/.exec(file))
    .filter(Boolean).map(match => match[1] ?? match[2]))
  const headers = new Set()
  let wanted = false
  for (const line of run('ninja', '-C', build, '-t', 'deps').split('\n')) {
    const object = /^CMakeFiles\/([\w-]+)\.dir\/.*: #deps/.exec(line)
    if (!line.startsWith(' ')) wanted = object !== null && ours.has(object[1])
    else if (wanted && line.startsWith('    /')) headers.add(normalize(line.trim()))
  }
  return [...new Set([...archives, ...objects].map(normalize)), ...headers].filter(file => !file.startsWith(resolve(build)))
}

// The packages that these files come from: [{ name, architecture, version, source, sourceVersion, maintainer, copyright }].
function packages(list, sysroot) {
  const inside = list.filter(file => sysroot && file.startsWith(`${sysroot}/`))
  const outside = list.filter(file => file.startsWith('/usr/') || file.startsWith('/lib/'))
  const found = []
  for (const [paths, database, root] of [
    [inside.map(file => file.slice(sysroot.length)), [`--admindir=${sysroot}/dpkg`], sysroot],
    [outside, [], ''],
  ]) {
    if (!paths.length) continue
    const names = new Set(run('dpkg-query', ...database, '-S', ...paths).split('\n').filter(Boolean).map(line => line.split(': ')[0]))
    const format = '${Package}\t${Architecture}\t${Version}\t${source:Package}\t${source:Version}\t${Maintainer}\n'
    for (const line of run('dpkg-query', ...database, '-W', '-f', format, ...names).trimEnd().split('\n')) {
      const [name, architecture, packaged, source, sourceVersion, maintainer] = line.split('\t')
      // The kernel's headers have numbers and layouts in them, and nothing that could be linked.
      if (source === 'linux') continue
      if (!licences[source]) fail(`${name} is linked and its licence is not known: add its source ${source} to packaging/sbom.mjs`)
      const copyright = readFileSync(`${root}/usr/share/doc/${name}/copyright`, 'utf8')
      found.push({ name, architecture, version: packaged, source, sourceVersion, maintainer, copyright })
    }
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : 1))
}

const identifier = text => `SPDXRef-${text.replace(/[^A-Za-z0-9.-]/g, '-')}`
const libraries = new Map()
const executables = []
const relationships = []
mkdirSync(join(out, 'third-party'), { recursive: true })
for (const target of targets) {
  const [architecture, parts] = target.split('=')
  const [build, folder, sysroot = ''] = parts.split(',')
  const sources = new Set()
  for (const name of ['caretaker', 'caretaker-lambda', 'caretaker-sandbox']) {
    const data = readFileSync(join(folder, name))
    const executable = {
      name,
      SPDXID: identifier(`${name}-${architecture}`),
      versionInfo: version,
      packageFileName: `${architecture}/${name}`,
      primaryPackagePurpose: 'APPLICATION',
      supplier: 'NOASSERTION',
      downloadLocation: 'NOASSERTION',
      filesAnalyzed: false,
      checksums: [{ algorithm: 'SHA256', checksumValue: hash('sha256', data) }],
      licenseConcluded: 'Apache-2.0',
      licenseDeclared: 'Apache-2.0',
      copyrightText: 'NOASSERTION',
    }
    executables.push(executable)
    relationships.push({ spdxElementId: 'SPDXRef-DOCUMENT', relationshipType: 'DESCRIBES', relatedSpdxElement: executable.SPDXID })
    for (const library of packages(files(build, name), sysroot && resolve(sysroot))) {
      const id = identifier(`${library.name}-${library.architecture}-${library.version}`)
      sources.add(`${library.source} (= ${library.sourceVersion})`)
      writeFileSync(join(out, 'third-party', `${library.source}.copyright`), library.copyright)
      libraries.set(id, {
        name: library.name,
        SPDXID: id,
        versionInfo: library.version,
        primaryPackagePurpose: 'LIBRARY',
        supplier: `Organization: ${library.maintainer.replace(/ <(.*)>$/, ' ($1)')}`,
        downloadLocation: 'NOASSERTION',
        filesAnalyzed: false,
        sourceInfo: `built from the Debian source package ${library.source} ${library.sourceVersion}`,
        licenseConcluded: licences[library.source],
        licenseDeclared: licences[library.source],
        copyrightText: copyrights,
        externalRefs: [{
          referenceCategory: 'PACKAGE-MANAGER',
          referenceType: 'purl',
          referenceLocator: `pkg:deb/debian/${encodeURIComponent(library.name)}@${encodeURIComponent(library.version)}` +
            `?arch=${library.architecture}&distro=debian-12`,
        }],
      })
      relationships.push({ spdxElementId: executable.SPDXID, relationshipType: 'STATIC_LINK', relatedSpdxElement: id })
    }
  }
  writeFileSync(join(out, `built-using.${architecture}`), `${[...sources].sort().join(', ')}\n`)
}

const content = { packages: [...executables, ...[...libraries].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one)], relationships }
const document = {
  spdxVersion: 'SPDX-2.3',
  dataLicense: 'CC0-1.0',
  SPDXID: 'SPDXRef-DOCUMENT',
  name: `caretaker-${version}`,
  documentNamespace: `https://spdx.org/spdxdocs/caretaker-${version}-${hash('sha256', JSON.stringify(content))}`,
  creationInfo: { created, creators: [`Tool: caretaker-sbom-${version}`] },
  ...content,
}
writeFileSync(join(out, 'caretaker.spdx.json'), `${JSON.stringify(document, null, 2)}\n`)
