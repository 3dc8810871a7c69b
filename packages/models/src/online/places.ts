import type { Problem } from '@attune/core'
import { refuseProblems } from '@attune/core'
import type { NetworkPlan, PlannedLayer } from '../network/check-network.ts'
import type { Layer } from '../network/layers.ts'
import type { CheckedOptions } from '../network/options.ts'
import type { Task } from '../matrix.ts'
import { weightsOf } from '../network/weights.ts'
import type { OnlineOptions, ScopedTunableOptions, TunableName } from './options.ts'
import { tunableDefaults, tunableOf } from './options.ts'
import { notebookRate } from './notebook.ts'
import type { TunedNumber } from './tuner.ts'
import { tunedNumber } from './tuner.ts'

/** A draw of the training graph whose strength is tuned. */
export interface TunedDraw {
  /** Its name among the inputs of the graph. */
  readonly draw: string
  /** Numbers a row. */
  readonly size: number
  /** What is added, or what is multiplied by. */
  readonly kind: 'noise' | 'factor'
  /** The number that is its strength. */
  readonly number: string
}

/** What is tuned in a network, and where. */
export interface OnlinePlan {
  readonly options: OnlineOptions
  /** The network as it learns: with layers where noise or dropout are tuned but there was none. */
  readonly plan: NetworkPlan
  readonly numbers: readonly TunedNumber[]
  readonly draws: readonly TunedDraw[]
  /** By weight the number that is its l2. */
  readonly penalties: ReadonlyMap<string, string>
}

/** A layer of weights, before which there may be noise. */
const weighted: ReadonlySet<Layer['kind']> = new Set([
  ...(['dense', 'conv1d', 'conv2d', 'lstm', 'gru', 'bidirectional', 'residual', 'output'] as const),
])

interface Making {
  readonly options: OnlineOptions
  readonly numbers: Map<string, TunedNumber>
  readonly draws: TunedDraw[]
}

/**
 * @param network its options
 * @param plan the network as its options make it
 * @param withL2 the same with another l2 for every weight that has none of its own
 * @param rate the learning rate that the options say
 * @throws AttuneError `models/impossible` where there is nothing that a hyperparameter could act on
 */
export function onlinePlan(
  options: OnlineOptions,
  network: CheckedOptions,
  task: Task,
  plan: NetworkPlan,
  withL2: NetworkPlan,
  rate: number,
): OnlinePlan {
  const making: Making = { options, numbers: new Map(), draws: [] }
  const penalties = penalise(making, plan, withL2)
  const noisy = withNoise(making, network, plan.input, plan.layers)
  const single = { labelSmoothing: network.labelSmoothing, rate }
  for (const [kind, own] of Object.entries(single) as [keyof typeof single, number][]) {
    const tunable = tunableOf(options, kind)
    if (tunable !== null) enter(making, kind, kind, tunable, own)
  }
  refuseProblems('models/impossible', 'Online tuning', problemsOf(making, plan, task, penalties))
  const numbers = [...making.numbers.values()]
  return { options, plan: { ...plan, layers: noisy }, numbers, draws: making.draws, penalties }
}

function problemsOf(
  { options, draws }: Making,
  plan: NetworkPlan,
  task: Task,
  penalties: ReadonlyMap<string, string>,
): Problem[] {
  const problems: Problem[] = []
  const wants = (name: TunableName): boolean => tunableOf(options, name) !== null
  if (wants('l2') && penalties.size === 0) {
    const message = 'every layer has an l2 of its own; leave these out, or tune with scope layer.'
    problems.push({ path: 'l2', message })
  }
  for (const name of ['hiddenNoise', 'dropout'] as const) {
    if (!wants(name) || draws.some(({ number }) => number.split('.')[0] === name)) continue
    const message = 'there is no hidden layer it could act on; add one, or tune noise.'
    problems.push({ path: name, message })
  }
  const first = plan.layers.find(({ layer }) => weighted.has(layer.kind))?.layer.kind
  const reads = first === 'dense' || first === 'output'
  if (options.variant === 'fioravanti-notebook' && wants('noise') && !reads) {
    const message = `the variant fioravanti-notebook reads the gradient of a dense layer, but the first is ${first}; take variant t1t2.`
    problems.push({ path: 'noise', message })
  }
  if (wants('labelSmoothing') && task === 'regression') {
    problems.push({
      path: 'labelSmoothing',
      message: 'targets are numbers, not labels; leave it out.',
    })
  }
  return problems
}

/** Notes a number under its name, once; it begins at `start` if given, else at `own` if that is above 0. */
function enter(
  { numbers, options }: Making,
  kind: TunableName,
  name: string,
  tunable: ScopedTunableOptions,
  own: number,
): void {
  if (numbers.has(name)) return
  const start = tunable.start ?? (own > 0 ? own : tunableDefaults[kind].start)
  const notebook = options.variant === 'fioravanti-notebook'
  const limits = notebook ? { rate: notebookRate, trust: Infinity } : {}
  numbers.set(name, tunedNumber(kind, name, { ...limits, ...tunable }, start))
}

const scopeOf = (kind: TunableName, tunable: ScopedTunableOptions): 'model' | 'layer' =>
  tunable.scope ?? tunableDefaults[kind].scope

