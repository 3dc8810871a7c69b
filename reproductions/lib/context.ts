import { mkdir, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { openStore, reportedTrials } from 'attune'
import type { ReportedTrial, StudyEvent } from 'attune'
import type { Say } from './progress.ts'
import type { Context, Profile } from './reproduction.ts'
import { runStudy } from './run-study.ts'

export interface ContextOptions {
  readonly profile: Profile
  readonly data: string | undefined
  readonly workers: number
  readonly signal: AbortSignal
  readonly say: Say
  /** The journal of the document. */
  readonly journal: string
  /** Whether what was run before is thrown away. */
  readonly fresh: boolean
}

/** What a reproduction is given; its studies lie in one journal. */
export async function openContext(options: ContextOptions): Promise<Context & AsyncDisposable> {
  const { journal, fresh, ...given } = options
  await mkdir(dirname(journal), { recursive: true })
  if (fresh) await forget(journal)
  const store = await openStore(journal)
  return {
    ...given,
    study: (plan) => runStudy(plan, { ...given, store }),
    async reports(study): Promise<readonly ReportedTrial[]> {
      await using log = await store.journal(study)
      const events: StudyEvent[] = []
      for await (const entries of log.read(0)) events.push(...entries.map(({ event }) => event))
      return reportedTrials(events)
    },
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  }
}

async function forget(journal: string): Promise<void> {
  const files = ['', '-wal', '-shm'].map((end) => `${journal}${end}`)
  const folder = journal.replace(/\.db$/, '.trials')
  for (const path of [...files, folder]) await rm(path, { recursive: true, force: true })
}
