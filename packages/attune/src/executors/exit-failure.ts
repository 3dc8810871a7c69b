import { constants } from 'node:os'
import type { Outcome } from '@attune/core'
import { failed } from '@attune/core'

/** How a program ended that did not end well. */
export interface BadExit {
  /** How it is called at the beginning of a sentence: `The program`. */
  readonly subject: string
  readonly exitCode: number | null
  readonly signal: string | null
  /** Its last lines of output. */
  readonly output: readonly string[]
  /** Whether the kernel ended something for want of memory while it ran. */
  readonly kernelKilled: boolean
  /** Help for an exit code that says nothing. */
  readonly help: string
}

/** Signals by which a program ends that did something it must not, and what that often is. */
const crashes: Readonly<Record<string, string>> = {
  SIGSEGV:
    'It touched memory that is not its own: a mistake in native code, or a stack that was too deep.',
  SIGABRT:
    'It gave itself up, as native code does after a failed assertion; its last lines often say which.',
  SIGBUS:
    'A file it had mapped became shorter, or /dev/shm is full; data loaders need room there (docker run --shm-size).',
  SIGILL: 'It holds an instruction that this processor lacks; use a build for this machine.',
  SIGFPE: 'It divided a whole number by zero in native code.',
  SIGSYS: 'It asked the system for something that is forbidden here, such as by a container.',
  SIGXCPU: 'It reached a limit of processor time set outside attune ("ulimit -t").',
  SIGXFSZ: 'It wrote a file larger than a limit set outside attune ("ulimit -f").',
}

/** What programs say when they get no more memory. The last is that of graphics cards. */
const outOfMemory: readonly RegExp[] = [
  /JavaScript heap out of memory|Array buffer allocation failed|ERR_WORKER_OUT_OF_MEMORY/,
  /^(\w+\.)*_?(Array)?MemoryError\b/,
  /\bjava\.lang\.OutOfMemoryError\b/,
  /\bstd::bad_alloc\b/,
  /^memory allocation of \d+ bytes failed/,
  /^fatal error: (runtime: )?(out of memory|cannot allocate memory)/,
  /\bCannot allocate memory\b/,
  /^Error: cannot allocate vector of size\b/,
  /\bOutOfMemoryError\b/,
]
const graphicsMemory = /\bCUDA out of memory\b|\b(torch\.)?(cuda\.)?OutOfMemoryError: (CUDA|HIP)\b/

const memoryHelp =
  'Make what fills the memory smaller, such as the batch size, run fewer trials at once (--workers), or raise trial.memory (--trial-memory) if that is set.'

/** Why a program failed that ended by a signal or with an exit code other than 0. */
export function exitFailure(exit: BadExit): Extract<Outcome, { state: 'failed' }> {
  const { subject, exitCode, output } = exit
  const { signal, how } = endOf(exit)
  const line = output.find((text) => [graphicsMemory, ...outOfMemory].some((x) => x.test(text)))
  if (line !== undefined) {
    const message = `${subject} got no more memory and ended with ${how}: ${line.slice(0, 200)}`
    const help = graphicsMemory.test(line)
      ? 'The memory of the graphics card is full: make the batch or the model smaller, or run fewer trials at once (--workers).'
      : memoryHelp
    return failed('out-of-memory', message, help, output)
  }
  if (signal === 'SIGKILL' && exit.kernelKilled) {
    const message = `${subject} was ended by the system because memory ran out (${how}).`
    return failed('out-of-memory', message, memoryHelp, output)
  }
  if (exitCode === 137) {
    const message = `${subject} ended with exit code 137, as shells and containers do when something was killed, mostly for want of memory.`
    return failed('out-of-memory', message, memoryHelp, output)
  }
  if (signal === null) return failed('error', `${subject} ended with ${how}.`, exit.help, output)
  const help =
    crashes[signal] ??
    (signal === 'SIGKILL'
      ? 'Something outside attune killed it, such as a batch system or a person.'
      : 'Something outside attune asked it to end, such as a batch system or a person.')
  const message =
    exit.signal === null
      ? `${subject} crashed by ${signal} (${how}).`
      : `${subject} was ended by ${signal}.`
  return failed(
    'killed',
    message,
    `${help} With retry: { times: 1, on: [killed] } it is tried again.`,
    output,
  )
}

/** The signal that ended it, also if only a shell's exit code tells of it. */
function endOf({ exitCode, signal }: BadExit): { signal: string | null; how: string } {
  if (signal !== null) return { signal, how: signal }
  const how = `exit code ${exitCode}`
  // Windows calls an access to foreign memory 0xC0000005.
  if (exitCode === 0xc0000005) return { signal: 'SIGSEGV', how }
  const name = Object.entries(constants.signals).find(
    ([, number]) => number + 128 === exitCode,
  )?.[0]
  const isCrash = name !== undefined && (Object.hasOwn(crashes, name) || name === 'SIGKILL')
  return { signal: isCrash ? name : null, how }
}
