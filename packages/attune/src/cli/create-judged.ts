import { resolve } from 'node:path'
import type { TrialState } from '@attune/core'
import { AttuneError, countStates, createStudy } from '@attune/core'
import { shellQuote } from '../executors/shell-quote.ts'
import { openStore } from '../journals/store.ts'
import { workerIdentity } from '../journals/worker-identity.ts'
import type { StudyFlags } from '../study-file/study-flags.ts'
import type { StudySpec } from '../study-file/study-spec.ts'
import { jsonLine } from '../text/json-line.ts'
import { shownPath } from '../text/shown-path.ts'
import { plain } from '../text/text.ts'
import type { Io } from './io.ts'
import type { RunFlags } from './run.ts'
import type { RunSession } from './run-session.ts'
import { ask } from './run-session.ts'
import { optionsOf } from './run-study.ts'

/** Options that say how a program is run, or how long. */
const runFlags: readonly (keyof StudyFlags)[] = [
  ...(['trials', 'time', 'target', 'patience', 'costLimit', 'costPerSecond'] as const),
  ...(['costMetric', 'regret', 'cpuLimit', 'failures', 'retry', 'workers', 'gpus'] as const),
  ...(['trialTimeout', 'trialMemory', 'trialCpu', 'trialOutput', 'trialDisk'] as const),
  ...(['trialCores', 'trialGpus', 'trialNice', 'scheduler', 'artifact', 'keepArtifacts'] as const),
]

/**
 * `attune run` for a study that people judge: stores it, or what changed of it, and says where its
 * trials are judged; with `--ui` shows them there. Runs nothing, and gives the exit code 0.
 *
 * @throws AttuneError `usage` when options say how a program is to be run
 */
export async function createJudged(
  { spec, ...session }: Pick<RunSession, 'spec' | 'journal' | 'json' | 'acceptChanges'>,
  flags: StudyFlags & Pick<RunFlags, 'ui' | 'json' | 'version'>,
  io: Io,
): Promise<number> {
  refuseRunFlags(flags)
  const journal = resolve(session.journal ?? spec.journal ?? 'attune.db')
  const { complete } = await store(spec, { journal, acceptChanges: session.acceptChanges })
  const command = `attune ui --journal ${shellQuote(shownPath(journal))}`
  if (session.json === true) {
    io.out(jsonLine({ type: 'judged', study: spec.name, journal, complete, open: command }))
  } else {
    const far = complete === 0 ? 'none so far' : `${complete} so far`
    const name = plain(spec.name)
    const where = plain(shownPath(journal))
    const next = flags.ui === true ? '.' : `:\n  ${plain(command)}`
    io.out(
      `Study ${name} is stored in ${where}. People judge its trials (${far}), in the browser${next}\n`,
    )
  }
  if (flags.ui !== true) return 0
  const { ui } = await import('./ui.ts')
  const { json, version = '' } = flags
  return ui({ journal: [journal], allowHost: [], json, version }, io)
}

async function store(
  spec: StudySpec,
  place: { readonly journal: string; readonly acceptChanges: boolean | undefined },
): Promise<Record<TrialState, number>> {
  await using journals = await openStore(place.journal)
  await using study = await createStudy({
    ...optionsOf(spec),
    journal: await journals.journal(spec.name),
    worker: workerIdentity(),
    acceptChanges: place.acceptChanges ?? (process.stdout.isTTY ? ask : false),
  })
  return countStates(study.history)
}

function refuseRunFlags(flags: StudyFlags): void {
  const given = runFlags.filter((name) => {
    const value = flags[name]
    return value !== undefined && !(Array.isArray(value) && value.length === 0)
  })
  if (given.length === 0) return
  const options = given.map((name) => `--${name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`)
  throw new AttuneError(
    'usage',
    `People judge the trials of this study, so no program runs: ${options.join(', ')} would change nothing. Leave ${given.length === 1 ? 'it' : 'them'} out.`,
  )
}
