import { writeFileSync } from 'node:fs'

import type { StudyConfig, StudyEvent } from '@attune/core'

import { created } from '../journals/temporary.ts'

/** A trial of a made study: how it went, from its beginning on. */
export interface MadeTrial {
  readonly values: Readonly<Record<string, string | number | boolean>>
  /** The objectives by name; absent: it failed, or runs. */
  readonly metrics?: Readonly<Record<string, number>>
  readonly standardErrors?: Readonly<Record<string, number>>
  readonly failure?: Extract<StudyEvent, { type: 'trial-finished' }>['failure']
  readonly reports?: readonly Readonly<Record<string, number>>[]
  readonly state?: 'complete' | 'pruned' | 'failed' | 'running'
  readonly seconds?: number
}

const begin = 1_700_000_000_000

/** The events of a study whose trials run one after the other on one machine. */
export function* madeEvents(
  config: Partial<StudyConfig>,
  trials: Iterable<MadeTrial>,
): Iterable<StudyEvent> {
  const first = created('made') as Extract<StudyEvent, { type: 'study-created' }>
  yield { ...first, at: begin, study: { ...first.study, ...config } }
  let at = begin
  let trial = 0
  for (const made of trials) {
    const { values, seconds = 2, reports = [] } = made
    const of = { trial }
    const state = made.state ?? (made.failure === undefined ? 'complete' : 'failed')
    yield { type: 'trial-opened', at, ...of }
    yield { type: 'trial-claimed', at, ...of, worker: 'here/17/99/1', epoch: 0 }
    yield { type: 'trial-suggested', at, ...of, values }
    for (const [i, report] of reports.entries()) {
      yield { type: 'trial-reported', at, ...of, epoch: 0, step: i + 1, values: report }
    }
    if (state !== 'running') {
      at += 1000 * seconds
      yield {
        ...{ type: 'trial-finished', at, ...of, epoch: 0, state, resources: { seconds } },
        ...(made.metrics === undefined ? {} : { metrics: made.metrics }),
        ...(made.standardErrors === undefined ? {} : { standardErrors: made.standardErrors }),
        ...(made.failure === undefined ? {} : { failure: made.failure }),
      }
    }
    trial++
  }
}

/** Writes a made study as a journal. */
export function writeMade(
  file: string,
  config: Partial<StudyConfig>,
  trials: Iterable<MadeTrial>,
): void {
  const lines = [...madeEvents(config, trials)].map((event) => `${JSON.stringify(event)}\n`)
  writeFileSync(file, lines.join(''))
}

/** A number from 0 to 1 that looks random and is the same each time. */
export const scattered = (i: number): number => (i * 0.618_033_988_75 + 0.3) % 1

export const lrSpace: StudyConfig['space'] = {
  space: { lr: { float: [1e-4, 1], scale: 'log' }, act: { choice: ['relu', 'tanh'] } },
}

/** Trials over lr and act: the loss is least at lr 0.01, and every lr from 0.3 on fails. */
export function* bowl(count: number): Iterable<MadeTrial> {
  for (let i = 0; i < count; i++) {
    const lr = 10 ** (-4 * scattered(i))
    const act = scattered(7 * i) < 0.5 ? 'relu' : 'tanh'
    const loss = (Math.log10(lr) + 2) ** 2 + (act === 'relu' ? 0 : 0.2)
    if (lr > 0.3) {
      yield {
        values: { lr, act },
        failure: { reason: 'error', message: 'it diverged', output: ['loss is <nan>'] },
      }
    } else yield { values: { lr, act }, metrics: { loss } }
  }
}
