import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  gammaCdf,
  gammaDensity,
  gammaDraw,
  gammaQuantile,
  logGamma,
  logGammaExcess,
  logGammaShortfall,
  logLowerGamma,
  logUpperGamma,
  lowerGamma,
  lowerGammaInverse,
  upperGamma,
  upperGammaInverse,
} from '../../src/math/gamma.ts'
import { createRng } from '../../src/math/rng.ts'

// Check values by mpmath 1.3: its loggamma at 60 digits; the series of DLMF 8.11.4 summed at 600
// digits, from which 1 - P and the partial expectations lose none that matter; quantiles by the
// secant method on the same series. Arguments are exact doubles, results rounded to double.
const logGammaValues: readonly (readonly [a: number, result: number])[] = [
  [1e-300, 690.7755278982137],
  [1e-10, 23.025850929882736],
  [0.001, 6.907178885383853],
  [0.3, 1.0957979948180756],
  [0.5, 0.5723649429247001],
  [0.75, 0.20328095143129538],
  [0.9999999999990905, 5.249745890089625e-13],
  [1.0000000000009095, -5.249745890076018e-13],
  [1.3, -0.10817480950786047],
  [1.5, -0.12078223763524522],
  [1.9, -0.03898427592308336],
  [1.9999999999990905, -3.845201127643794e-13],
  [2.0000000000009095, 3.8452011276491285e-13],
  [2.4, 0.21685932244884157],
  [3.7, 1.428072326665388],
  [9.99, 12.779315214350193],
  [10, 12.801827480081469],
  [25.5, 56.389167643719944],
  [1000, 5905.220423209181],
  [1000000, 12815504.569147611],
  [1000000000000000, 3.3538776394910668e16],
]
/** a, x, log P, log Q, log E max(0, x - Y), log E max(0, Y - x) for Y ~ Gamma(a, 1). */
const tailValues: readonly (readonly [number, number, number, number, number, number])[] = [
  [0.001, 1e-300, -0.6901991342999303, -0.6961039435002198, -691.4667265328467, -6.907755278982137],
  [0.001, 0.1, -0.0018236521051886872, -6.3078258248075425, -2.305359941259494, -7.232239925282202],
  [
    0.001, 1.05, -0.00020210713859750642, -8.506813663940413, 0.04796903439891035,
    -8.887042918021926,
  ],
  [0.001, 5, -1.1509820021103913e-6, -13.674895640579352, 1.6092380922584602, -13.816575718190869],
  [
    0.001, 300, -1.7211652906445765e-136, -312.6085710911999, 5.7037791413173125,
    -312.6118737221261,
  ],
  [0.2, 1e-8, -3.598762060453824, -0.027738755097147547, -22.201764360442567, -1.609437961294203],
  [
    0.665713, 3.1719711e-6, -8.326210514214628, -0.0002421170047001899, -21.497620663858967,
    -0.4069013963416092,
  ],
  [0.001, 2.5, -2.495870811175125e-5, -10.598300253473957, 0.9158985896299905, -10.827982653904469],
  [0.5, 0.7, -0.2701350205678532, -1.4408621872008949, -0.9491733214313541, -1.6763212276242934],
  [0.9, 1.09, -0.3497068055399675, -1.2204231410563635, -0.7467004219931346, -1.2590355195421858],
  [0.9, 1.2, -0.30485362045318787, -1.3364810332264052, -0.5918908675440634, -1.3732592264215662],
  [1, 3, -0.05106918094270159, -3, 0.7177359186667026, -3],
  [1.5, 0.01, -7.198434719869616, -0.0007480350478593511, -12.718182060986827, 0.3987781307950078],
  [2.5, 2.4, -0.5811997488994602, -0.8192253476911466, -0.5923390099984706, -0.42612880506577755],
  [2.5, 40, -8.391825114831614e-16, -34.714103456537934, 3.624340932976365, -34.67775656607383],
  [9.5, 9.6, -0.5871219020914831, -0.8117617916473586, 0.24203850768335056, 0.16028319002425373],
  [19.9, 5, -14.73681105786469, -3.9800118317531056e-7, -15.928620346024374, 2.701361221062925],
  [20, 6.5, -11.037547593850524, -1.6086348728883683e-5, -11.89252067263917, 2.6026901922133567],
  [20, 19.9, -0.6523168727814818, -0.7357158312073544, 0.5447498204902994, 0.6011289125287097],
  [20, 48, -1.6688145306541426e-6, -13.303397879897751, 3.3322046051118046, -12.837851970547112],
  [33, 33, -0.6478820576030367, -0.7405587791952765, 0.8267900722788106, 0.8267900722788106],
  [100, 60, -13.4224368183038, -1.481528730109194e-6, -13.103657036137626, 3.688879505058055],
  [100, 150, -5.924557885642327e-6, -12.036407454461646, 3.912023332326228, -11.02159422210538],
  [1000, 850, -15.029260132632938, -2.9708130419981537e-7, -13.366615035697354, 5.010635304540129],
  [1000, 1400, -8.04132540818483e-30, -66.99295886845277, 5.991464547107982, -65.7547368691756],
  [10000, 10000, -0.6904910944019723, -0.69581034030382, 3.686223319450088, 3.686223319450088],
  [
    1000000, 997000, -6.6165014673067875, -0.001339000228132566, -0.9735525738473061,
    8.006493472626198,
  ],
  [1000000, 1000000, -0.692881254399696, -0.6934131774557283, 5.988816662444131, 5.988816662444131],
  [
    1000000, 1004000, -3.234597043873914e-5, -10.339037279116503, 8.294051471455308,
    -4.91640481089664,
  ],
  [1000000, 940000, -1880.4172622027731, 0, -1877.666265208013, 11.002099841204238],
]
/** a, p, the x with P(a, x) = p, the x with Q(a, x) = p. */
const inverseValues: readonly (readonly [number, number, number, number])[] = [
  [0.001, 0.49, 8.8258281996344e-311, 2.0885820384161953e-293],
  [0.02, 0.001, 5.706812442247299e-151, 2.006320801776613],
  [0.5, 1e-10, 7.853981633974484e-21, 20.910728182380648],
  [0.5, 0.25, 0.050765522133810775, 0.661651848465733],
  [1, 1e-300, 1e-300, 690.7755278982137],
  [2.5, 0.01, 0.27714903836413857, 7.5431362346944955],
  [4, 0.5, 3.672060748850896, 3.672060748850896],
  [9, 1e-20, 0.02492364307322577, 69.49770266140713],
  [50, 0.1, 41.179067906178574, 59.24900190553105],
  [10000, 1e-8, 9448.926148935248, 10571.40277115444],
  [1000000, 0.2, 999158.2816889615, 1000841.5238619292],
  [1000000, 1e-100, 978876.8023233158, 1021424.2360360718],
]

