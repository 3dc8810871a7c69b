import type { History, Journal, Sampler, Scheduler, Study, StudyConfig } from '@attune/core'
import { AttuneError, createStudy, stateOf } from '@attune/core'

import type { JournalStore } from '../journals/journal-store.ts'
import { openStore } from '../journals/store.ts'
import { probeWorker, workerIdentity } from '../journals/worker-identity.ts'
import { shownPath } from '../text/shown-path.ts'
import { openForReading } from './open-study.ts'
import { createWorkerProbe } from './worker-probe.ts'

/** Which study a command is about. */
export interface StudyChoice {
  /** Default: the only study of the journal. */
  readonly study?: string | undefined
  /** Default `attune.db`. */
  readonly journal?: string | undefined
}

/** A study opened to say something to those who run it; it runs nothing itself. */
export interface SteeredStudy extends AsyncDisposable {
  readonly study: Study
  /** The journal's file, as it was given. */
  readonly file: string
  /** Whether no other process can write to the journal while it is open. */
  readonly isAlone: boolean
  /** The workers that run it now, or wait to go on. */
  runners(): Promise<readonly Runner[]>
}

/** A worker with the trials it runs now. */
export interface Runner {
  readonly worker: string
  readonly trials: readonly number[]
}

/**
 * Opens a study as it is stored, for writing. Trials of workers that have died are put back first, as
 * by everybody who opens it.
 * @throws AttuneError `usage` when there is no such file or study; `journal/locked` when it is kept in
 *   JSON lines and runs
 */
export async function openToSteer({ journal, study }: StudyChoice): Promise<SteeredStudy> {
  return openStored(await lookUp(journal, study))
}

/** A study of a journal, and how it is stored. */
export interface StoredStudy {
  readonly file: string
  readonly name: string
  /** Undefined opens it with its own sampler and scheduler, so that it can be asked for trials. */
  readonly config: StudyConfig | undefined
}

/**
 * As openToSteer, of a study that was looked up before.
 * @throws AttuneError also `study/config` when it is to be asked and this program does not know its
 *   sampler or scheduler
 */
export async function openStored({ file, name, config }: StoredStudy): Promise<SteeredStudy> {
  const store = await openForWriting(file, name)
  try {
    const worker = workerIdentity()
    const others = createWorkerProbe()
    const opened = await store.journal(name)
    const steered = await createStudy({
      name,
      ...(config === undefined ? {} : bystanders(config)),
      journal: opened,
      worker,
      probeWorker: others.probe,
    })
    await others.swept()
    return {
      study: steered as Study,
      file,
      isAlone: store.format === 'json-lines',
      runners: () => runnersOf(opened, steered.history, worker),
      async [Symbol.asyncDispose]() {
        await steered.close()
        await store[Symbol.asyncDispose]()
      },
    }
  } catch (error) {
    await store[Symbol.asyncDispose]()
    throw error
  }
}

async function lookUp(
  journal: string | undefined,
  study: string | undefined,
): Promise<StoredStudy> {
  await using found = await openForReading(journal, study)
  const { file, name, history } = found
  return { file, name, config: history.config as StudyConfig }
}

async function openForWriting(file: string, name: string): Promise<JournalStore> {
  try {
    return await openStore(file)
  } catch (cause) {
    if (!(cause instanceof AttuneError) || cause.code !== 'journal/locked') throw cause
    const { pid } = (cause.details ?? {}) as { readonly pid?: number }
    const who = pid === undefined ? 'another process' : `process ${pid}`
    const stop = pid === undefined ? 'Ctrl-C there stops it' : `Ctrl-C or kill -INT ${pid} stops it`
    const message = `Study "${name}" is being run by ${who}, and a file of JSON lines such as ${shownPath(file)} takes events from one process only. ${stop}; then this command works, and running it again continues it. To steer studies while they run, keep them in a SQLite file: --journal attune.db.`
    throw new AttuneError('journal/locked', message, { cause, details: cause.details ?? null })
  }
}

/**
 * The sampler and the scheduler that a study has, in name only: whoever steers proposes and decides
 * nothing, and may not know those that a program of its own brought along.
 */
function bystanders(config: StudyConfig): { sampler: Sampler; scheduler: Scheduler } {
  const unasked = (): never => {
    throw new AttuneError('study/config', 'This process steers the study and runs no trials.')
  }
  const { rungs, ...scheduler } = config.scheduler
  const all = {
    objectives: 'many',
    conditional: true,
    constraints: true,
    continuous: true,
  } as const
  return {
    sampler: { ...config.sampler, supports: all, propose: unasked },
    scheduler: {
      ...scheduler,
      ...(rungs === undefined ? {} : { rungs }),
      supports: { objectives: 'many' },
      onReport: unasked,
    },
  }
}

/** Who runs trials of the study, or holds a lease because it waits to go on. */
async function runnersOf(journal: Journal, history: History, own: string): Promise<Runner[]> {
  const now = Date.now()
  const trials = new Map<string, number[]>()
  for (const [worker, until] of await journal.leases.all()) {
    if (worker !== own && until > now && probeWorker(worker) !== 'dead') trials.set(worker, [])
  }
  for (const trial of history.open) {
    const worker = history.details.get(trial)?.worker
    if (worker === undefined || stateOf(history, trial) !== 'running') continue
    // Those whose worker is gone were put back when the study was opened.
    trials.set(worker, [...(trials.get(worker) ?? []), trial])
  }
  return [...trials].map(([worker, its]) => ({ worker, trials: its }))
}
