import type { Label, Scale } from './distribution.ts'

/** One parameter of a shape. `Out` is a phantom: it carries the type of the value. */
export interface Param<Out> {
  readonly '~out'?: Out
  readonly node: 'param'
  readonly kind: 'float' | 'int' | 'choice'
  readonly low?: number
  readonly high?: number
  readonly scale?: Scale
  readonly step?: number
  readonly choices?: readonly Label[]
  readonly ordered?: boolean
  readonly default?: Label
}
/** A choice among named sub-shapes; its value is an object told apart by `kind`. */
export interface Variant<Out> {
  readonly '~out'?: Out
  readonly node: 'variant'
  readonly variants: Readonly<Record<string, Shape>>
  readonly default?: string
}
/** A list of tunable length whose elements all have the same shape. */
export interface List<Out> {
  readonly '~out'?: Out
  readonly node: 'list'
  readonly min: number
  readonly max: number
  readonly of: ShapeNode
  readonly default?: number
}
export type ShapeNode = Param<unknown> | Variant<unknown> | List<unknown> | Shape
export interface Shape {
  readonly [key: string]: ShapeNode
}

export interface NumberOptions {
  /** `log` draws orders of magnitude evenly and needs low > 0; default `linear`. */
  readonly scale?: Scale
  /** Distance of neighbouring values counted from `low`; default: continuous, or 1 for integers. */
  readonly step?: number
  /** A value known to work; it becomes the first trial. */
  readonly default?: number
}

/** A real number in [low, high]. */
export function float(low: number, high: number, options: NumberOptions = {}): Param<number> {
  return { node: 'param', kind: 'float', low, high, ...options }
}

/** A whole number in [low, high]. */
export function int(low: number, high: number, options: NumberOptions = {}): Param<number> {
  return { node: 'param', kind: 'int', low, high, ...options }
}

/** One of the given labels; `ordered` says that neighbours in the list are alike. */
export function choice<const C extends readonly Label[]>(
  choices: C,
  options: { readonly ordered?: boolean; readonly default?: C[number] } = {},
): Param<C[number]> {
  return { node: 'param', kind: 'choice', choices, ...options }
}

/** True or false. */
export function flag(options: { readonly default?: boolean } = {}): Param<boolean> {
  return { node: 'param', kind: 'choice', choices: [false, true], ...options }
}

/** A value that is passed on and recorded but not tuned. */
export function constant<const V extends Label>(value: V): Param<V> {
  return { node: 'param', kind: 'choice', choices: [value] }
}

/** A choice among named sub-shapes: `variant({ sgd: { momentum: float(0, 1) }, adam: {} })`. */
export function variant<const V extends Readonly<Record<string, Shape>>>(
  variants: V,
  options: { readonly default?: keyof V & string } = {},
): Variant<InferVariant<V>> {
  return { node: 'variant', variants, ...options }
}

/** Between `min` and `max` elements of one shape: `list(1, 5, { units: int(8, 512) })`. */
export function list<const S extends ShapeNode>(
  min: number,
  max: number,
  of: S,
  options: { readonly default?: number } = {},
): List<InferNode<S>[]> {
  return { node: 'list', min, max, of, ...options }
}

type Flatten<T> = { [K in keyof T]: T[K] } & {}

/** The value type of one node of a shape. */
export type InferNode<N> = N extends {
  readonly node: 'param' | 'variant' | 'list'
  readonly '~out'?: infer Out
}
  ? Exclude<Out, undefined>
  : InferShape<N>
/** The value type of a whole shape. */
export type InferShape<S> = Flatten<{ -readonly [K in keyof S]: InferNode<S[K]> }>
/** A union of the variants' shapes, told apart by `kind`. */
export type InferVariant<V> = {
  [K in keyof V & string]: Flatten<{ kind: K } & InferShape<V[K]>>
}[keyof V & string]