/** The distance of logarithms, relative to those that are large. */
function logError(got: number, wanted: number): number {
  return Math.abs(got - wanted) / Math.max(1, Math.abs(wanted))
}

describe('logGamma', () => {
  it.each(logGammaValues)('of %d is %d', (a, wanted) => {
    expect(Math.abs(logGamma(a) / wanted - 1)).toBeLessThan(1e-15)
  })

  it('is zero at 1 and 2, infinite at infinity and nothing up to 0', () => {
    expect([1, 2, Number.POSITIVE_INFINITY, 0, -0.5, Number.NaN].map(logGamma)).toEqual([
      0,
      0,
      Number.POSITIVE_INFINITY,
      Number.NaN,
      Number.NaN,
      Number.NaN,
    ])
  })
})

describe('the incomplete gamma ratios', () => {
  it.each(tailValues)('for a = %d at %d', (a, x, lower, upper, shortfall, excess) => {
    expect(logError(logLowerGamma(a, x), lower)).toBeLessThan(3e-15)
    expect(logError(logUpperGamma(a, x), upper)).toBeLessThan(3e-15)
    expect(logError(logGammaShortfall(a, x), shortfall)).toBeLessThan(1e-14)
    expect(logError(logGammaExcess(a, x), excess)).toBeLessThan(1e-14)
    // Both sides are exact relative to themselves, also where the other is next to 1.
    if (lower > -700) expect(lowerGamma(a, x) / Math.exp(lower)).toBeCloseTo(1, 12)
    if (upper > -700) expect(upperGamma(a, x) / Math.exp(upper)).toBeCloseTo(1, 12)
    if (lower > -1 && lower < -1e-15) expect(logLowerGamma(a, x) / lower).toBeCloseTo(1, 12)
    if (upper > -1 && upper < -1e-15) expect(logUpperGamma(a, x) / upper).toBeCloseTo(1, 13)
  })

  it('add up to 1, and grow by D / a from a to a + 1', () => {
    const shape = fc.double({ min: -3, max: 6, noNaN: true }).map((e) => 10 ** e)
    const deviations = fc.double({ min: -6, max: 12, noNaN: true })
    fc.assert(
      fc.property(shape, deviations, (a, z) => {
        const x = a * Math.exp(z / Math.sqrt(a))
        fc.pre(x > 0 && x < Number.POSITIVE_INFINITY)
        expect(lowerGamma(a, x) + upperGamma(a, x)).toBeCloseTo(1, 13)
        const step = gammaDensity(x, a + 1, 1)
        expect(lowerGamma(a, x) - lowerGamma(a + 1, x)).toBeCloseTo(step, 12)
      }),
    )
  })

  it('are finite in logarithms where they underflow, and do not run on for large a', () => {
    expect(lowerGamma(20, 1e-20)).toBe(0)
    // log (x^a / Γ(a + 1)), all that is left of the series.
    expect(logLowerGamma(20, 1e-20)).toBeCloseTo(20 * Math.log(1e-20) - logGamma(21), 10)
    expect(upperGamma(2, 1000)).toBe(0)
    // Q(2, x) = (1 + x) e^-x.
    expect(logUpperGamma(2, 1000)).toBeCloseTo(Math.log(1001) - 1000, 11)
    expect(logLowerGamma(1e12, 1e12 - 3e8)).toBeLessThan(-4e4)
    expect(logLowerGamma(1e12, 1e12 - 3e8)).toBeGreaterThan(-5e4)
  })

  it('keep to the ends of their domain', () => {
    expect([lowerGamma(3, 0), upperGamma(3, 0)]).toEqual([0, 1])
    expect([lowerGamma(3, Infinity), upperGamma(3, Infinity)]).toEqual([1, 0])
    expect(logGammaShortfall(3, 0)).toBe(Number.NEGATIVE_INFINITY)
    expect(logGammaExcess(3, 0)).toBeCloseTo(Math.log(3), 15)
    for (const [a, x] of [
      [0, 1],
      [-1, 1],
      [Infinity, 1],
      [1, -1],
      [Number.NaN, 1],
      [1, Number.NaN],
    ] as const) {
      for (const f of [lowerGamma, upperGamma, logGammaShortfall, logGammaExcess]) {
        expect(f(a, x)).toBeNaN()
      }
    }
  })
})

