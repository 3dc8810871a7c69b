import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exp, expm1, log, log1p } from '../../src/math/elementary.ts'

/** The distance in units of the last place of the second number. */
function ulps(found: number, truth: number): number {
  const unit = 2 ** Math.max(-1074, Math.floor(Math.log2(Math.abs(truth))) - 52)
  return found === truth ? 0 : Math.abs(found - truth) / unit
}

describe('exp', () => {
  it('is right to one unit in the last place', () => {
    // By Python's decimal with 60 digits, rounded.
    const golden = [
      [0.1, 1.1051709180756477],
      [-0.3, 0.7408182206817179],
      [0.35, 1.4190675485932571],
      [1, Math.E],
      [1.5, 4.4816890703380645],
      [-20.25, 1.6052280551856116e-9],
      [100.5, 4.4319559098458955e43],
      [-700.125, 8.701134010353987e-305],
      [709.5, 1.3549863193146328e308],
      [-715, 3.016097934134e-311],
      [-740, 4.2e-322],
      [2 ** -21, 1.000000476837272],
    ] as const
    for (const [x, y] of golden) expect(ulps(exp(x), y)).toBeLessThanOrEqual(1)
  })

  it('gives the same bits for ever', () => {
    // Those of fdlibm, by Math.exp of Node 24, at arguments where the nearest double is another:
    // what Chromium 156 gives.
    expect([-39.95, -21.64, -1.13, 6.85, 15.49, 24.93].map(exp)).toEqual([
      4.466172035754124e-18, 3.998226668486563e-10, 0.323033256422253, 943.880906671578,
      5336070.080402141, 67136923145.12848,
    ])
  })

  it('knows the ends of its range', () => {
    expect([0, -0, 1e-300, -1e-300].map(exp)).toEqual([1, 1, 1, 1])
    expect([710, Number.MAX_VALUE, Number.POSITIVE_INFINITY].map(exp)).toEqual(
      Array(3).fill(Number.POSITIVE_INFINITY),
    )
    expect([-746, -Number.MAX_VALUE, Number.NEGATIVE_INFINITY].map(exp)).toEqual([0, 0, 0])
    expect(exp(709.782712893384)).toBeLessThan(Number.POSITIVE_INFINITY)
    expect(exp(-745.13)).toBe(5e-324)
    expect(exp(Number.NaN)).toBeNaN()
  })
})

describe('log', () => {
  it('is right to one unit in the last place', () => {
    // By Python's decimal with 60 digits, rounded.
    const golden = [
      [1e-300, -690.7755278982137],
      [5e-324, -744.4400719213812],
      [0.1, -2.3025850929940455],
      [0.9999995, -5.000001249589083e-7],
      [1.0000007, 6.999997549647321e-7],
      [0.75, -0.2876820724517809],
      [1.4142, 0.3465640001880033],
      [2, Math.LN2],
      [10, Math.LN10],
      [12345.678, 9.421061321291832],
      [1e308, 709.1962086421661],
    ] as const
    for (const [x, y] of golden) expect(ulps(log(x), y)).toBeLessThanOrEqual(1)
  })

  it('gives the same bits for ever', () => {
    // As above, by Math.log of Node 24.
    expect([0.09, 1.0000008327584382, 45.77, 149.8, 228.78, 354.64].map(log)).toEqual([
      -2.407945608651872, 8.327580914641771e-7, 3.823628854665551, 5.009301071083119,
      5.432760843097528, 5.8711031904367985,
    ])
  })

  it('knows the ends of its range', () => {
    expect([1, 0, -0, Number.POSITIVE_INFINITY].map(log)).toEqual([
      0,
      Number.NEGATIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      Number.POSITIVE_INFINITY,
    ])
    for (const x of [-1, -5e-324, Number.NEGATIVE_INFINITY, Number.NaN]) expect(log(x)).toBeNaN()
  })
})

describe('log1p and expm1', () => {
  it('are right to three units in the last place', () => {
    // By Python's decimal with 60 digits, rounded.
    const logs = [
      [1e-18, 1e-18],
      [-1e-5, -1.0000050000333337e-5],
      [0.001, 9.995003330835331e-4],
      [0.4, 0.33647223662121295],
      [-0.75, -1.3862943611198906],
      [3.5, 1.5040773967762742],
      [1e10, 23.025850930040455],
    ] as const
    for (const [x, y] of logs) expect(ulps(log1p(x), y)).toBeLessThanOrEqual(3)
    const powers = [
      [1e-18, 1e-18],
      [-1e-5, -9.999950000166666e-6],
      [0.001, 1.0005001667083417e-3],
      [0.4, 0.49182469764127035],
      [-0.75, -0.5276334472589853],
      [3.5, 32.11545195869231],
      [-50, -1],
      [700, 1.0142320547350045e304],
    ] as const
    for (const [x, y] of powers) expect(ulps(expm1(x), y)).toBeLessThanOrEqual(3)
  })

  it('know the ends of their ranges', () => {
    const infinite = Number.POSITIVE_INFINITY
    expect([0, -0, -1, infinite].map(log1p)).toEqual([0, -0, Number.NEGATIVE_INFINITY, infinite])
    expect([0, -0, Number.NEGATIVE_INFINITY, infinite].map(expm1)).toEqual([0, -0, -1, infinite])
    expect(log1p(Number.MAX_VALUE)).toBe(log(Number.MAX_VALUE))
    expect(expm1(709.7)).toBe(exp(709.7))
    for (const x of [log1p(-1.5), log1p(Number.NaN), expm1(Number.NaN)]) expect(x).toBeNaN()
  })
})

describe('all four', () => {
  it('agree with the engine to its own accuracy', () => {
    const positive = fc.double({ min: 1e-307, max: 1e308, noNaN: true })
    const power = fc.double({ min: -700, max: 700, noNaN: true })
    fc.assert(
      fc.property(positive, power, (x, p) => {
        expect(ulps(log(x), Math.log(x))).toBeLessThanOrEqual(2)
        expect(ulps(exp(p), Math.exp(p))).toBeLessThanOrEqual(2)
        expect(ulps(log1p(x), Math.log1p(x))).toBeLessThanOrEqual(4)
        expect(ulps(expm1(p), Math.expm1(p))).toBeLessThanOrEqual(4)
      }),
      { numRuns: 2000 },
    )
  })
})
