import type { Problem } from '../errors.ts'
import { refuseProblems } from '../errors.ts'
import type { InferShape, Shape } from './builders.ts'
import { compileShape } from './compile.ts'
import type { Constraint, Requirement } from './constraint.ts'
import { compileConstraints, refuseInfeasible } from './constraint.ts'
import type { Distribution, Label } from './distribution.ts'

/** A condition under which a parameter exists; several must all hold. */
export type Condition =
  | { readonly parent: string; readonly in: readonly Label[] }
  | { readonly parent: string; readonly atLeast: number }

/** One entry of the flat list that a space is inside; parents stand before their children. */
export interface FlatParam {
  /** Dotted name, such as `optimizer.sgd.momentum` or `layers.0.units`. */
  readonly name: string
  readonly distribution: Distribution
  readonly when: readonly Condition[]
  readonly default?: Label
}

/** The shape a flat list came from, needed to nest and flatten values. */
export type SpaceNode =
  | { readonly kind: 'param'; readonly index: number }
  | { readonly kind: 'shape'; readonly entries: readonly (readonly [string, SpaceNode])[] }
  | {
      readonly kind: 'variant'
      readonly index: number
      readonly options: readonly (readonly [string, SpaceNode])[]
    }
  | { readonly kind: 'list'; readonly index: number; readonly items: readonly SpaceNode[] }

/** Values by flat name; only active parameters are present. */
export type Values = Readonly<Record<string, Label>>

/** A search space; `P` is the type of one nested configuration. */
export interface SearchSpace<P = unknown> {
  readonly '~params'?: P
  readonly params: readonly FlatParam[]
  readonly constraints: readonly Constraint[]
  readonly root: SpaceNode
  /** Position of every flat name in `params`. */
  readonly index: ReadonlyMap<string, number>
}

/** The type of one configuration of a space. */
export type Infer<S extends { readonly '~params'?: unknown }> = Exclude<S['~params'], undefined>

/**
 * Builds a search space from nested builders.
 *
 * `require` lists constraints among parameters, as expressions (`lr * batch < 4`) or functions.
 * @throws AttuneError `space/problems` with every mistake at once; `space/infeasible` when fewer
 *   than one draw in 1,000 satisfies the constraints.
 * @example
 * const s = space({ lr: float(1e-5, 1e-1, { scale: 'log' }), act: choice(['relu', 'tanh']) })
 * type P = Infer<typeof s> // { lr: number; act: 'relu' | 'tanh' }
 */
export function space<const S extends Shape>(
  shape: S,
  options: { readonly require?: readonly Requirement<InferShape<S>>[] } = {},
): SearchSpace<InferShape<S>> {
  const problems: Problem[] = []
  const built = buildSpace<InferShape<S>>(shape, options.require ?? [], problems)
  refuseProblems('space/problems', 'Space', problems)
  refuseInfeasible(built as SearchSpace)
  return built
}

/** Compiles a shape, adding its mistakes to `problems` instead of throwing. */
export function buildSpace<P>(
  shape: Shape,
  require: readonly Requirement<P>[],
  problems: Problem[],
): SearchSpace<P> {
  const { params, root } = compileShape(shape, problems)
  const index = new Map(params.map((p, i) => [p.name, i]))
  const bare: SearchSpace<P> = { params, root, index, constraints: [] }
  const constraints = compileConstraints(
    bare as SearchSpace,
    require as readonly Requirement[],
    problems,
  )
  return { ...bare, constraints }
}