describe('partial expectations', () => {
  it('of both sides differ by the distance from the mean', () => {
    const shape = fc.double({ min: -3, max: 8, noNaN: true }).map((e) => 10 ** e)
    fc.assert(
      fc.property(shape, fc.double({ min: -5, max: 5, noNaN: true }), (a, z) => {
        const x = a * Math.exp(z / Math.sqrt(a))
        fc.pre(x > 0 && x < Number.POSITIVE_INFINITY)
        const below = Math.exp(logGammaShortfall(a, x))
        const above = Math.exp(logGammaExcess(a, x))
        expect(Math.abs(below - above - (x - a))).toBeLessThan(1e-12 * Math.max(x, a))
      }),
    )
  })

  it('do not jump where the method changes, far out', () => {
    for (const a of [1e4, 1e8]) {
      for (const sign of [-1, 1]) {
        const at = (z: number): number => {
          const x = a + sign * z * Math.sqrt(a)
          return sign < 0 ? logGammaShortfall(a, x) : logGammaExcess(a, x)
        }
        const h = 1e-6
        const before = at(60 - 3 * h) - at(60 - h)
        const across = at(60 - h) - at(60 + h)
        expect(before).toBeGreaterThan(1e-5)
        expect(Math.abs(across - before)).toBeLessThan(1e-9)
      }
    }
  })
})

