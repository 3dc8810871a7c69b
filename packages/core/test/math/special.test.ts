import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  erf,
  erfc,
  erfcx,
  log1mExp,
  logDiffExp,
  logNormalCdf,
  logSumExp,
  normalCdf,
  normalQuantile,
} from '../../src/math/special.ts'

// Check values: argument (exact double) and result, by mpmath 1.3 at 60 digits from its own erfc, an
// asymptotic series where that underflows, and Newton steps on log Φ for the quantile; rounded to double.
type Pair = readonly [argument: number, result: number]
const erfValues: Pair[] = [
  [1e-300, 1.1283791670955126e-300],
  [1e-10, 1.1283791670955126e-10],
  [0.1, 0.1124629160182849],
  [0.25, 0.27632639016823696],
  [0.5, 0.5204998778130465],
  [0.5000001, 0.5204999656913],
  [0.75, 0.7111556336535151],
  [1, 0.8427007929497149],
  [1.5, 0.9661051464753108],
  [2, 0.9953222650189527],
  [3, 0.9999779095030014],
  [4, 0.9999999845827421],
  [5.8, 0.9999999999999998],
  [-0.3, -0.3286267594591274],
  [-2.5, -0.999593047982555],
]
const erfcValues: Pair[] = [
  [-3, 1.9999779095030015],
  [-0.7, 1.6778011938374184],
  [-0.1, 1.1124629160182848],
  [0, 1],
  [1e-8, 0.9999999887162083],
  [0.2, 0.7772974107895215],
  [0.5, 0.4795001221869535],
  [0.51, 0.4707563801588296],
  [1, 0.15729920705028513],
  [2, 0.004677734981047266],
  [3.5, 7.430983723414128e-7],
  [5, 1.537459794428035e-12],
  [8, 1.1224297172982926e-29],
  [12.3, 9.029925149482068e-68],
  [20, 5.395865611607901e-176],
  [26, 5.663192408856143e-296],
]
const erfcxValues: Pair[] = [
  [-26, 7.657724931490568e293],
  [-10, 5.376234283632271e43],
  [-3, 16205.988853999586],
  [-1, 5.008980080762283],
  [-0.2, 1.2726020284831958],
  [0, 1],
  [1e-10, 0.999999999887162],
  [0.1, 0.8964569799691267],
  [0.5, 0.6156903441929259],
  [1, 0.427583576155807],
  [2, 0.25539567631050575],
  [5, 0.11070463773306863],
  [10, 0.05614099274382259],
  [30, 0.01879588886141675],
  [100, 0.005641613782989433],
  [10000, 5.641895807268084e-5],
  [10000000000, 5.641895835477563e-11],
  [1e100, 5.6418958354775625e-101],
]
const cdfValues: Pair[] = [
  [-37, 5.725571222524577e-300],
  [-30, 4.906713927148187e-198],
  [-20.5, 1.0764673258790961e-93],
  [-10, 7.619853024160525e-24],
  [-5, 2.866515718791939e-7],
  [-3, 0.0013498980316300946],
  [-2, 0.02275013194817921],
  [-1.96, 0.024997895148220435],
  [-1, 0.15865525393145705],
  [-0.71, 0.23885206808998674],
  [-0.69, 0.24509709367430949],
  [-0.1, 0.460172162722971],
  [0, 0.5],
  [1e-9, 0.5000000003989423],
  [0.3, 0.6179114221889527],
  [1, 0.8413447460685429],
  [1.6448536269514722, 0.95],
  [3, 0.9986501019683699],
  [8, 0.9999999999999993],
]
const logCdfValues: Pair[] = [
  [-100000, -5000000012.431864],
  [-54321.5, -1475412692.946614],
  [-1000, -500007.82669481216],
  [-400, -80006.91040933022],
  [-100, -5005.524208694205],
  [-40, -804.6084420137538],
  [-38.5, -745.695270290411],
  [-20, -203.91715537109727],
  [-10, -53.23128515051247],
  [-5, -15.064998393988725],
  [-2, -3.783184333682032],
  [-1.0001, -1.8411741625414106],
  [-1, -1.8410216450092636],
  [-0.5, -1.1759117615936185],
  [0, -0.6931471805599453],
  [0.5, -0.3689464152886564],
  [1, -0.17275377902344988],
  [3, -0.0013508099647481938],
  [6, -9.865876455243758e-10],
  [10, -7.619853024160525e-24],
  [20, -2.7536241186062337e-89],
  [37, -5.725571222524577e-300],
]
const quantileValues: Pair[] = [
  [1e-300, -37.0470962993612],
  [1e-100, -21.273453560965326],
  [1e-20, -9.262340089798407],
  [1.3887943864964021e-11, -6.657904643501103],
  [1e-10, -6.361340902404057],
  [1e-5, -4.264890793922825],
  [0.001, -3.0902323061678136],
  [0.025, -1.9599639845400543],
  [0.0749, -1.4402382675279637],
  [0.0751, -1.43882539275254],
  [0.1, -1.2815515655446004],
  [0.3, -0.5244005127080408],
  [0.4999, -0.00025066283008800747],
  [0.5000001, 2.506628273311648e-7],
  [0.6, 0.2533471031357997],
  [0.75, 0.6744897501960817],
  [0.9, 1.2815515655446006],
  [0.975, 1.9599639845400538],
  [0.999, 3.090232306167813],
  [0.9999999999, 6.361340889697422],
]

