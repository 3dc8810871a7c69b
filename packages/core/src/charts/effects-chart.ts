import type { ParameterEffect } from '../analysis/effects.ts'
import { binnedEffects, parameterEffects } from '../analysis/effects.ts'
import { jointSpace } from '../journal/discovered.ts'
import type { History } from '../journal/history.ts'
import { spaceOf } from '../journal/stored-space.ts'
import type { Axis, Chart, Mark, Position } from './chart.ts'
import type { ColumnLabels } from './chart-column.ts'
import { chartColumn, metricColumn, withoutColumn } from './chart-column.ts'
import { importantParams } from './important-params.ts'
import { objectiveAt } from './objective-at.ts'
import { isUntold, unlessUntold } from './telling.ts'
import { count, say } from './words.ts'

export interface EffectsChartsOptions extends ColumnLabels {
  /** The objective, by its place among those of the study; default 0. */
  readonly objective?: number
  /** Default: all with more than one value, the most important ones first. */
  readonly params?: readonly string[]
  /**
   * `surrogate` (default): the Gaussian process of the results, see `parameterEffects`; `means`: averages
   * of results, see `binnedEffects`. Where there is no surrogate yet means are drawn.
   */
  readonly method?: 'surrogate' | 'means'
}

/**
 * How an objective depends on each parameter alone, one chart a parameter, the most important ones
 * first; all with the same y axis, so that they can be compared.
 *
 * @throws AttuneError `usage` when there is no such objective or parameter
 */
export function effectsCharts(history: History, options: EffectsChartsOptions = {}): Chart[] {
  const { objective = 0, method = 'surrogate' } = options
  const { name } = objectiveAt(history, objective)
  const params = options.params ?? importantParams(history, name)
  const axes = params.map((param) => chartColumn(history, param, options).axis)
  const space = jointSpace(history, spaceOf(history))
  const asked = { objective, params }
  const modelled =
    method === 'means'
      ? { untold: '' }
      : unlessUntold(() => parameterEffects(space, history, asked))
  const isModelled = !isUntold(modelled)
  const effects = isModelled ? modelled : binnedEffects(space, history, asked)
  const y = commonAxis(withoutColumn(metricColumn(history, name, options).axis), effects)
  return params.flatMap((param, i): Chart[] => {
    const effect = effects.find((one) => one.name === param)
    return effect === undefined ? [] : [chartOf(effect, axes[i]!, y, name, isModelled)]
  })
}

function chartOf(
  effect: ParameterEffect,
  x: Axis,
  y: Axis,
  objective: string,
  isModelled: boolean,
): Chart {
  const { places, middle, low, high, trials } = effect
  const known = middle.filter(Number.isFinite)
  const title = `${objective} by ${effect.name}`
  const empty = 'No complete trial has a value of it.'
  const [least, most] = [Math.min(...known), Math.max(...known)]
  const name = isModelled ? 'surrogate, average over the others' : 'mean result'
  return {
    title,
    subtitle: `${count(trials, 'trial')}; ${isModelled ? 'surrogate' : 'means'} with 95 % interval`,
    summary:
      known.length === 0
        ? `${title}: ${empty}`
        : `${title}: on average between ${say(least)} (at ${at(least)}) and ${say(most)} (at ${at(most)}).`,
    ...(known.length === 0 ? { note: empty } : {}),
    x,
    y,
    marks: x.scale === 'categories' || !isModelled ? apart() : joined(),
  }

  function at(value: number): string {
    const place = places[middle.indexOf(value)]!
    return x.labels?.[place] ?? say(place)
  }

  function joined(): Mark[] {
    return [
      { kind: 'band', name, points: places.map((p, i) => [p, low[i]!, high[i]!] as const) },
      { kind: 'line', name, points: places.map((p, i): Position => [p, middle[i]!]) },
    ]
  }

  /** Points with whiskers, which do not pretend to know what lies between. */
  function apart(): Mark[] {
    const whiskers = places.flatMap((p, i): Position[] => [
      [p, low[i]!],
      [p, high[i]!],
      [Number.NaN, Number.NaN],
    ])
    return [
      { kind: 'line', name, points: whiskers },
      { kind: 'points', name, points: places.map((p, i) => [p, middle[i]!] as const) },
    ]
  }
}

/** The axis that holds all effects, with a margin. */
function commonAxis(axis: Axis, effects: readonly ParameterEffect[]): Axis {
  const isShown = (x: number): boolean => Number.isFinite(x) && (axis.scale !== 'log' || x > 0)
  const all = effects.flatMap(({ low, high }) => [...low, ...high]).filter(isShown)
  if (all.length === 0 || axis.scale === 'log') return axis
  const [least, most] = [all.reduce((a, b) => Math.min(a, b)), all.reduce((a, b) => Math.max(a, b))]
  const room = 0.05 * (most - least || Math.abs(most) || 1)
  return { ...axis, min: least - room, max: most + room }
}
