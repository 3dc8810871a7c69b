import { createRng } from '@attune/core'
import { type GraphBuilder, type Tensor, createGraphBuilder } from '../../src/graph/builder.ts'
import { gradients } from '../../src/graph/gradient.ts'
import { referenceExecutor } from '../../src/graph/interpreter.ts'
import type { Dims, Graph } from '../../src/graph/ir.ts'
import * as op from '../../src/graph/operators.ts'
import { elementCount, evaluateDims } from '../../src/graph/sizes.ts'

/** What an open size `batch` is in these tests. */
export const BATCH = 3

export interface Case {
  readonly inputs: Readonly<Record<string, Dims>>
  readonly build: (g: GraphBuilder, inputs: Readonly<Record<string, Tensor>>) => Tensor
  /** The smallest number among the inputs; default none. */
  readonly above?: number
}

export type Numbers = Readonly<Record<string, Float64Array>>

/** Numbers that are about 1 in size and not near 0, drawn anew for every name. */
export function numbersFor(inputs: Case['inputs'], above?: number): Numbers {
  const drawn: Record<string, Float64Array> = {}
  for (const [name, dims] of Object.entries(inputs)) {
    const rng = createRng(7, 'graph tests', name)
    const count = elementCount(evaluateDims(dims, { batch: BATCH })) as number
    drawn[name] = Float64Array.from({ length: count }, () => {
      const size = 0.1 + 1.4 * rng.next()
      if (above !== undefined) return above + size
      return rng.next() < 0.5 ? size : -size
    })
  }
  return drawn
}

/** A number that weighs every element of a tensor otherwise, so that no error cancels out. */
export function weighed(g: GraphBuilder, y: Tensor): Tensor {
  const known = y.dims.map((size) => (typeof size === 'number' ? size : 1))
  const rng = createRng(11, 'weights', known.length)
  const count = elementCount(known) as number
  const factors = Float64Array.from({ length: count }, () => 0.5 + rng.next())
  // Along an open axis all weights are equal, but the square tells the places apart.
  const mixed = op.add(g, y, op.mul(g, op.square(g, y), 0.3))
  return op.reduceSum(g, op.mul(g, mixed, g.constant(factors, known)))
}

function declare(g: GraphBuilder, inputs: Case['inputs']): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, dims]) => [name, g.input(name, dims)]),
  )
}

/** The graph of a case with its value and its gradients, as outputs `result`, `value` (a number made of it) and
 * `d <input>`. */
export function gradientGraph(test: Case): Graph {
  const g = createGraphBuilder('derivatives')
  const inputs = declare(g, test.inputs)
  const result = test.build(g, inputs)
  const loss = weighed(g, result)
  const names = Object.keys(inputs)
  const found = gradients(g, loss, Object.values(inputs))
  g.output('result', result)
  g.output('value', loss)
  found.forEach((tensor, i) => g.output(`d ${names[i]}`, tensor))
  return g.finish()
}

/** The case whose value is the gradient of another, summed with weights: its gradient is a Hessian times a vector. */
export function differentiated(test: Case): Case {
  return {
    ...test,
    build(g, inputs) {
      const found = gradients(g, weighed(g, test.build(g, inputs)), Object.values(inputs))
      return op.sum(
        g,
        found.map((tensor) => weighed(g, tensor)),
      )
    },
  }
}

/**
 * The greatest difference between the slopes of a case's value along directions, by its gradients and
 * by central differences, relative to the length of the gradient of each input (or 1e-3, where it is
 * shorter). Directions are the single elements of each input, or one at random for each.
 */
export async function gradientError(test: Case, single: boolean): Promise<number> {
  const graph = gradientGraph(test)
  const compiled = await referenceExecutor().compile(graph)
  const at = numbersFor(test.inputs, test.above)
  const dims = { batch: BATCH }
  const results = (await compiled.run(at, { dims })) as Record<string, Float64Array>
  const value = async (name: string, direction: Float64Array, step: number): Promise<number> => {
    const moved = (at[name] as Float64Array).map((x, i) => x + step * (direction[i] as number))
    return (await compiled.run({ ...at, [name]: moved }, { dims }))['value']?.[0] as number
  }
  let worst = 0
  for (const [name, values] of Object.entries(at)) {
    const analytic = results[`d ${name}`] as Float64Array
    if (analytic.length !== values.length) return Infinity
    const scale = Math.max(1e-3, Math.hypot(...analytic))
    for (const direction of directionsOf(name, values.length, single)) {
      // Fourth order, so that neither rounding nor curvature matters at 1e-6.
      const h = 1e-4
      const near = (await value(name, direction, h)) - (await value(name, direction, -h))
      const far = (await value(name, direction, 2 * h)) - (await value(name, direction, -2 * h))
      const numeric = (8 * near - far) / (12 * h)
      const exact = analytic.reduce((sum, slope, i) => sum + slope * (direction[i] as number), 0)
      worst = Math.max(worst, Math.abs(numeric - exact) / scale)
    }
  }
  return worst
}

function directionsOf(name: string, count: number, single: boolean): Float64Array[] {
  if (single) {
    return Array.from({ length: count }, (_, at) =>
      new Float64Array(count).map((_, i) => (i === at ? 1 : 0)),
    )
  }
  const rng = createRng(13, 'direction', name)
  return [new Float64Array(count).map(() => rng.next() - 0.5)]
}
