import { failed } from '@attune/core'
import type { FailureReason, Outcome } from '@attune/core'

/** What one trial may use. Everything counts the program with all it starts. */
export interface TrialLimits {
  /** Seconds by the clock on the wall. Default: any number. */
  readonly timeoutSeconds?: number
  /** Seconds of processor time. Default: any number. */
  readonly cpuSeconds?: number
  /** Bytes in memory at once. Default: as much as the machine can spare. */
  readonly memoryBytes?: number
  /** Bytes printed on both outputs. Default: any number; what is kept is bounded anyway. */
  readonly outputBytes?: number
  /** Bytes in the folder of the trial. Default: any number. */
  readonly diskBytes?: number
}

/** A limit that a trial went over; the trial is ended and has failed for this reason. */
export interface Breach {
  readonly reason: FailureReason
  /** A sentence without its subject: `used more than …`. */
  readonly what: string
  readonly help: string
  /** `late`: only when the trial had ended by itself. */
  readonly found?: 'late'
}

/** The outcome of a trial that went over a limit; `subject` begins the sentence: `The program`. */
export function breachFailure(
  subject: string,
  { reason, what, help, found }: Breach,
  output?: readonly string[],
): Extract<Outcome, { state: 'failed' }> {
  return failed(
    reason,
    `${subject} ${what}${found === 'late' ? '' : ' and was ended'}.`,
    help,
    output,
  )
}

export function timeoutBreach(limit: number): Breach {
  return {
    reason: 'timeout',
    what: `ran longer than ${limit} s`,
    help: 'Raise trial.timeout (--trial-timeout), or make the slow settings smaller.',
  }
}

export function cpuBreach(limit: number): Breach {
  return {
    reason: 'cpu-time',
    what: `used more than ${limit} s of processor time`,
    help: 'Raise trial.cpu (--trial-cpu), or make the slow settings smaller.',
  }
}

export function memoryBreach(limit: number): Breach {
  return {
    reason: 'out-of-memory',
    what: `used more than ${formatBytes(limit)} of memory`,
    help: 'Raise trial.memory (--trial-memory), or make what fills the memory smaller, such as the batch size.',
  }
}

export function machineBreach(available: number, used: number): Breach {
  return {
    reason: 'out-of-memory',
    what: `used ${formatBytes(used)}, the most of the running trials, when the machine had only ${formatBytes(Math.max(0, available))} of memory left`,
    help: 'Run fewer trials at once (--workers), or give each a limit with trial.memory (--trial-memory).',
  }
}

export function outputBreach(limit: number): Breach {
  return {
    reason: 'output-size',
    what: `printed more than ${formatBytes(limit)}`,
    help: 'Print less, or raise trial.output (--trial-output).',
  }
}

export function diskBreach(limit: number): Breach {
  return {
    reason: 'disk-space',
    what: `kept more than ${formatBytes(limit)} in its folder`,
    help: 'Keep fewer files in ATTUNE_DIR, such as the last checkpoint alone, or raise trial.disk (--trial-disk).',
  }
}

/** Bytes as people write them, in decimal units: 512 MB, 1.5 GB. */
export function formatBytes(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB']
  let value = bytes
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${Number(value.toPrecision(3))} ${units[unit]}`
}
