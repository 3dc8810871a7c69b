import type { StudyEvent, Trial } from '../../src/index.ts'
import {
  asha,
  choice,
  createStudy,
  flag,
  float,
  list,
  memoryJournal,
  random,
  simulatedClock,
  space,
  variant,
} from '../../src/index.ts'
import { eventsOf } from '../study/support.ts'
import { someOrigin } from './some-origin.ts'

const net = space(
  {
    lr: float(1e-5, 1, { scale: 'log', default: 0.01 }),
    act: choice(['relu', 2, null, true]),
    opt: variant({ sgd: { m: float(0, 1) }, adam: {} }),
    layers: list(0, 3, { units: choice([8, 16]), skip: flag() }),
  },
  { require: ['lr < 0.9'] },
)

/** The events of a study in which everything happens that can happen. */
export async function richEvents(): Promise<StudyEvent[]> {
  const journal = memoryJournal()
  const clock = simulatedClock({ auto: true })
  const options = {
    space: net,
    objective: { minimize: 'loss' },
    constraints: ['cost <= 2', 'size < 5'],
    sampler: random(),
    scheduler: asha({ factor: 2 }),
    journal,
    clock,
  } as const
  const study = await createStudy({ ...options, worker: 'a' })
  await study.enqueue({ act: null })
  const objective = async (trial: Trial<{ lr: number }>): Promise<Record<string, number>> => {
    const kind = trial.suggestChoice('extra.kind', ['p', 'q'])
    if (kind === 'p') trial.suggestFloat('extra.p.x', 0, trial.number < 9 ? 1 : 2)
    for (let step = 1; step < 5; step++) {
      await clock.sleep((trial.number * 7) % 5)
      const loss = trial.number % 5 === 4 ? Number.NaN : trial.params.lr / step
      if ((await trial.report({ loss, acc: step })).kind === 'stop') break
    }
    if (trial.number % 6 === 5) throw new TypeError('broken')
    const standardErrors = { loss: 0.1 }
    return { loss: trial.params.lr, cost: trial.number % 4, size: 3, standardErrors } as never
  }
  await study.optimize(objective, { trials: 14, workers: 3, origin: someOrigin })
  await study.optimize(objective, { seconds: 0.004, workers: 3 })
  const lost = await createStudy({ ...options, worker: 'lost' })
  const late = await lost.ask()
  await journal.leases.release('lost')
  const after = await createStudy({
    ...options,
    worker: 'b',
    constraints: ['cost <= 1'],
    scheduler: asha({ factor: 3, minSteps: 2 }),
    acceptChanges: true,
  })
  await after.optimize(objective, { trials: 24, workers: 2 })
  await lost.tell(late, { loss: -1 })
  await after.ask()
  await after.annotate({ trial: 2, note: 'odd', tags: ['odd', 'later'], by: 'ada' })
  await after.annotate({ trial: 2, excluded: true, why: 'a broken disk' })
  await after.annotate({ trial: 7, excluded: true })
  await after.annotate({ trial: 7, excluded: false })
  const file = (name: string, digit: string, bytes: number) => ({
    ...{ name, sha256: digit.repeat(64), bytes },
  })
  await after.annotate({ attached: [file('b.chart.json', 'b', 2), file('a.png', 'a', 1)] })
  await after.annotate({ attached: [file('a.png', 'c', 3)], note: 'with a picture' })
  await after.annotate({ trial: 4, attached: [file('model', 'd', 4), file('log', 'e', 5)] })
  await after.annotate({ trial: 4, detached: ['log'] })
  await after.annotate({ trial: 5, attached: [file('model', 'd', 4)] })
  await after.annotate({ trial: 5, detached: ['model'] })
  await after.annotate({ title: 'Nets', note: 'A **note**.', tags: ['nets'], archived: true })
  await journal.append([
    { type: 'trial-annotated', at: 0, trial: 3, text: 'from a later version' } as never,
    { type: 'note', at: 0 } as never,
  ])
  return eventsOf(journal)
}