describe('the inverses', () => {
  it.each(inverseValues)('for a = %d at %d', (a, p, lower, upper) => {
    // A relative error of p becomes one of x, divided by a where that is small.
    const tolerance = 1e-15 * Math.max(1, -Math.log(p) / a)
    expect(Math.abs(lowerGammaInverse(a, p) / lower - 1)).toBeLessThan(tolerance)
    expect(Math.abs(upperGammaInverse(a, p) / upper - 1)).toBeLessThan(tolerance)
  })

  it('undo the ratios', () => {
    const shape = fc.double({ min: -1, max: 4, noNaN: true }).map((e) => 10 ** e)
    fc.assert(
      fc.property(shape, fc.double({ min: -600, max: -1e-3, noNaN: true }), (a, log) => {
        const p = Math.exp(log)
        const lower = lowerGammaInverse(a, p)
        if (lower > 0) expect(logError(logLowerGamma(a, lower), log)).toBeLessThan(1e-12)
        expect(logError(logUpperGamma(a, upperGammaInverse(a, p)), log)).toBeLessThan(1e-12)
      }),
    )
  })

  it('keep to the ends', () => {
    expect([lowerGammaInverse(2, 0), lowerGammaInverse(2, 1)]).toEqual([0, Infinity])
    expect([upperGammaInverse(2, 0), upperGammaInverse(2, 1)]).toEqual([Infinity, 0])
    expect(lowerGammaInverse(1e-3, 0.3)).toBe(0)
    expect([
      lowerGammaInverse(0, 0.5),
      upperGammaInverse(1, -0.1),
      lowerGammaInverse(1, 1.1),
    ]).toEqual([Number.NaN, Number.NaN, Number.NaN])
  })
})

describe('the Gamma distribution', () => {
  it('of shape 1 is exponential', () => {
    for (const x of [0, 0.2, 1, 7]) {
      expect(gammaDensity(x, 1, 2)).toBeCloseTo(Math.exp(-x / 2) / 2, 15)
      expect(gammaCdf(x, 1, 2)).toBeCloseTo(-Math.expm1(-x / 2), 15)
    }
    for (const p of [0.001, 0.5, 0.97]) {
      expect(gammaQuantile(p, 1, 2)).toBeCloseTo(-2 * Math.log1p(-p), 14)
    }
  })

  it('has its density as the slope of its distribution function', () => {
    for (const [x, k, theta] of [
      [0.1, 0.4, 1],
      [0.3, 4, 0.1],
      [50, 30, 2],
    ] as const) {
      const h = 1e-5 * x
      const slope = (gammaCdf(x + h, k, theta) - gammaCdf(x - h, k, theta)) / (2 * h)
      expect(slope / gammaDensity(x, k, theta)).toBeCloseTo(1, 7)
    }
  })

  it('has no density outside and its own at 0', () => {
    expect([gammaDensity(-1, 2, 1), gammaDensity(Infinity, 2, 1)]).toEqual([0, 0])
    expect([0.5, 1, 2].map((k) => gammaDensity(0, k, 4))).toEqual([Infinity, 0.25, 0])
    expect([gammaDensity(1, 2, 0), gammaCdf(1, 2, -1), gammaQuantile(0.5, 0, 1)]).toEqual([
      Number.NaN,
      Number.NaN,
      Number.NaN,
    ])
  })

  it('is drawn with its mean and variance, the same for the same stream', () => {
    const count = 20_000
    for (const [k, theta] of [
      [0.5, 1],
      [4, 0.25],
      [400, 1],
    ] as const) {
      const rng = createRng('gamma', k)
      let sum = 0
      let squares = 0
      for (let i = 0; i < count; i++) {
        const x = gammaDraw(rng, k, theta) - k * theta
        sum += x
        squares += x * x
      }
      const variance = k * theta * theta
      // Four standard errors; the kurtosis of a Gamma is 3 + 6 / k.
      expect(Math.abs(sum / count)).toBeLessThan(4 * Math.sqrt(variance / count))
      const error = variance * Math.sqrt((2 + 6 / k) / count)
      expect(Math.abs(squares / count - variance)).toBeLessThan(4 * error)
    }
    expect(gammaDraw(createRng(1), 2, 3)).toBe(gammaDraw(createRng(1), 2, 3))
  })
})
