// SPDX-License-Identifier: Apache-2.0
// What script/package makes. CARETAKER_PACKAGES names a folder of it; without one the executables of CARETAKER_BIN are packed for
// x86-64, twice and under other circumstances, by the step that packs what ships.

import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { mkdtemp, mkdir, readFile, readdir, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import parseLicence from 'spdx-expression-parse'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../..', import.meta.url))
const given = process.env.CARETAKER_PACKAGES
const work = await mkdtemp(join(tmpdir(), 'packages-'))
let folder = given
let version
const unpacked = {}

const pack = (out, umask, environment, kinds = 'zip,tar,deb') =>
  run('bash', ['-c', `umask ${umask}; exec "$@"`, 'bash', join(root, 'packaging/pack'), out, kinds,
    `x86_64=${dirname(process.env.CARETAKER_BIN)}`], { cwd: work, env: { ...process.env, SOURCE_DATE_EPOCH: '1767323045', ...environment } })

// Runs a program of a package, under an emulator if it is for another processor.
const launch = (architecture, program) =>
  architecture === 'arm64' && process.arch !== 'arm64' ? ['qemu-aarch64', [program]] : [program, []]
const answer = async (architecture, program, ...args) => {
  const [command, first] = launch(architecture, program)
  return (await run(command, [...first, ...args], { env: {} })).stdout
}

before(async () => {
  if (!given) {
    folder = join(work, 'dist')
    await pack(folder, '022', { TZ: 'UTC' })
  }
  for (const file of await readdir(folder)) {
    const zip = /^caretaker-lambda-(.*)\.zip$/.exec(file)
    const tar = /^caretaker-(.*)-linux-(.*)\.tar\.gz$/.exec(file)
    const deb = /^caretaker_.*_(.*)\.deb$/.exec(file)
    const kind = zip ? 'zip' : tar ? 'tar' : deb ? 'deb' : null
    if (!kind) continue
    const architecture = (zip?.[1] ?? tar?.[2] ?? deb[1]).replace('amd64', 'x86_64')
    const into = join(work, `${kind}-${architecture}`)
    await mkdir(into)
    if (kind === 'zip') await run('unzip', ['-q', join(folder, file), '-d', into])
    if (kind === 'tar') await run('tar', ['-xf', join(folder, file), '-C', into])
    if (kind === 'deb') await run('dpkg-deb', ['-x', join(folder, file), into])
    unpacked[kind] ??= []
    unpacked[kind].push({ architecture, file: join(folder, file), into, tree: tar ? join(into, `caretaker-${tar[1]}-linux-${tar[2]}`) : join(into, 'usr') })
  }
  const any = unpacked.tar?.[0] ?? unpacked.deb?.[0]
  if (any) version = (await answer(any.architecture, join(any.tree, 'bin/caretaker'), '--version')).trim().split(' ').at(-1)
})
after(() => rm(work, { recursive: true }))

const each = (kind, check) => async t => {
  if (!unpacked[kind] && given) return t.skip(`no ${kind} in ${folder}`)
  for (const one of unpacked[kind]) await t.test(one.architecture, () => check(one))
}

// A static executable for that processor that a kernel does not load code for, whose stack holds no code.
async function assertStatic(file, architecture) {
  const { stdout } = await run('readelf', ['-hlW', file])
  assert.match(stdout, architecture === 'arm64' ? /Machine: +AArch64/ : /Machine: +Advanced Micro Devices X86-64/)
  assert.match(stdout, /Type: +EXEC/)
  assert.doesNotMatch(stdout, /INTERP|DYNAMIC/)
  assert.match(stdout, /GNU_STACK .* RW /)
  assert.match(stdout, /GNU_RELRO/)
  assert.match((await run('readelf', ['-SW', file])).stdout, /^(?![^]*\.symtab)/, 'it is stripped')
}

test('the zip has one static executable, bootstrap, that anybody may run', each('zip', async ({ architecture, file, into }) => {
  assert.match((await run('zipinfo', [file])).stdout, /number of entries: 1\n-rwxr-xr-x .* bootstrap\n/)
  await assertStatic(join(into, 'bootstrap'), architecture)
  if (given) assert.ok((await readFile(file)).length <= 3e6, 'at most 3 MB')
}))

test('the function started by hand says what it is', each('zip', async ({ architecture, into }) => {
  await assert.rejects(answer(architecture, join(into, 'bootstrap')), { code: 2, stderr: /AWS_LAMBDA_RUNTIME_API is not set.*`caretaker`/ })
}))

test('the command line works without any environment', each('tar', async ({ architecture, tree }) => {
  const program = join(tree, 'bin/caretaker')
  assert.match(await answer(architecture, program, '--version'), /^caretaker \d+\.\d+\.\d+\n$/)
  assert.equal(await answer(architecture, program, 'semver', '-r', '^1.2', '1.2.4', '2.0.0', '1.10.0'), '1.2.4\n1.10.0\n')
  await answer(architecture, program, 'check', join(root, 'examples/test-your-rules/rules.json'))
}))

test('the executable is a Lambda function', each('zip', async ({ architecture, into }) => {
  const posted = []
  let invoked = false
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', data => (body += data))
    request.on('end', () => {
      if (request.url === '/2018-06-01/runtime/invocation/next') {
        if (invoked) return  // The next invocation never comes.
        invoked = true
        response.setHeader('Lambda-Runtime-Aws-Request-Id', '8476a536')
        response.setHeader('Lambda-Runtime-Deadline-Ms', String(Date.now() + 20_000))
        response.setHeader('Lambda-Runtime-Invoked-Function-Arn', 'arn:aws:lambda:us-east-1:123456789012:function:caretaker')
        return response.end('{"Records":[]}')
      }
      if (request.url.startsWith('/2018-06-01/')) {
        posted.push({ url: request.url, body })
        server.emit('posted')
        response.statusCode = 202
      } else {
        response.statusCode = 404  // AWS has nothing.
      }
      response.end()
    })
  })
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = `127.0.0.1:${server.address().port}`
  const [command, first] = launch(architecture, join(into, 'bootstrap'))
  const child = spawn(command, first, { stdio: ['ignore', 'ignore', 'inherit'], env: {
    AWS_LAMBDA_RUNTIME_API: address, AWS_ENDPOINT_URL: `http://${address}`, AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret', QUEUE_NAME: 'caretaker', CONFIG_BUCKET: 'rules', CONFIG_FILE: 'rules.json' } })
  try {
    await new Promise((resolve, reject) => {
      server.once('posted', resolve)
      child.once('exit', code => reject(new Error(`it ended with ${code} before it answered`)))
    })
  } finally {
    child.removeAllListeners('exit')
    child.kill('SIGKILL')
    server.closeAllConnections()
    server.close()
  }
  assert.deepEqual(posted, [{ url: '/2018-06-01/runtime/invocation/8476a536/response', body: '{"batchItemFailures":[]}' }])
}))

async function assertTree({ architecture, tree }) {
  for (const program of ['caretaker', 'caretaker-sandbox']) {
    await assertStatic(join(tree, 'bin', program), architecture)
    assert.equal(await answer(architecture, join(tree, 'bin', program), '--version'), `${program} ${version}\n`)
  }
  for (const file of ['bash-completion/completions/caretaker', 'zsh/vendor-completions/_caretaker', 'fish/vendor_completions.d/caretaker.fish'])
    assert.match(await readFile(join(tree, 'share', file), 'utf8'), /completion --words/)
  assert.equal(await readFile(join(tree, 'share/caretaker/rules.schema.json'), 'utf8'),
    await readFile(join(root, 'docs/rules.schema.json'), 'utf8'))
  for (const source of ['openssl', 'glibc', 're2', 'fmtlib', 'cli11', 'boost1.81'])
    assert.match(await readFile(join(tree, 'share/doc/caretaker/third-party', `${source}.copyright`), 'utf8'), /[Ll]icen[cs]e/)
}

// A page as it is read, without what the terminal shows it with.
const render = async file => (await run('man', ['-l', file], { env: { PATH: '/usr/bin:/bin', MANWIDTH: '1000', LC_ALL: 'C.UTF-8' } })).stdout

test('manual pages tell of every command and option that the programs tell of', each('tar', async ({ architecture, tree }) => {
  const caretaker = join(tree, 'bin/caretaker')
  const page = name => render(join(tree, 'share/man/man1', `${name}.1.gz`))
  const help = await answer(architecture, caretaker, '--help')
  const commands = /Commands:\n((?: {2}.*\n)+)/.exec(help)[1].trim().split('\n').map(line => line.trim().split(' ')[0])
  assert.ok(commands.includes('plan') && commands.includes('semver'))
  const pages = [['caretaker', help], ['caretaker-sandbox', await answer(architecture, join(tree, 'bin/caretaker-sandbox'), '--help')]]
  for (const command of commands) pages.push([`caretaker-${command}`, await answer(architecture, caretaker, command, '--help')])
  for (const [name, told] of pages) {
    const shown = await page(name)
    for (const [option] of told.matchAll(/(?<![\w-])--?[a-z][\w-]*/g)) assert.ok(shown.includes(option), `${name}(1) tells of ${option}`)
  }
  const main = await page('caretaker')
  for (const command of commands) assert.ok(main.includes(`caretaker-${command}(1)`))
  assert.match(await render(join(tree, 'share/man/man5/caretaker-rules.5.gz')), /semVersion/)
}))

test('the tar has programs, manual pages, completions, schema and licences', each('tar', async one => {
  await assertTree(one)
  assert.match(await readFile(join(one.tree, 'LICENSE'), 'utf8'), /Apache License/)
}))

test('the Debian package depends on nothing and names what it is built with', each('deb', async one => {
  await assertTree(one)
  const { stdout } = await run('dpkg-deb', ['-f', one.file])
  assert.doesNotMatch(stdout, /^(Pre-)?Depends:/m)
  assert.match(stdout, /^Built-Using: .*glibc \(= .*openssl \(= /m)
  assert.match(stdout, one.architecture === 'arm64' ? /^Architecture: arm64$/m : /^Architecture: amd64$/m)
  await run('dpkg-deb', ['-e', one.file, `${one.into}.control`])
  await run('md5sum', ['--check', '--strict', '--quiet', `${one.into}.control/md5sums`], { cwd: one.into })
  const contents = (await run('dpkg-deb', ['-c', one.file])).stdout.trim().split('\n')
  for (const line of contents) assert.match(line, /^(-rwxr-xr-x|-rw-r--r--|drwxr-xr-x) root\/root /)
}))

describe('the bill of materials', async () => {
  let document
  before(async () => (document = JSON.parse(await readFile(join(folder, 'caretaker.spdx.json'), 'utf8'))))

  test('has the shape of SPDX 2.3', () => {
    assert.equal(document.spdxVersion, 'SPDX-2.3')
    assert.equal(document.dataLicense, 'CC0-1.0')
    assert.equal(document.SPDXID, 'SPDXRef-DOCUMENT')
    assert.match(document.creationInfo.created, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
    assert.ok(document.creationInfo.creators.every(creator => /^(Tool|Organization|Person): /.test(creator)))
    assert.match(document.documentNamespace, /^https:\/\/[^#]+$/)
    const ids = [document.SPDXID, ...document.packages.map(one => one.SPDXID)]
    assert.equal(new Set(ids).size, ids.length)
    for (const id of ids) assert.match(id, /^SPDXRef-[A-Za-z0-9.-]+$/)
    for (const { spdxElementId, relatedSpdxElement, relationshipType } of document.relationships) {
      assert.ok(ids.includes(spdxElementId) && ids.includes(relatedSpdxElement))
      assert.match(relationshipType, /^(DESCRIBES|STATIC_LINK)$/)
    }
    for (const one of document.packages) {
      assert.ok(one.name && one.versionInfo && one.downloadLocation === 'NOASSERTION' && one.filesAnalyzed === false, one.name)
      assert.match(one.supplier, /^(Organization: .+ \(.+@.+\)|NOASSERTION)$/)
      parseLicence(one.licenseConcluded)
      parseLicence(one.licenseDeclared)
    }
  })

  test('names every library with where it is from', () => {
    const libraries = document.packages.filter(one => one.primaryPackagePurpose === 'LIBRARY')
    for (const source of ['openssl', 'glibc', 're2', 'fmtlib', 'cli11', 'boost1.81', 'gcc-12'])
      assert.ok(libraries.some(one => one.sourceInfo.includes(` ${source} `)), source)
    for (const one of libraries) {
      assert.match(one.externalRefs[0].referenceLocator, /^pkg:deb\/debian\/[\w.%~-]+@[\w.%~-]+\?arch=\w+&distro=debian-12$/)
      assert.ok(document.relationships.some(relation => relation.relatedSpdxElement === one.SPDXID))
    }
  })

  test('knows the executables', async () => {
    for (const { architecture, tree } of unpacked.tar ?? []) {
      for (const name of ['caretaker', 'caretaker-sandbox']) {
        const sum = (await run('sha256sum', [join(tree, 'bin', name)])).stdout.split(' ')[0]
        const one = document.packages.find(item => item.packageFileName === `${architecture}/${name}`)
        assert.equal(one.checksums[0].checksumValue, sum)
      }
    }
  })
})

test('SHA256SUMS has the sum of every file', async () => {
  await run('sha256sum', ['--check', '--strict', '--quiet', 'SHA256SUMS'], { cwd: folder })
  const listed = (await readFile(join(folder, 'SHA256SUMS'), 'utf8')).trim().split('\n').map(line => line.split('  ')[1])
  assert.deepEqual(listed.sort(), (await readdir(folder)).filter(file => file !== 'SHA256SUMS').sort())
})

test('packed at another time, in another place, with other customs, the bytes are the same', { skip: Boolean(given) }, async () => {
  const again = join(work, 'elsewhere', 'dist')
  await mkdir(dirname(again))
  await pack(again, '077', { TZ: 'Asia/Tokyo', LC_ALL: 'C.UTF-8', CLICOLOR_FORCE: '1', COLUMNS: '40' })
  await run('diff', ['-r', folder, again])
  // And that is no matter of course: another time gives other bytes.
  await pack(again, '022', { SOURCE_DATE_EPOCH: '1767323048' }, 'zip')
  const name = 'caretaker-lambda-x86_64.zip'
  assert.notDeepEqual(await readFile(join(folder, name)), await readFile(join(again, name)))
})