/** Expects every value to a relative error of 2e-15, about nine units in the last place. */
function expectClose(f: (x: number) => number, pairs: readonly Pair[]): void {
  for (const [x, expected] of pairs) {
    const error = Math.abs(f(x) - expected) / Math.abs(expected === 0 ? 1 : expected)
    expect(error, `f(${x}) = ${f(x)}, expected ${expected}`).toBeLessThan(2e-15)
  }
}

describe('the error functions', () => {
  it('agree with high-precision values', () => {
    expectClose(erf, erfValues)
    expectClose(erfc, erfcValues)
    expectClose(erfcx, erfcxValues)
  })

  it('reach their limits', () => {
    expect([erf(Infinity), erf(-Infinity), erf(0)]).toEqual([1, -1, 0])
    expect([erfc(Infinity), erfc(-Infinity), erfc(100)]).toEqual([0, 2, 0])
    expect([erfcx(Infinity), erfcx(-Infinity), erfcx(-27)]).toEqual([0, Infinity, Infinity])
    expect([erf(NaN), erfc(NaN), erfcx(NaN)]).toEqual([NaN, NaN, NaN])
  })

  it('are continuous where the formula changes', () => {
    for (const f of [erf, erfc]) {
      for (const x of [-0.5, 0.5]) expect(Math.abs(f(x + 1e-16) - f(x - 1e-16))).toBeLessThan(5e-16)
    }
  })
})

describe('normalCdf and logNormalCdf', () => {
  it('agree with high-precision values', () => {
    expectClose(normalCdf, cdfValues)
    expectClose(logNormalCdf, logCdfValues)
  })

  it('reach their limits', () => {
    expect([normalCdf(-Infinity), normalCdf(Infinity), normalCdf(-50)]).toEqual([0, 1, 0])
    expect([logNormalCdf(-Infinity), logNormalCdf(Infinity)]).toEqual([-Infinity, -0])
    expect([normalCdf(NaN), logNormalCdf(NaN)]).toEqual([NaN, NaN])
  })

  it('never decrease', () => {
    for (const f of [normalCdf, logNormalCdf]) {
      let last = -Infinity
      for (let x = -40; x < 10; x += 0.01) {
        const value = f(x)
        expect(value).toBeGreaterThanOrEqual(last)
        last = value
      }
    }
  })
})

describe('normalQuantile', () => {
  it('agrees with high-precision values', () => {
    expectClose(normalQuantile, quantileValues)
  })

  it('inverts normalCdf', () => {
    const probability = fc.double({ min: 1e-300, max: 0.5, noNaN: true })
    fc.assert(
      fc.property(probability, (p) => {
        // The condition number of the inverse in the tail is about z².
        const z = normalQuantile(p)
        expect(Math.abs(normalCdf(z) / p - 1)).toBeLessThan(2e-15 * (1 + z * z))
      }),
    )
  })

  it('is exactly odd about 1/2', () => {
    expect(normalQuantile(0.5)).toBe(0)
    for (const p of [0.25, 0.125, 2 ** -20, 2 ** -50]) {
      expect(normalQuantile(1 - p)).toBe(-normalQuantile(p))
    }
  })

  it('is infinite at 0 and 1 and undefined outside', () => {
    expect([normalQuantile(0), normalQuantile(1)]).toEqual([-Infinity, Infinity])
    expect([normalQuantile(-0.1), normalQuantile(1.1), normalQuantile(NaN)]).toEqual([
      NaN,
      NaN,
      NaN,
    ])
  })
})

describe('sums and differences of exponentials', () => {
  it('add far from zero without overflow', () => {
    expect(logSumExp([1000, 1000])).toBeCloseTo(1000 + Math.LN2, 12)
    expect(logSumExp(Float64Array.of(-1000, -1000, -1000))).toBeCloseTo(-1000 + Math.log(3), 12)
  })

  it('keep small terms next to a large one', () => {
    expect(logSumExp([0, -50])).toBe(Math.exp(-50))
  })

  it('treat no values and infinities as limits', () => {
    expect(logSumExp([])).toBe(-Infinity)
    expect(logSumExp([-Infinity, -Infinity])).toBe(-Infinity)
    expect(logSumExp([-Infinity, 2])).toBe(2)
    expect(logSumExp([1, Infinity])).toBe(Infinity)
    expect(logSumExp([1, NaN])).toBe(NaN)
  })

  it('undo each other', () => {
    const value = fc.double({ min: -700, max: 700, noNaN: true })
    fc.assert(
      fc.property(value, fc.double({ min: -30, max: 30, noNaN: true }), (a, offset) => {
        const sum = logSumExp([a, a + offset])
        const back = logDiffExp(sum, a + offset)
        const scale = 1e-15 * (1 + Math.abs(sum)) * (1 + Math.exp(offset))
        expect(Math.abs(back - a)).toBeLessThan(4 * scale)
      }),
    )
  })

  it('take log(1 - exp(x)) accurately near 0 and far from it', () => {
    // log(1 - exp(x)) = log(-x) + x/2 + x²/24 - … near 0, and -exp(x) - … far below.
    expectClose(log1mExp, [
      [-1e-10, Math.log(1e-10) - 5e-11],
      [-Math.LN2, -Math.LN2],
      [-50, -Math.exp(-50)],
      [-700, -Math.exp(-700)],
    ])
    expect([log1mExp(0), log1mExp(-Infinity), log1mExp(1)]).toEqual([-Infinity, -0, NaN])
  })

  it('take differences at the edges', () => {
    expect(logDiffExp(3, 3)).toBe(-Infinity)
    expect(logDiffExp(-Infinity, -Infinity)).toBe(-Infinity)
    expect(logDiffExp(3, -Infinity)).toBe(3)
    expect(logDiffExp(1, 2)).toBe(NaN)
  })
})
