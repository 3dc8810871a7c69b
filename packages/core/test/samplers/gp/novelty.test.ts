import { describe, expect, it } from 'vitest'
import type { Observation } from '../../../src/samplers/gp/observations.ts'
import { createNovelty } from '../../../src/samplers/gp/novelty.ts'
import type { Values } from '../../../src/space/space.ts'
import { float } from '../../../src/space/builders.ts'
import { space } from '../../../src/space/space.ts'
import { createStudy } from '../../../src/study/create-study.ts'
import { gp } from '../../../src/samplers/gp/gp.ts'

const line = { features: 1, ordered: 1, neutral: Float64Array.of(1) }

const complete = (trial: number, loss: number): Observation => ({
  trial,
  codes: new Float64Array(0),
  state: 'complete',
  losses: [loss],
  margins: [],
  infeasible: false,
})

const at = (...x: number[]): Float64Array => Float64Array.from(x)

/** Trials every 0.02 of a function of steps 0.1 wide. */
const steps = Array.from({ length: 26 }, (_, i) => 0.25 + i * 0.02)
const stepped = steps.map((x, i) => complete(i, Math.floor(x * 10)))
const places = steps.map((x) => at(x))

describe('createNovelty', () => {
  it('says nothing where results do not repeat', () => {
    const losses = steps.map((x, i) => complete(i, x))
    expect(createNovelty(losses, places, [], line)).toBeUndefined()
  })

  it('says nothing for two repeats, which may be chance', () => {
    const losses = [1, 1, 1, 4].map((loss, i) => complete(i, loss))
    expect(createNovelty(losses, places.slice(0, 4), [], line)).toBeUndefined()
  })

  it('expects a repeat beside a trial and a new result far from all', () => {
    const novelty = createNovelty(stepped, places, [], line)!
    expect(Math.exp(novelty.value(at(0.501)))).toBeLessThan(0.1)
    expect(Math.exp(novelty.value(at(0.95)))).toBeGreaterThan(0.9)
    expect(Math.exp(novelty.value(at(0.8)))).toBeGreaterThan(Math.exp(novelty.value(at(0.77))))
  })

  it('expects no new result where a trial is running', () => {
    const free = createNovelty(stepped, places, [], line)!
    const waiting = createNovelty(stepped, places, [at(0.95)], line)!
    expect(waiting.value(at(0.951))).toBeLessThan(free.value(at(0.951)) - 3)
  })

  it('counts the latest results that a neighbour had', () => {
    const repeating = (losses: readonly number[]): number =>
      createNovelty(
        losses.map((loss, i) => complete(i, loss)),
        places.slice(0, losses.length),
        [],
        line,
      )!.recentRepeats
    expect(repeating([1, 1, 1, 1, 1, 1])).toBe(5)
    expect(repeating([...Array<number>(12).fill(1), 2, 3])).toBe(8)
    // The same result elsewhere is chance.
    expect(repeating([1, 1, 1, 1, 2, 3, 4, 1])).toBe(3)
  })

  it('has the gradient of its value', () => {
    const novelty = createNovelty(stepped, places, [], line)!
    const out = new Float64Array(1)
    for (const x of [0.1, 0.2, 0.78, 0.8, 0.9]) {
      novelty.value(at(x))
      novelty.gradient(out)
      const slope = (novelty.value(at(x + 1e-6)) - novelty.value(at(x - 1e-6))) / 2e-6
      expect(out[0]).toBeCloseTo(slope, 4)
    }
  })
})

describe('gp on a function that is constant in pieces', () => {
  const square = space({ x: float(0, 1), y: float(0, 1) })
  const cellOf = ({ x, y }: Values): readonly number[] =>
    [x, y].map((u) => Math.min(9, Math.floor((u as number) * 10)))

  it('looks at many pieces instead of one', async () => {
    await using study = await createStudy({ name: 'steps', space: square, seed: 3, sampler: gp() })
    const seen = new Set<string>()
    await study.optimize(
      ({ values }) => {
        const cell = cellOf(values)
        seen.add(cell.join())
        // A bowl of a hundred pieces, all different.
        return cell.reduce((sum, k, j) => sum + (k - 1) ** 2 + 0.1 * (j + 1) * k, 0)
      },
      { trials: 80 },
    )
    // 19 without regard to repeats.
    expect(seen.size).toBeGreaterThan(27)
  })
})
