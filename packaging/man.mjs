// SPDX-License-Identifier: Apache-2.0
// man.mjs EXECUTABLES FOLDER: manual pages, made from what the programs say of themselves (`--help`) and from docs/, so that there is
// one source of each sentence. Dated by SOURCE_DATE_EPOCH.

import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const [executables, folder] = process.argv.slice(2)
const date = new Date(Number(process.env.SOURCE_DATE_EPOCH) * 1000).toISOString().slice(0, 10)
const docs = fileURLToPath(new URL('../docs', import.meta.url))

// Without a terminal help is not wrapped, and one line is one row.
const run = (program, ...args) =>
  execFileSync(join(executables, program), args, { encoding: 'utf8', env: { NO_COLOR: '1' } })
const version = run('caretaker', '--version').trim().split(' ').at(-1)

// Plain text as roff: backslashes, hyphens that are to be copied, and a dot or quote that would begin a request.
const roff = text => text.replace(/\\/g, '\\e').replace(/-/g, '\\-').replace(/^([.'])/gm, '\\&$1')
// What is between backticks in bold, which is how a terminal can show it.
const prose = text => text.split('`').map((part, i) => (i % 2 ? `\\fB${roff(part)}\\fR` : roff(part))).join('')
const capital = /^[A-Z][a-z]/
const lowered = text => (capital.test(text) ? text[0].toLowerCase() + text.slice(1) : text)

// Help as [{ heading, rows: [[title, text]], lines }]: `Heading:` begins a part; a row is indented, or an option at the margin with
// its text indented below.
function parts(help) {
  const parsed = [{ heading: '', rows: [], lines: [] }]
  for (const line of help.split('\n')) {
    const part = parsed.at(-1)
    const row = /^ {2}(\S.*?)(?: {2,}(\S.*))?$/.exec(line)
    const below = /^ {6,}(\S.*)$/.exec(line)
    if (/^(Options|Commands|Subcommands):$/.test(line)) parsed.push({ heading: line.slice(0, -1), rows: [], lines: [] })
    else if (row) part.rows.push([row[1], row[2] ?? ''])
    else if (line.startsWith('-')) part.rows.push([line, ''])
    else if (below && part.rows.length) part.rows.at(-1)[1] += ` ${below[1]}`
    else if (line) part.lines.push(line)
  }
  return parsed
}

const rows = list => list.map(([title, text]) => `.TP\n\\fB${roff(title)}\\fR\n${prose(text.trim())}\n`).join('')

// Markdown as roff. Lowdown writes for groff alone, and what mandoc complains of is put right here.
function markdown(text) {
  const linked = text.replace(/\[([^\]]*)\]\((?:[^()]|\([^()]*\))*\)/g, '$1').replace(/<!--.*?-->\n?/gs, '')
  return execFileSync('lowdown', ['-Tman', '--parse-no-autolink', '--parse-no-intraemph', '--out-no-smarty'],
    { encoding: 'utf8', input: linked })
    .replace(/\\f\(?C[BIRW]?/g, '\\fB')
    .replace(/^\.S[HS]\n(.*)/gm, (_, title) => `.SS ${title}`)
    .replace(/^(\.SS .*\n)\.LP\n/gm, '$1')
    .replace(/^\.[LP]P\n(?=\.(EX|TS|IP|RS))/gm, '')
    .replace(/^\.TS$/gm, '.ad l\n.TS').replace(/^\.TE$/gm, '.TE\n.ad b')
    .replace(/^\.TH.*\n|^\.\\".*\n/gm, '')
    .replace(/[ \t]+$/gm, '')
    .replace(/(?<![\\-])--?(?=[a-z])/g, dashes => (dashes === '--' ? '\\-\\-' : '\\-'))
}

// The sections of a Markdown page below its title: heading → text.
function sections(page) {
  const found = new Map()
  for (const [i, part] of readFileSync(join(docs, page), 'utf8').split(/^## /m).entries()) {
    const end = part.indexOf('\n')
    found.set(i === 0 ? '' : part.slice(0, end), part.slice(end + 1).trim())
  }
  return found
}

function page(name, section, title, body) {
  mkdirSync(join(folder, `man${section}`), { recursive: true })
  const text = `.TH ${roff(name.toUpperCase())} ${section} ${date} "caretaker ${version}" "Caretaker"\n` +
    `.SH NAME\n${roff(name)} \\- ${prose(lowered(title))}\n${body}`
  writeFileSync(join(folder, `man${section}`, `${name}.${section}`), text.replace(/\n{2,}/g, '\n').replace(/^(\.SH .*\n)\.[LP]P\n/gm, '$1'))
}

// What --help says, and then what the documentation adds.
function command(name, words, more) {
  const parsed = parts(run(words[0], ...words.slice(1), '--help'))
  let lines = parsed.flatMap(part => part.lines)
  const usage = lines.find(line => line.startsWith('Usage: ')) ?? lines.find(line => line.startsWith(`${words.join(' ')} [`))
  const exit = lines.find(line => line.startsWith('Exit codes: '))
  lines = lines.filter(line => line !== usage && line !== exit)
  const [title] = lines
  let body = `.SH SYNOPSIS\n\\fB${roff((usage ?? `${words.join(' ')} COMMAND [OPTIONS]`).replace('Usage: ', ''))}\\fR\n`
  body += `.SH DESCRIPTION\n${lines.map(prose).join('\n.br\n')}\n${more.description ?? ''}`
  for (const part of parsed) {
    if (!part.rows.length) continue
    const pages = part.heading === 'Commands' ? part.rows.map(([word, text]) => [`${words[0]}-${word}(1)`, text]) : part.rows
    body += `.SH ${(part.heading || 'Options').toUpperCase()}\n${rows(pages)}`
  }
  if (exit) body += `.SH EXIT STATUS\n${prose(exit.replace('Exit codes: ', ''))}\n`
  page(name, 1, title.replace(/\.$/, ''), `${body}${more.sections ?? ''}.SH SEE ALSO\n${more.see.map(roff).join(', ')}\n`)
}

const commands = parts(run('caretaker', '--help')).find(part => part.heading === 'Commands').rows.map(([name]) => name)
const about = sections('commands.md')
const orders = /`caretaker ([a-z]+)/g
const ordered = [...about.get('Orders').matchAll(orders)].map(match => match[1])
const described = name => {
  if (name === 'check') return [...sections('check.md').values()].join('\n\n')
  if (about.has(name)) return about.get(name)
  return ordered.includes(name) ? about.get('Orders') : about.get(name[0].toUpperCase() + name.slice(1)) ?? ''
}
for (const name of commands) {
  const text = described(name)
  command(`caretaker-${name}`, ['caretaker', name],
    { description: text && `.PP\n${markdown(text)}`.replace('.PP\n.', '.'), see: ['caretaker(1)', 'caretaker-rules(5)'] })
}
const general = [...about].filter(([heading]) => heading && heading !== 'Orders' && !commands.includes(heading.toLowerCase()))
command('caretaker', ['caretaker'], {
  sections: general.map(([heading, text]) => `.SH ${roff(heading.toUpperCase())}\n${markdown(text)}`).join(''),
  see: [...commands.map(name => `caretaker-${name}(1)`), 'caretaker-sandbox(1)', 'caretaker-rules(5)'],
})
command('caretaker-sandbox', ['caretaker-sandbox'], { see: ['caretaker(1)', '/usr/share/doc/caretaker/sandbox.md'] })
page('caretaker-rules', 5, 'which versions a container service may run', [...sections('rules.md')]
  .map(([heading, text]) => `.SH ${roff((heading || 'Description').toUpperCase())}\n${markdown(text)}`).join('') +
  `.SH SEE ALSO\n${roff('caretaker(1), caretaker-check(1)')}\n`)
