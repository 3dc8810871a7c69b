import { availableParallelism, cpus, totalmem } from 'node:os'
import type { RunMachine, RunOrigin } from '@attune/core'

import { attuneVersion } from '../attune-version.ts'
import { withoutSecrets } from './without-secrets.ts'

/**
 * What a study keeps of this process when it runs trials, for `optimize`'s `origin`: versions, machine and
 * the command line, in which what looks like a secret is left out.
 * @param command the words of the command line; default: none is kept
 */
export function runOrigin(command?: readonly string[]): RunOrigin {
  return {
    attune: attuneVersion(),
    runtime: runtime(),
    machine: thisMachine(),
    ...(command === undefined ? {} : { command: withoutSecrets(command) }),
  }
}

function runtime(): string {
  const name = ['bun', 'deno'].find((each) => process.versions[each] !== undefined) ?? 'node'
  return `${name} ${process.versions[name]}`
}

function thisMachine(): RunMachine {
  const cpu = cpus()[0]?.model.trim() ?? ''
  // Where a container is allowed less than the machine has; 0 or a huge number where it is not.
  const allowed = process.constrainedMemory?.() || Number.POSITIVE_INFINITY
  return {
    platform: process.platform,
    arch: process.arch,
    cores: availableParallelism(),
    memoryBytes: Math.min(totalmem(), allowed),
    ...(cpu === '' || cpu === 'unknown' ? {} : { cpu }),
  }
}
