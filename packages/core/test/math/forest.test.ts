import { describe, expect, it } from 'vitest'
import { fitForest } from '../../src/math/forest.ts'
import { createRng } from '../../src/math/rng.ts'
import { growTree, leafOf } from '../../src/math/tree.ts'

const rng = createRng('forest test')
const draw = (n: number): Float64Array => Float64Array.from({ length: n }, () => rng.next())
const all = (n: number): Int32Array => Int32Array.from({ length: n }, (_, i) => i)

describe('a tree', () => {
  it('finds the step of a step function exactly', () => {
    const x = draw(200)
    const y = x.map((v) => (v < 0.37 ? 1 : 5))
    const tree = growTree([x], [0], y, all(200), {}, rng)
    expect(tree.size).toBe(3)
    const below = Math.max(...x.filter((v) => v < 0.37))
    const above = Math.min(...x.filter((v) => v >= 0.37))
    expect(tree.threshold[0]).toBeCloseTo((below + above) / 2, 12)
    expect([tree.mean[leafOf(tree, [0.1])], tree.mean[leafOf(tree, [0.9])]]).toEqual([1, 5])
  })

  it('splits labels by the best of all sets, whatever their order', () => {
    const x = Float64Array.from({ length: 300 }, (_, i) => i % 6)
    const high = new Set([1, 4, 5])
    const y = x.map((label) => (high.has(label) ? 10 : 0))
    const tree = growTree([x], [6], y, all(300), {}, rng)
    expect(tree.size).toBe(3)
    for (let label = 0; label < 6; label++) {
      expect(tree.mean[leafOf(tree, [label])]).toBe(high.has(label) ? 10 : 0)
    }
  })

  it('keeps its limits on leaves and depth', () => {
    const x = draw(500)
    const y = draw(500)
    const tree = growTree([x], [0], y, all(500), { minLeaf: 20 }, rng)
    tree.rows.forEach((n, node) => {
      if (tree.feature[node] === -1) expect(n).toBeGreaterThanOrEqual(20)
    })
    expect(growTree([x], [0], y, all(500), { maxDepth: 1 }, rng).size).toBe(3)
  })

  it('fits every row apart when nothing holds it back', () => {
    const x = draw(100)
    const z = draw(100)
    const y = x.map((v, i) => v - 3 * (z[i] as number))
    const tree = growTree([x, z], [0, 0], y, all(100), { features: 0.5 }, rng)
    y.forEach((value, i) => {
      const point = [x[i] as number, z[i] as number]
      expect(tree.mean[leafOf(tree, point)]).toBeCloseTo(value, 12)
    })
  })
})

describe('a forest', () => {
  const n = 400
  const columns = [draw(n), draw(n), draw(n)]
  const value = (x: ArrayLike<number>): number =>
    Math.sin(6 * (x[0] as number)) + 2 * (x[1] as number)
  const y = Float64Array.from({ length: n }, (_, i) => value(columns.map((c) => c[i] as number)))

  it('predicts what it has not seen far better than the mean', () => {
    const forest = fitForest(columns, [0, 0, 0], y, { trees: 20 }, createRng('a'))
    let error = 0
    let spread = 0
    const mean = y.reduce((a, b) => a + b, 0) / n
    for (let i = 0; i < 200; i++) {
      const x = draw(3)
      error += (forest.mean(x) - value(x)) ** 2
      spread += (mean - value(x)) ** 2
    }
    expect(error / spread).toBeLessThan(0.1)
  })

  it('has a variance that is the law of total variance over its trees', () => {
    const forest = fitForest(columns, [0, 0, 0], y, { trees: 7, minLeaf: 5 }, createRng('b'))
    const x = [0.3, 0.6, 0.5]
    const leaves = forest.trees.map((tree) => leafOf(tree, x))
    const means = forest.trees.map((tree, t) => tree.mean[leaves[t] as number] as number)
    const within = forest.trees.map((tree, t) => tree.variance[leaves[t] as number] as number)
    const average = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length
    const mean = average(means)
    const expected = average(means.map((m) => (m - mean) ** 2)) + average(within)
    expect(forest.predict(x).mean).toBeCloseTo(mean, 12)
    expect(forest.predict(x).variance).toBeCloseTo(expected, 12)
  })

  it('is the same for the same seed and another for another', () => {
    const fit = (key: string) =>
      fitForest(columns, [0, 0, 0], y, {}, createRng(key)).mean([0.1, 0.2, 0.3])
    expect(fit('c')).toBe(fit('c'))
    expect(fit('c')).not.toBe(fit('d'))
  })
})
