import { cell, stateOf } from 'attune'
import type { HistoryView } from 'attune'

/** An evaluated individual. */
export interface Individual {
  readonly trial: number
  /** In which it was bred; 0 of searches without generations. */
  readonly generation: number
  readonly batch: number
  /** By layer; empty without hidden layers. */
  readonly activations: readonly string[]
  /** Of the grids: which architecture, or which repetition. */
  readonly cell: number
  /** On validation images. */
  readonly accuracy: number
  readonly testAccuracy: number
  readonly seconds: number
  /** In milliseconds since the epoch. */
  readonly startedAt: number
  readonly finishedAt: number
}

/** The complete individuals of a study by number. */
export function individualsOf({ history }: HistoryView): Individual[] {
  const trials = Array.from({ length: history.length }, (_, trial) => trial)
  const value = (trial: number, name: string): unknown => history.values.get(name, trial)
  return trials
    .filter((trial) => stateOf(history, trial) === 'complete')
    .map((trial) => {
      const layers = Number(value(trial, 'layers') ?? 0)
      const memo = history.details.get(trial)?.memo as { generation?: number } | undefined
      return {
        trial,
        generation: memo?.generation ?? 0,
        batch: Number(value(trial, 'batch')),
        activations: Array.from({ length: layers }, (_, i) =>
          String(value(trial, `layers.${i}.activation`)),
        ),
        cell: Number(value(trial, 'architecture') ?? value(trial, 'repeat') ?? 0),
        accuracy: cell(history, 'metric:accuracy', trial),
        testAccuracy: cell(history, 'metric:testAccuracy', trial),
        seconds: cell(history, 'seconds', trial),
        startedAt: cell(history, 'startedAt', trial),
        finishedAt: cell(history, 'finishedAt', trial),
      }
    })
}

/** The one with the best validation accuracy, of equals the first. */
export function bestOf(individuals: readonly Individual[]): Individual {
  return individuals.reduce((best, one) => (one.accuracy > best.accuracy ? one : best))
}

/** Individuals by something they share, in the order of its first appearance. */
export function groupBy<K>(
  individuals: readonly Individual[],
  key: (one: Individual) => K,
): Map<K, Individual[]> {
  const groups = new Map<K, Individual[]>()
  for (const one of individuals) {
    const group = groups.get(key(one))
    if (group === undefined) groups.set(key(one), [one])
    else group.push(one)
  }
  return groups
}
