import { nearest } from '@attune/core'
import type { Problem } from '@attune/core'
import type { LayerKind } from './layers.ts'
import { activations, initializers } from './layers.ts'

/** What the value of a field must be; undefined when it is right. */
type Rule = (value: unknown) => string | undefined

interface Field {
  readonly rule: Rule
  readonly required: boolean
}

const whole = (value: unknown, low: number): boolean =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= low

const count: Rule = (value) => (whole(value, 1) ? undefined : 'must be a whole number from 1')

const extent: Rule = (value) =>
  whole(value, 1) ||
  (Array.isArray(value) && value.length === 2 && value.every((size) => whole(size, 1)))
    ? undefined
    : 'must be a whole number from 1, or two of them: [height, width]'

const sizes: Rule = (value) =>
  Array.isArray(value) &&
  value.length >= 1 &&
  value.length <= 3 &&
  value.every((size) => whole(size, 1) || size === -1) &&
  value.filter((size) => size === -1).length <= 1
    ? undefined
    : 'must be one to three whole numbers from 1, of which one may be -1'

const atLeastZero: Rule = (value) =>
  typeof value === 'number' && value >= 0 && value < Infinity ? undefined : 'must be 0 or more'

const positive: Rule = (value) =>
  typeof value === 'number' && value > 0 && value < Infinity ? undefined : 'must be above 0'

const number: Rule = (value) => (Number.isFinite(value) ? undefined : 'must be a number')

const share: Rule = (value) =>
  typeof value === 'number' && value >= 0 && value < 1
    ? undefined
    : 'must be at least 0 and below 1'

const yesOrNo: Rule = (value) => (typeof value === 'boolean' ? undefined : 'must be true or false')

const layerList: Rule = (value) => (Array.isArray(value) ? undefined : 'must be a list of layers')

const layer: Rule = (value) =>
  typeof value === 'object' && value !== null ? undefined : 'must be an lstm or gru layer'

const embedded: Rule = (value) =>
  Array.isArray(value) && value.length > 0 && value.every(isEmbedded)
    ? undefined
    : 'must be a list of { column, categories, units }, whole numbers from 0, 1 and 1'

function isEmbedded(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { column, categories, units } = value as Record<string, unknown>
  return whole(column, 0) && whole(categories, 1) && whole(units, 1)
}

const among = (words: readonly string[]): Rule => {
  return (value) => {
    if (typeof value === 'string' && words.includes(value)) return undefined
    const meant = typeof value === 'string' ? nearest(value, words) : undefined
    const hint = meant === undefined ? '' : `; did you mean ${meant}?`
    return `must be one of ${words.join(', ')}${hint}`
  }
}

const needed = (rule: Rule): Field => ({ rule, required: true })
const may = (rule: Rule): Field => ({ rule, required: false })

const penalties = { l1: may(atLeastZero), l2: may(atLeastZero) }
const activation = may(among(activations))
const weighted = { ...penalties, init: may(among(initializers)), bias: may(yesOrNo) }
const padding = may(among(['same', 'valid']))
const pool1d = { size: needed(count), stride: may(count), padding }
const pool2d = { size: needed(extent), stride: may(extent), padding }
const recurrent = { units: needed(count), sequences: may(yesOrNo), ...penalties }

const fields: Readonly<Record<LayerKind, Readonly<Record<string, Field>>>> = {
  dense: { units: needed(count), activation, ...weighted },
  conv1d: {
    filters: needed(count),
    size: needed(count),
    stride: may(count),
    padding,
    activation,
    ...weighted,
  },
  conv2d: {
    filters: needed(count),
    size: needed(extent),
    stride: may(extent),
    padding,
    activation,
    ...weighted,
  },
  maxPool1d: pool1d,
  averagePool1d: pool1d,
  maxPool2d: pool2d,
  averagePool2d: pool2d,
  globalMaxPool: {},
  globalAveragePool: {},
  flatten: {},
  reshape: { shape: needed(sizes) },
  sequence: { over: may(among(['columns', 'rows'])) },
  batchNorm: { momentum: may(share), epsilon: may(positive) },
  layerNorm: { epsilon: may(positive) },
  dropout: { rate: needed(share) },
  gaussianNoise: { sd: needed(atLeastZero) },
  activation: { activation: needed(among(activations)), slope: may(number) },
  embedding: { vocabulary: needed(count), units: needed(count), ...penalties },
  columnEmbedding: { columns: needed(embedded), ...penalties },
  lstm: recurrent,
  gru: recurrent,
  bidirectional: { layer: needed(layer), merge: may(among(['concat', 'sum', 'average'])) },
  residual: { layers: needed(layerList), shortcut: may(layerList) },
  output: { activation, ...weighted },
}

export const layerKinds = Object.keys(fields) as LayerKind[]

/** What is wrong with the fields of a layer, which may have come from a file. */
export function fieldProblems(layer: unknown, path: string): Problem[] {
  const given = layer as Readonly<Record<string, unknown>> | null
  const kind = typeof given === 'object' ? given?.['kind'] : undefined
  if (given === null || typeof kind !== 'string' || !Object.hasOwn(fields, kind)) {
    return [{ path, message: kindMessage(kind) }]
  }
  const known = fields[kind as LayerKind]
  const where = `${path} (${kind})`
  const problems: Problem[] = []
  for (const [name, { rule, required }] of Object.entries(known)) {
    if (given[name] === undefined && !required) continue
    const broken = rule(given[name])
    if (broken === undefined) continue
    const got = given[name] === undefined ? 'is missing' : `is ${JSON.stringify(given[name])}`
    problems.push({ path: where, message: `${name} ${broken}, but it ${got}.` })
  }
  for (const name of Object.keys(given)) {
    if (name === 'kind' || Object.hasOwn(known, name)) continue
    problems.push({ path: where, message: unknownMessage(name, Object.keys(known)) })
  }
  return problems
}

function kindMessage(kind: unknown): string {
  const meant = typeof kind === 'string' ? nearest(kind, layerKinds) : undefined
  const hint = meant === undefined ? `: ${layerKinds.join(', ')}` : `; did you mean ${meant}?`
  if (kind === undefined) return `A layer is an object with a kind${hint}.`
  return `The kind ${JSON.stringify(kind)} is none of the layers${hint}.`
}

function unknownMessage(name: string, known: readonly string[]): string {
  const meant = nearest(name, known)
  if (meant !== undefined) return `There is no field ${name}; did you mean ${meant}?`
  const all = known.length === 0 ? 'it has none' : `it has ${known.join(', ')}`
  return `There is no field ${name}; ${all}.`
}
