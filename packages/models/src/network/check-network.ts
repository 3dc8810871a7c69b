import { refuseProblems } from '@attune/core'
import type { Problem } from '@attune/core'
import { fieldProblems } from './layer-fields.ts'
import type { Layer } from './layers.ts'
import type { Sizes } from './shapes.ts'
import { describeSizes, sizesAfter } from './shapes.ts'

/** A layer whose place and sizes are known. */
export interface PlannedLayer {
  /** Where it stands, such as `layers.3` or `layers.2.shortcut.0`: also the name of its weights. */
  readonly path: string
  readonly layer: Layer
  readonly input: Sizes
  readonly output: Sizes
  /** The layers of a residual. */
  readonly inner: readonly PlannedLayer[]
  /** The shortcut of a residual. */
  readonly shortcut: readonly PlannedLayer[]
}

/** A network that can exist. */
export interface NetworkPlan {
  readonly input: Sizes
  /** The last is the output. */
  readonly layers: readonly PlannedLayer[]
  /** How many numbers the output has. */
  readonly outputs: number
}

/**
 * Follows the sizes through all layers and adds the output layer where it is missing.
 *
 * @param layers from anywhere: kinds and fields are checked too
 * @param input of one example: [features], [steps, features] or [channels, height, width]
 * @param outputs numbers that the task needs
 * @throws AttuneError `models/impossible` with every layer that cannot be, by its place and kind
 */
export function checkNetwork(layers: readonly Layer[], input: Sizes, outputs: number): NetworkPlan {
  const problems = networkProblems(layers, input)
  refuseProblems('models/impossible', 'The network cannot be built', problems)
  const last = layers.at(-1)
  const output: Layer = last?.kind === 'output' ? last : { kind: 'output' }
  const body = last?.kind === 'output' ? layers.slice(0, -1) : layers
  const planned = planList(body, input, 'layers', [])
  const path = `layers.${body.length}`
  const end = planned.output!
  const leaf = { path, layer: output, input: end, output: [outputs], inner: [], shortcut: [] }
  return { input, layers: [...planned.layers, leaf], outputs }
}

/** Every problem of a list of layers; none when the network can be built. */
export function networkProblems(layers: readonly Layer[], input: Sizes): Problem[] {
  const problems: Problem[] = []
  const right =
    input.length >= 1 &&
    input.length <= 3 &&
    input.every((size) => Number.isInteger(size) && size > 0)
  if (!right) {
    const message =
      `must be [features], [steps, features] or [channels, height, width], whole numbers from 1, ` +
      `but it is [${input.join(', ')}].`
    problems.push({ path: 'inputShape', message })
  }
  planList(layers, right ? input : undefined, 'layers', problems)
  return problems
}

interface PlannedList {
  readonly layers: readonly PlannedLayer[]
  /** Undefined when not even the form is known. */
  readonly output: Sizes | undefined
}

function planList(
  layers: readonly Layer[],
  input: Sizes | undefined,
  at: string,
  problems: Problem[],
): PlannedList {
  const planned: PlannedLayer[] = []
  let sizes = input
  for (const [index, layer] of layers.entries()) {
    const path = `${at}.${index}`
    const found = fieldProblems(layer, path)
    if (layer?.kind === 'output' && (at !== 'layers' || index < layers.length - 1)) {
      found.push({
        path: `${path} (output)`,
        message: 'The output is the last layer of the network.',
      })
    }
    if (readsIndices(layer) && (at !== 'layers' || index > 0)) {
      const message = 'reads indices, which only the data has, so it must be the first layer.'
      found.push({ path: `${path} (${layer.kind})`, message })
    }
    problems.push(...found)
    if (found.length > 0) {
      sizes = undefined
      continue
    }
    const result = planLayer(layer, sizes, path, problems)
    if (sizes !== undefined && result.output !== undefined) {
      planned.push({ ...result, path, layer, input: sizes, output: result.output })
    }
    sizes = result.output
  }
  return { layers: planned, output: sizes }
}

const readsIndices = (layer: Layer | undefined): boolean =>
  layer?.kind === 'embedding' || layer?.kind === 'columnEmbedding'

