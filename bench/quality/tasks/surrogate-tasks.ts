import type { SearchSpace } from '@attune/core'
import { choice, float, int, space, variant } from '@attune/core'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Constants } from './constants.ts'
import { normalise } from './constants.ts'
import { readJson } from './files.ts'
import { knownConstants } from './known-constants.ts'
import type { Surrogate } from './surrogate.ts'
import { loadSurrogate } from './surrogate.ts'
import type { CurveTask, Params, PlainTask } from './task.ts'

const log = { scale: 'log' } as const
const low = 0.0009118819655545162
const high = 1096.6331584284585
const tree = {
  eta: float(low, 1, log),
  gamma: float(4.5399929762484854e-5, 7.38905609893065, log),
  max_depth: int(1, 15),
  min_child_weight: float(2.718281828459045, 148.4131591025766, log),
  colsample_bytree: float(0.01, 1),
  colsample_bylevel: float(0.01, 1),
}
const rbv2Space = space({
  booster: variant({
    gblinear: {},
    gbtree: tree,
    dart: { ...tree, rate_drop: float(0, 1), skip_drop: float(0, 1) },
  }),
  num: { impute: { selected: { cpo: choice(['impute.mean', 'impute.median', 'impute.hist']) } } },
  nrounds: int(7, 2981, log),
  alpha: float(low, high, log),
  lambda: float(low, high, log),
  subsample: float(0.1, 1),
}) as SearchSpace

/** Without 5 layers: no training behind the surrogate had as many. */
const lcbSpace = space({
  batch_size: int(16, 512, log),
  learning_rate: float(1e-4, 0.1, log),
  momentum: float(0.1, 0.99),
  weight_decay: float(1e-5, 0.1),
  num_layers: int(1, 4),
  max_units: int(64, 1024, log),
  max_dropout: float(0, 1),
}) as SearchSpace

const kinds = {
  rbv2: {
    folder: 'hpo-rbv2-xgboost-surrogate',
    space: rbv2Space,
    output: 'acc',
    fixed: { trainsize: 1, repl: 10 },
    // The best of 5,000 random configurations: how far above the best hundredth, and how high at most.
    room: 0.005,
    most: 0.99,
  },
  lcb: {
    folder: 'hpo-lcbench-surrogate',
    space: lcbSpace,
    output: 'val_accuracy',
    fixed: { epoch: 52 },
    room: 1,
    most: 98.5,
  },
} as const
type Kind = keyof typeof kinds
export const epochs = 52

interface RandomReference {
  readonly instances: Readonly<
    Record<string, { readonly best: number; readonly top_1pct: number; readonly median: number }>
  >
}

const models = new Map<string, Surrogate>()
/** The value of a configuration; `epoch` only where the surrogate has a curve. */
export function surrogateValue(
  data: string,
  kind: Kind,
  id: string,
  params: Params,
  epoch: number = epochs,
): number {
  const folder = join(data, kinds[kind].folder)
  const model = models.get(folder) ?? loadSurrogate(folder)
  models.set(folder, model)
  const { fixed, output } = kinds[kind]
  return model.evaluate(id, { ...params, ...fixed, ...(kind === 'lcb' ? { epoch } : {}) }, output)
}

/** From a long search where one was made, else from 5,000 random configurations. */
export function surrogateConstants(data: string, kind: Kind, id: string): Constants {
  const known = knownConstants(`${kind}/${id}`)
  if (known !== undefined) return known
  const reference = readJson(data, kinds[kind].folder, 'random_reference.json') as RandomReference
  const { best, median, top_1pct: top } = reference.instances[id]!
  return { best: -best, median: -median, top: -top }
}

/**
 * The data sets of a surrogate. Those of the suite are the known ones, or the first six that leave
 * room for a search; others with room are more of the same.
 */
function instancesOf(data: string, kind: Kind): { id: string; chosen: boolean }[] {
  const { folder, room, most } = kinds[kind]
  if (!existsSync(join(data, folder, 'model.json'))) return []
  const { instances } = readJson(data, folder, 'model.json') as { instances: readonly string[] }
  const reference = readJson(data, folder, 'random_reference.json') as RandomReference
  const known = instances.filter((id) => knownConstants(`${kind}/${id}`) !== undefined)
  const roomy = instances.filter((id) => {
    const found = reference.instances[id]
    return found !== undefined && found.best - found.top_1pct >= room && found.best <= most
  })
  const chosen = known.length > 0 ? known : roomy.slice(0, 6)
  const all = [...new Set([...chosen, ...roomy])].sort()
  return all.map((id) => ({ id, chosen: chosen.includes(id) }))
}

export function surrogateTasks(data: string): (PlainTask | CurveTask)[] {
  const plain = (['lcb', 'rbv2'] as const).flatMap((kind) =>
    instancesOf(data, kind).map(({ id, chosen }): PlainTask => ({
      kind: 'plain',
      name: `${kind}/${id}`,
      suite: chosen ? 'tab' : 'more',
      family: kind,
      budgets: [25, 50, 100, 200],
      space: kinds[kind].space,
      objective: 'maximize',
      start: () => {
        let best = Number.NEGATIVE_INFINITY
        return {
          evaluate(params) {
            const value = surrogateValue(data, kind, id, params)
            best = Math.max(best, value)
            return [value]
          },
          regret: () => normalise(-best, surrogateConstants(data, kind, id)),
        }
      },
    })),
  )
  const curves = instancesOf(data, 'lcb').map(({ id, chosen }): CurveTask => ({
    kind: 'curve',
    name: `mf-lcb/${id}`,
    suite: chosen ? 'mf' : 'more',
    family: 'mf-lcb',
    budgets: [5, 10, 20, 50],
    space: lcbSpace,
    objective: 'maximize',
    steps: epochs,
    curveOf: (params) => (epoch) => surrogateValue(data, 'lcb', id, params, epoch),
    regretOf: (value) => normalise(-value, surrogateConstants(data, 'lcb', id)),
  }))
  return [...plain, ...curves]
}