function penalise(making: Making, plan: NetworkPlan, withL2: NetworkPlan): Map<string, string> {
  const penalties = new Map<string, string>()
  const tunable = tunableOf(making.options, 'l2')
  if (tunable === null) return penalties
  const everything = making.options.variant === 'fioravanti-notebook'
  const byLayer = scopeOf('l2', tunable) === 'layer'
  const before = weightsOf(plan)
  for (const [i, weight] of weightsOf(withL2).entries()) {
    const own = before[i]!.l2
    const free = weight.l2 !== own
    if (!everything && !free && !(byLayer && own > 0)) continue
    const path = weight.name.slice(0, weight.name.lastIndexOf('.'))
    const name = byLayer ? `l2.${path}` : 'l2'
    enter(making, 'l2', name, tunable, own)
    penalties.set(weight.name, name)
  }
  return penalties
}

/** The layers with those that noise and dropout are tuned by. */
function withNoise(
  making: Making,
  network: CheckedOptions,
  input: readonly number[],
  layers: readonly PlannedLayer[],
): PlannedLayer[] {
  const first = layers.findIndex(({ layer }) => weighted.has(layer.kind))
  const [before, after] = [layers.slice(0, first), layers.slice(first)]
  const atInput = before.map((layer) => claimed(making, 'noise', layer))
  const end = before.at(-1)
  if (tunableOf(making.options, 'noise') !== null && !has(making, 'noise')) {
    // Indices are no numbers that noise could be added to, so it comes after their embedding.
    const sizes = end?.output ?? input
    atInput.push(claimed(making, 'noise', added('input', 'noise', sizes, network.noise)))
  }
  const kinds = (['dropout', 'hiddenNoise'] as const).filter(
    (kind) => tunableOf(making.options, kind) !== null,
  )
  let hidden = after
  for (const kind of kinds) hidden = hidden.map((layer) => claimed(making, kind, layer))
  return [...atInput, ...withAdded(making, network, hidden, kinds)]
}

function has({ draws }: Making, kind: TunableName): boolean {
  return draws.some(({ number }) => number.split('.')[0] === kind)
}

/** Layers of noise before every layer of weights but the first, of kinds that have no layer yet. */
function withAdded(
  making: Making,
  network: CheckedOptions,
  layers: readonly PlannedLayer[],
  kinds: readonly ('dropout' | 'hiddenNoise')[],
): PlannedLayer[] {
  const missing = kinds.filter((kind) => !has(making, kind))
  if (missing.length === 0) return [...layers]
  let last: PlannedLayer | undefined
  return layers.flatMap((planned) => {
    if (!weighted.has(planned.layer.kind)) return [planned]
    const previous = last
    last = planned
    if (previous === undefined) return [planned]
    const between = missing.map((kind) => {
      const own = kind === 'dropout' ? network.dropout : 0
      return claimed(making, kind, added(previous.path, kind, planned.input, own), previous.path)
    })
    return [...between, planned]
  })
}

/** A layer that was not there; its strength is that of the options. */
function added(
  path: string,
  kind: 'noise' | 'hiddenNoise' | 'dropout',
  sizes: readonly number[],
  own: number,
): PlannedLayer {
  const layer: Layer =
    kind === 'dropout' ? { kind: 'dropout', rate: own } : { kind: 'gaussianNoise', sd: own }
  const place = { input: sizes, output: sizes, inner: [], shortcut: [] }
  return { path: `${path}.${kind}`, layer, ...place }
}

/**
 * The layer, or one of those within it, as the graph is to have it whatever its strength is, when it is
 * of the kind that is tuned.
 */
function claimed(
  making: Making,
  kind: 'noise' | 'hiddenNoise' | 'dropout',
  planned: PlannedLayer,
  shownPath: string = planned.path,
): PlannedLayer {
  const tunable = tunableOf(making.options, kind)
  if (tunable === null) return planned
  const { layer, input } = planned
  const through = (list: readonly PlannedLayer[]): PlannedLayer[] =>
    list.map((inner) => claimed(making, kind, inner))
  if (layer.kind === 'residual') {
    return { ...planned, inner: through(planned.inner), shortcut: through(planned.shortcut) }
  }
  const dropout = kind === 'dropout'
  if (layer.kind !== (dropout ? 'dropout' : 'gaussianNoise')) return planned
  const own = layer.kind === 'dropout' ? layer.rate : (layer as { sd: number }).sd
  const byLayer = kind !== 'noise' && scopeOf(kind, tunable) === 'layer'
  const number = byLayer ? `${kind}.${shownPath}` : kind
  enter(making, kind, number, tunable, own)
  const draw = `${planned.path}.${dropout ? 'mask' : 'noise'}`
  const size = input.reduce((product, length) => product * length, 1)
  making.draws.push({ draw, size, kind: dropout ? 'factor' : 'noise', number })
  // Any strength above 0 keeps the draw in the graph.
  const kept: Layer = dropout ? { kind: 'dropout', rate: 0.5 } : { kind: 'gaussianNoise', sd: 1 }
  return { ...planned, layer: kept }
}

/** The network without noise and dropout, as the T2 loss has it. */
export function quietPlan(plan: NetworkPlan): NetworkPlan {
  const quiet = (planned: PlannedLayer): PlannedLayer => {
    const { layer } = planned
    const inner = planned.inner.map(quiet)
    const shortcut = planned.shortcut.map(quiet)
    if (layer.kind === 'dropout') return { ...planned, layer: { ...layer, rate: 0 } }
    if (layer.kind === 'gaussianNoise') return { ...planned, layer: { ...layer, sd: 0 } }
    return { ...planned, inner, shortcut }
  }
  return { ...plan, layers: plan.layers.map(quiet) }
}
