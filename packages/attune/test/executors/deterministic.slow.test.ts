import { join } from 'node:path'
import type { Executor, Journal, StudyEvent } from '@attune/core'
import {
  asha,
  choice,
  createRng,
  createStudy,
  float,
  inline,
  memoryJournal,
  space,
  tpe,
  variant,
  verifyStudy,
} from '@attune/core'
import { commandExecutor, moduleExecutor, openJournal } from 'attune'
import { describe, expect, it } from 'vitest'
import { essence, objective, objectiveModule, temporaryFolder } from '../cli/support/attune.ts'
import train from '../cli/support/objective-module.mjs'

const trials = 40
const searched = space({
  x: float(0, 1),
  act: choice(['relu', 'tanh']),
  optimizer: variant({ sgd: { momentum: float(0, 0.99) }, adam: {} }),
})
const objectives = [{ name: 'loss', direction: 'minimize' }] as const

const command = [
  process.execPath,
  objective,
  ...['--x', '{x}', '--act', '{act}', '--wait', '4'],
  ['--momentum', '{momentum}'],
]
const executors: Readonly<Record<string, (cwd: string, slots: number) => Executor>> = {
  inline: (_, slots) => inline(train as never, { objectives, slots }),
  module: (cwd, slots) =>
    moduleExecutor({
      ...{ file: objectiveModule, cwd, study: 'sure', journal: join(cwd, 'm.db') },
      ...{ objectives, slots, mark: `test/${process.pid}/` },
    }),
  command: (cwd, slots) =>
    commandExecutor({
      ...{ command, cwd, study: 'sure', journal: join(cwd, 'c.db'), space: searched as never },
      ...{ objectives, slots, mark: `test/${process.pid}/` },
    }),
}
/** Opens a journal that lasts in the folder, or in what an earlier run left of it. */
const journals: Readonly<
  Record<string, (folder: string, events: readonly StudyEvent[]) => Promise<Journal>>
> = {
  memory: async (_, events) => memoryJournal(events),
  'JSON lines': (folder) => openJournal(join(folder, 'sure.jsonl'), 'sure'),
  SQLite: (folder) => openJournal(join(folder, 'sure.db'), 'sure'),
}

async function readAll(journal: Journal): Promise<StudyEvent[]> {
  const events: StudyEvent[] = []
  for await (const entries of journal.read(0)) events.push(...entries.map((entry) => entry.event))
  return events
}

/** A deterministic study, interrupted so many times at random moments and gone on with. */
async function run(
  executor: string,
  journal: string,
  { workers, interrupts = 0 }: { workers: number; interrupts?: number },
): Promise<string[]> {
  using folder = temporaryFolder()
  const rng = createRng('interrupts', executor, journal)
  let events: readonly StudyEvent[] = []
  for (let left = interrupts; left >= 0; left--) {
    const opened = await journals[journal]!(folder.path, events)
    const study = await createStudy({
      name: 'sure',
      space: searched,
      objective: { minimize: 'loss' },
      sampler: tpe({ startupTrials: 20 }),
      scheduler: asha(),
      deterministic: true,
      lag: 8,
      seed: 5,
      journal: opened,
      worker: `worker-${left}`,
      probeWorker: () => 'dead',
    })
    await using running = executors[executor]!(folder.path, workers)
    const signal = left === 0 ? {} : { signal: AbortSignal.timeout(30 + rng.int(300)) }
    await study.optimize(running as never, { trials, workers, ...signal })
    events = await readAll(opened)
    await study.close()
  }
  const replayed = await verifyStudy(events.map((event, i) => ({ seq: i + 1, event })))
  expect(replayed).toMatchObject({ differing: 0, skipped: [], checked: { suggestion: trials } })
  return essence(events)
}

describe('a deterministic study', () => {
  const places = Object.keys(executors).flatMap((executor) =>
    Object.keys(journals).map((journal) => ({ executor, journal })),
  )
  it.each(places)(
    'has the same suggestions, decisions and results: $executor, $journal',
    async ({ executor, journal }) => {
      const one = await run('inline', 'memory', { workers: 1 })
      expect(one.filter((line) => line.includes('"stop"')).length).toBeGreaterThan(5)
      expect(one.filter((line) => line.includes('"suggested"'))).toHaveLength(trials)
      for (const workers of [1, 2, 8]) {
        expect(await run(executor, journal, { workers })).toEqual(one)
        expect(await run(executor, journal, { workers, interrupts: 3 })).toEqual(one)
      }
    },
  )
})