interface Planned {
  readonly output: Sizes | undefined
  readonly inner: readonly PlannedLayer[]
  readonly shortcut: readonly PlannedLayer[]
}

function planLayer(
  layer: Layer,
  input: Sizes | undefined,
  path: string,
  problems: Problem[],
): Planned {
  if (layer.kind === 'residual') return planResidual(layer, input, path, problems)
  if (layer.kind === 'bidirectional') return planBidirectional(layer, input, path, problems)
  const leaf = { inner: [], shortcut: [] }
  if (input === undefined) return { ...leaf, output: undefined }
  const result = sizesAfter(layer, input)
  if ('sizes' in result) return { ...leaf, output: result.sizes }
  problems.push({ path: `${path} (${layer.kind})`, message: result.problem })
  return { ...leaf, output: guessAfter(layer, input) }
}

/** What would come out if the layer were mended, so that the layers after it can be judged too. */
function guessAfter(layer: Layer, input: Sizes): Sizes | undefined {
  switch (layer.kind) {
    case 'conv2d':
      return [layer.filters, Number.NaN, Number.NaN]
    case 'maxPool2d':
    case 'averagePool2d':
      return [input.length === 3 ? input[0]! : Number.NaN, Number.NaN, Number.NaN]
    case 'conv1d':
      return [Number.NaN, layer.filters]
    case 'maxPool1d':
    case 'averagePool1d':
      return [Number.NaN, input.length === 2 ? input[1]! : Number.NaN]
    case 'dense':
      return [layer.units]
    case 'lstm':
    case 'gru':
      return layer.sequences === true ? [Number.NaN, layer.units] : [layer.units]
    case 'embedding':
      return [Number.NaN, layer.units]
    case 'reshape':
      return layer.shape.map((size) => (size === -1 ? Number.NaN : size))
    case 'columnEmbedding':
      return [Number.NaN]
    default:
      return undefined
  }
}

function planResidual(
  layer: Extract<Layer, { kind: 'residual' }>,
  input: Sizes | undefined,
  path: string,
  problems: Problem[],
): Planned {
  const inner = planList(layer.layers, input, `${path}.layers`, problems)
  const shortcut = planList(layer.shortcut ?? [], input, `${path}.shortcut`, problems)
  const [a, b] = [inner.output, shortcut.output]
  if (a !== undefined && b !== undefined && !mayBeEqual(a, b)) {
    const message =
      `adds what comes in to what comes out, but ${describeSizes(b)} meets ${describeSizes(a)}; ` +
      `make them equal, or give it a shortcut that does.`
    problems.push({ path: `${path} (residual)`, message })
  }
  return { output: a ?? b, inner: inner.layers, shortcut: shortcut.layers }
}

const mayBeEqual = (a: Sizes, b: Sizes): boolean =>
  a.length === b.length &&
  a.every((size, i) => size === b[i] || Number.isNaN(size) || Number.isNaN(b[i]))

function planBidirectional(
  layer: Extract<Layer, { kind: 'bidirectional' }>,
  input: Sizes | undefined,
  path: string,
  problems: Problem[],
): Planned {
  const none: Planned = { output: undefined, inner: [], shortcut: [] }
  const within = layer.layer
  const found = fieldProblems(within, `${path}.layer`)
  if (found.length === 0 && within.kind !== 'lstm' && within.kind !== 'gru') {
    const { kind } = within as Layer
    found.push({ path: `${path}.layer (${kind})`, message: 'must be an lstm or a gru.' })
  }
  problems.push(...found)
  if (found.length > 0 || input === undefined) return none
  const result = sizesAfter(within, input)
  if ('problem' in result) {
    problems.push({ path: `${path} (bidirectional)`, message: result.problem })
  }
  const sizes = 'sizes' in result ? result.sizes : guessAfter(within, input)!
  const factor = (layer.merge ?? 'concat') === 'concat' ? 2 : 1
  return { ...none, output: [...sizes.slice(0, -1), sizes.at(-1)! * factor] }
}
