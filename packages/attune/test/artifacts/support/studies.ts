import type { History, Json, StudyEvent } from '@attune/core'
import { applyEntry, createHistory } from '@attune/core'
import type { Artifact } from '@attune/core'
import { created } from '../../journals/temporary.ts'

/** A history that grows by the events of artifacts. */
export interface MadeStudy {
  readonly history: History
  open(): number
  finish(trial: number, result: number | 'pruned', artifacts: readonly Artifact[]): void
  /** Attaches a file to a trial or, without one, to the study, or takes it away. */
  attach(file: Artifact, trial?: number): void
  detach(name: string, trial?: number): void
}

/** A study of one objective, `loss`, to be minimised; `keep` as it is stored. */
export function madeStudy(name: string, keep: Json | undefined): MadeStudy {
  const history = createHistory()
  const add = (event: StudyEvent): void => {
    applyEntry(history, { seq: history.seq + 1, event })
  }
  const first = created(name)
  if (first.type !== 'study-created') throw new Error('a study begins with its creation')
  const program = keep === undefined ? {} : { program: { artifacts: { files: ['*'], keep } } }
  add({ ...first, study: { ...first.study, ...program } })
  return {
    history,
    open() {
      const trial = history.length
      add({ type: 'trial-opened', at: 2, trial })
      add({ type: 'trial-claimed', at: 2, trial, worker: 'w', epoch: 0 })
      return trial
    },
    attach(file, trial) {
      const of = trial === undefined ? {} : { trial }
      add({ type: 'annotated', at: 4, ...of, attached: [file] })
    },
    detach(name, trial) {
      const of = trial === undefined ? {} : { trial }
      add({ type: 'annotated', at: 4, ...of, detached: [name] })
    },
    finish(trial, result, artifacts) {
      const of = { type: 'trial-finished', at: 3, trial, epoch: 0, artifacts } as const
      add(
        result === 'pruned'
          ? { ...of, state: 'pruned' }
          : { ...of, state: 'complete', metrics: { loss: result } },
      )
    },
  }
}
