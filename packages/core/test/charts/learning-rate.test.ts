import { describe, expect, it } from 'vitest'
import type { SweepRun } from '../../src/analysis/learning-rate-sweep.ts'
import { proposeLearningRate } from '../../src/analysis/learning-rate-sweep.ts'
import type { Mark } from '../../src/charts/chart.ts'
import { learningRateChart } from '../../src/charts/learning-rate.ts'

const runs: SweepRun[] = Array.from({ length: 21 }, (_, i) => {
  const u = -5 + i / 4
  return {
    learningRate: 10 ** u,
    value: i > 18 ? Number.NaN : 1 + (u + 2) ** 2,
    name: `trial ${i}`,
  }
})
type Kind = Mark['kind']
const named = <K extends Kind>(marks: readonly Mark[], kind: K, name: string) =>
  marks.find((m) => m.kind === kind && m.name.startsWith(name)) as Extract<Mark, { kind: K }>

describe('learningRateChart', () => {
  const proposal = proposeLearningRate(runs)
  const failed = [{ learningRate: 0.3, value: Number.NaN, name: 'trial 30' }]
  const chart = learningRateChart(proposal, { metric: 'loss', failed })

  it('names its axes, the rates on a log scale', () => {
    expect(chart.x).toEqual({ name: 'learning rate', scale: 'log' })
    expect(chart.y).toMatchObject({ name: 'loss' })
    expect(chart.title).toBe('loss of short runs by learning rate')
    expect(chart.subtitle).toMatch(/^19 short runs, 3 more diverged or failed; proposed: 0\.0100; /)
  })

  it('shows every run where it was, and what diverged or failed at the edge of bad values', () => {
    const points = named(chart.marks, 'points', 'runs')
    expect(points.points).toHaveLength(19)
    expect(points.points[4]).toEqual([10 ** -4, 5])
    expect(points.labels?.[4]).toBe('trial 4')
    const diverged = named(chart.marks, 'points', 'diverged')
    expect(diverged.labels).toEqual(['trial 19', 'trial 20'])
    const edge = 10 + 0.06 * 9
    for (const [, y] of diverged.points) expect(y).toBeCloseTo(edge, 12)
    expect(named(chart.marks, 'points', 'failed').points).toEqual([[0.3, expect.closeTo(edge, 12)]])
  })

  it('draws hull, parabola, the proposed rate and the rates that are nearly as good', () => {
    const hull = named(chart.marks, 'line', 'convex hull')
    expect(hull.points).toHaveLength(proposal.prediction.hulls[0]!.vertices.length)
    const parabola = named(chart.marks, 'line', 'parabola')
    for (const [x, y] of parabola.points) expect(y).toBeCloseTo(1 + (Math.log10(x) + 2) ** 2, 9)
    expect(named(chart.marks, 'rule', 'proposed rate').at).toEqual({ x: proposal.learningRate })
    const band = named(chart.marks, 'band', 'nearly')
    expect(band.points.map(([x]) => x)).toEqual([proposal.near.low, proposal.near.high])
  })

  it('puts bad gains at the bottom, and draws every layer of an onion', () => {
    const gains = runs.map((run) => ({ learningRate: run.learningRate, value: -run.value }))
    const upper = proposeLearningRate(gains, { direction: 'maximize', method: 'onion', pieces: 3 })
    const { marks } = learningRateChart(upper, { metric: 'accuracy' })
    for (const [, y] of named(marks, 'points', 'diverged').points) expect(y).toBeLessThan(-10)
    expect(named(marks, 'points', 'runs').labels).toBeUndefined()
    const lines = marks.filter((m) => m.kind === 'line')
    expect(lines.filter((m) => m.name !== 'parabola')).toHaveLength(upper.prediction.hulls.length)
  })

  it('shows losses of many orders of magnitude on a log axis, where edges of the hull bend', () => {
    const wide = runs.map((run) => ({ ...run, value: 1e-3 + (run.value - 1) }))
    const { y, marks } = learningRateChart(proposeLearningRate(wide), { metric: 'loss' })
    expect(y.scale).toBe('log')
    const hull = named(marks, 'line', 'convex hull').points
    // Edges are straight over the logarithm of the rate, not over that of the loss.
    const [a, b, c] = [hull[0]!, hull[30]!, hull[60]!]
    const share = Math.log(b[0] / a[0]) / Math.log(c[0] / a[0])
    expect(b[1]).toBeCloseTo(a[1] + share * (c[1] - a[1]), 9)
    expect(share).toBeCloseTo(0.5, 9)
    expect(chart.y.scale).toBeUndefined()
  })
})
