import { createHistory } from '../journal/history.ts'
import type { History } from '../journal/history.ts'
import type { Entry, Journal, Seq } from '../journal/journal.ts'
import { applyEntry } from '../journal/reduce.ts'
import { historyFromSnapshot, snapshotBytes } from '../journal/snapshot.ts'
import type { Check } from './checks.ts'
import { createCheckCollector } from './checks.ts'
import type { Mismatch } from './compare.ts'
import type { Finding, RecomputeOptions, Recomputer } from './recompute.ts'
import { createRecomputer } from './recompute.ts'

export interface VerifyOptions extends RecomputeOptions {
  /**
   * Works out everything with a new sampler and scheduler on a copy of the history, as a process
   * would that opens the study just there. Default false: one sampler follows the whole replay,
   * which is quicker.
   */
  readonly fresh?: boolean
  /** How many differences are told of, the first ones; default 10. */
  readonly keep?: number
  /** Called after each check. */
  readonly progress?: (done: number, total: number) => void
}

/** What a journal can be asked to repeat. */
export type CheckKind = Check['kind']

/** Something recorded that does not follow from the events before it. */
export interface Difference extends Mismatch {
  readonly kind: CheckKind
  /** The event that recorded it. */
  readonly seq: Seq
  readonly trial: number
  /** The step of the report that was decided on. */
  readonly step?: number
}

/** Checks that could not be made, for one reason. */
export interface SkippedChecks {
  readonly kind: CheckKind
  readonly why: string
  readonly count: number
  /** The first trial it is about. */
  readonly trial: number
}

export interface Verification {
  /** How many events of the journal were replayed. */
  readonly events: number
  /** How many of each were worked out again. */
  readonly checked: Readonly<Record<CheckKind, number>>
  readonly skipped: readonly SkippedChecks[]
  /** How many of those checked differ. */
  readonly differing: number
  /** The first ones, in the order of the journal. */
  readonly differences: readonly Difference[]
}

/**
 * Replays a journal and works out again whatever follows from it: the values suggested, what the
 * scheduler decided on reports and which paused trials went on, and the values of parameters met while
 * objectives ran. Each is compared with what was recorded, exactly, whatever the number of workers was:
 * events tell how much of the journal was known when they were worked out.
 *
 * What objectives reported is taken as it is. Samplers and schedulers that are not attune's own, and
 * spaces with functions as constraints, can be checked only when `options` bring them. Older journals
 * do not tell what was known: where other workers came in between, what differs counts as skipped.
 */
export async function verifyStudy(
  journal: Pick<Journal, 'read'> | readonly Entry[],
  options: VerifyOptions = {},
): Promise<Verification> {
  const read = (): AsyncIterable<readonly Entry[]> =>
    'read' in journal ? journal.read(0) : once(journal)
  const collector = createCheckCollector()
  let events = 0
  for await (const entries of read()) {
    for (const entry of entries) collector.add(entry)
    events += entries.length
  }
  const checks = collector.sorted()
  const replay = createReplay(options)
  const tally = createTally(options.keep ?? 10)
  let done = 0
  const checkUpTo = async (seq: Seq): Promise<void> => {
    for (let check = checks[done]; check !== undefined && check.seen <= seq; check = checks[done]) {
      tally.add(check, await replay.check(check))
      done++
      options.progress?.(done, checks.length)
    }
  }
  for await (const entries of read()) {
    for (const entry of entries) {
      await checkUpTo(entry.seq - 1)
      if (done === checks.length) break
      replay.apply(entry)
    }
    if (done === checks.length) break
  }
  await checkUpTo(Number.POSITIVE_INFINITY)
  return { events, ...tally.result() }
}

async function* once(entries: readonly Entry[]): AsyncIterable<readonly Entry[]> {
  yield entries
}

interface Replay {
  apply(entry: Entry): void
  check(check: Check): Promise<Finding>
}

function createReplay(options: VerifyOptions): Replay {
  const history = createHistory()
  /** The latest first; earlier ones while workers of before a change may still go on. */
  let inForce: Recomputer[] = []

  const checkUnder = (recomputer: Recomputer, check: Check): Promise<Finding> => {
    if (options.fresh !== true) return recomputer.check(check)
    const copy = historyFromSnapshot(snapshotBytes(history)) as History
    const { config } = recomputer
    const current = config === history.config ? (copy.config ?? config) : config
    return createRecomputer(copy, current, options).check(check)
  }
  return {
    apply(entry) {
      const before = history.config
      applyEntry(history, entry)
      const { config } = history
      if (config === undefined || config === before) return
      const isRunning = [...history.open].some((t) => history.details.get(t)?.worker !== undefined)
      inForce = [createRecomputer(history, config, options), ...(isRunning ? inForce : [])]
    },
    async check(check) {
      const [current, ...earlier] = inForce
      if (current === undefined) return { kind: 'skipped', why: 'the study had not been created' }
      const finding = await checkUnder(current, check)
      if (finding.kind !== 'different') return finding
      for (const recomputer of earlier) {
        if ((await checkUnder(recomputer, check)).kind === 'same') return { kind: 'same' }
      }
      const why = whyUntold(check, current)
      return why === undefined ? finding : { kind: 'skipped', why }
    },
  }
}

/** Why what differs need not be a difference. */
function whyUntold(check: Check, { config }: Recomputer): string | undefined {
  if (config.deterministic) return undefined
  if (!check.isExact) {
    return 'an older attune wrote it, which did not note what was known, and other workers came in between'
  }
  const alone = check.seq === check.seen + 1
  const isResampled = check.kind === 'suggestion' && config.duplicates?.policy === 'resample'
  return isResampled && !alone
    ? 'other workers came in between while a configuration was looked for that had not been tried'
    : undefined
}

interface Tally {
  add(check: Check, finding: Finding): void
  result(): Omit<Verification, 'events'>
}

function createTally(keep: number): Tally {
  const checked = { suggestion: 0, decision: 0, promotion: 0, discovery: 0 }
  const skipped = new Map<string, SkippedChecks>()
  const differences: Difference[] = []
  return {
    add({ kind, seq, trial, event }, finding) {
      if (finding.kind === 'none') return
      if (finding.kind === 'skipped') {
        const { why } = finding
        const key = JSON.stringify([kind, why])
        const known = skipped.get(key)
        skipped.set(key, {
          kind,
          why,
          count: 1 + (known?.count ?? 0),
          trial: known?.trial ?? trial,
        })
        return
      }
      checked[kind]++
      if (finding.kind === 'same') return
      const step = 'step' in event ? { step: event.step } : {}
      differences.push({ kind, seq, trial, ...step, ...finding.mismatch })
    },
    result: () => ({
      checked,
      skipped: [...skipped.values()],
      differing: differences.length,
      differences: differences.sort((a, b) => a.seq - b.seq).slice(0, keep),
    }),
  }
}
