// SPDX-License-Identifier: Apache-2.0
import { chmodSync, closeSync, copyFileSync, mkdirSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'

// e_machine of an ELF header (elf.h), as AWS Lambda calls the processors.
const machines: Record<number, string> = { 62: 'x86_64', 183: 'arm64' }

// The processor that the executable is for; undefined where it is none that Lambda has.
function processorOf(executable: string): string | undefined {
  const header = Buffer.alloc(20)
  const file = openSync(executable, 'r')
  readSync(file, header, 0, header.length, 0)
  closeSync(file)
  return header.subarray(0, 4).equals(Buffer.from('\x7fELF', 'latin1')) ? machines[header.readUInt16LE(18)] : undefined
}

// Makes `folder` what the function's archive holds: the executable as `bootstrap`, and beside it `stack.json`, by which the running
// function knows what it is permitted to touch. The same inputs give the same bytes.
export function layOut(folder: string, executable: string, architecture: string, descriptionFile: string): string {
  const processor = processorOf(executable)
  if (processor !== architecture) {
    throw new Error(
      `${executable}: this is ${processor ? `an executable for ${processor}` : 'no executable of Linux for x86_64 or arm64'}, and the ` +
        `function is for ${architecture}; name another executable or another architecture`,
    )
  }
  mkdirSync(folder, { recursive: true })
  copyFileSync(executable, join(folder, 'bootstrap'))
  chmodSync(join(folder, 'bootstrap'), 0o755)
  copyFileSync(descriptionFile, join(folder, 'stack.json'))
  chmodSync(join(folder, 'stack.json'), 0o644)
  return folder
}
