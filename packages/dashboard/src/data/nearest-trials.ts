import type { FlatParam } from '@attune/core'
import { codecOf, paramsOf } from '@attune/core'

import type { StudyData } from './study-data.ts'

export interface Neighbour {
  readonly trial: number
  /** From 0 to 1. */
  readonly distance: number
}

/**
 * The trials whose parameters are most like those of one, nearest first and equals by number. The
 * distance is the root mean square over the parameters that both have, each from 0 to 1 on its scale;
 * labels without an order are 0 apart or 1. Trials that share no parameter are left out.
 */
export function nearestTrials(data: StudyData, trial: number, count: number): readonly Neighbour[] {
  const { history } = data
  const columns = paramsOf(history).map((param) => encoded(data, param))
  const found: Neighbour[] = []
  for (let other = 0; other < history.length; other++) {
    if (other === trial) continue
    let [sum, shared] = [0, 0]
    for (const { places, isNominal } of columns) {
      const step = Math.abs(places[other]! - places[trial]!)
      if (Number.isNaN(step)) continue
      shared++
      sum += isNominal ? Number(step > 0) : step * step
    }
    if (shared > 0) found.push({ trial: other, distance: Math.sqrt(sum / shared) })
  }
  return found.sort((a, b) => a.distance - b.distance || a.trial - b.trial).slice(0, count)
}

interface Encoded {
  /** By trial; NaN where it does not have the parameter. */
  readonly places: Float64Array
  readonly isNominal: boolean
}

function encoded(data: StudyData, { name, distribution }: FlatParam): Encoded {
  const { values } = data.column(`param:${name}`)
  if (distribution.kind === 'choice') {
    const last = Math.max(1, distribution.choices.length - 1)
    const isNominal = !distribution.ordered
    return { places: isNominal ? values : values.map((place) => place / last), isNominal }
  }
  const { encode } = codecOf(distribution)
  return { places: values.map((x) => (Number.isNaN(x) ? x : encode(x))), isNominal: false }
}
