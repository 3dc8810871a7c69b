import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Prior } from '../../../src/samplers/tpe/prior.ts'
import type { SearchSpace } from '../../../src/index.ts'
import {
  choice,
  createRng,
  createStudy,
  float,
  int,
  liveView,
  space,
  tpe,
} from '../../../src/index.ts'
import { historyOf, madeEvents, madeTrial } from '../../../src/testing/made-history.ts'
import { dimensionOf } from '../../../src/samplers/tpe/dimension.ts'
import { beliefsOf } from '../../../src/samplers/tpe/prior.ts'
import { mixedConditional } from '../../../src/testing/problems.ts'

const wide = space({
  lr: float(1e-5, 1, { scale: 'log' }),
  momentum: float(0, 1),
  layers: int(1, 9),
  units: int(8, 512, { scale: 'log' }),
  act: choice(['relu', 'tanh', 'gelu']),
  odd: choice([true, false, 'true', null]),
  size: choice(['s', 'm', 'l'], { ordered: true }),
}) as SearchSpace

const beliefs = (prior: Prior) => beliefsOf(prior, wide, false)

/** The message with which this is refused. */
async function refusal(prior: unknown): Promise<string> {
  try {
    const study = await createStudy({ space: wide, sampler: tpe({ prior: prior as Prior }) })
    await study.ask()
  } catch (error) {
    expect((error as { code?: string }).code).toBe('sampler/options')
    return (error as Error).message
  }
  return 'none'
}

/** Median of the best loss after some numbers of trials, over seeds. */
async function medians(prior: Prior, trials: readonly number[]): Promise<number[]> {
  const runs: number[][] = []
  for (let seed = 0; seed < 15; seed++) {
    const study = await createStudy({
      space: mixedConditional.space,
      sampler: tpe({ prior }),
      seed,
    })
    const losses: number[] = []
    await study.optimize(
      ({ params }) => {
        const loss = mixedConditional.evaluate(params)[0] as number
        losses.push(loss)
        return loss
      },
      { trials: Math.max(...trials) },
    )
    runs.push(trials.map((n) => Math.min(...losses.slice(0, n))))
  }
  return trials.map((_, k) => runs.map((run) => run[k]!).toSorted((a, b) => a - b)[7]!)
}

describe('a prior of tpe', () => {
  const right: Prior = {
    lr: { around: 2e-3, spread: 5 },
    opt: { adam: 4, sgd: 1, rmsprop: 1 },
    layers: { around: 4, spread: 1 },
    units: { around: 100, spread: 2 },
  }
  const wrong: Prior = {
    lr: { around: 0.5, spread: 3 },
    opt: { rmsprop: 1 },
    layers: { around: 1, spread: 1 },
    units: { around: 8, spread: 1.5 },
  }

  it('helps when it is right, and is overcome when it is wrong', async () => {
    const [none, helped, misled] = [
      await medians({}, [10, 25]),
      await medians(right, [10, 25]),
      await medians(wrong, [10, 100]),
    ]
    expect(helped[0]!).toBeLessThan(0.8 * none[0]!)
    expect(helped[1]!).toBeLessThan(0.8 * none[1]!)
    expect(misled[0]!).toBeGreaterThan(1.5 * none[0]!)
    // What no prior reached after 25 trials is passed for good within 100.
    expect(misled[1]!).toBeLessThan(none[1]!)
  })

  it('is drawn from at the start, but for every fourth trial', async () => {
    const prior = { lr: { around: 1e-3, spread: 1.2 }, act: { tanh: 1 } }
    const study = await createStudy({
      space: wide,
      sampler: tpe({ prior, startupTrials: 200 }),
      seed: 5,
    })
    await study.optimize(() => 0, { trials: 200 })
    const trials = study.trials()
    const from = trials.filter((t) => t.why?.startsWith('tpe: start from the prior'))
    expect(from.map((t) => t.number % 4 === 3)).toEqual(Array(150).fill(false))
    // 95 % of a belief is where it says; within three deviations of it, that is.
    const near = from.filter((t) => Math.abs(Math.log((t.values['lr'] as number) / 1e-3)) < 0.55)
    expect(near.length).toBeGreaterThan(130)
    expect(from.filter((t) => t.values['act'] === 'tanh').length).toBeGreaterThan(135)
    expect(new Set(from.map((t) => t.values['layers'])).size).toBe(9)
    expect(trials[3]?.why).toContain('even start')
  })

  it('counts as much as some results, and less the more there are', async () => {
    // Good results lie everywhere, so that the trials themselves say little.
    const s = space({ x: float(0, 1) }) as SearchSpace
    const near = async (priorWeight: number, results: number): Promise<number> => {
      const trials = Array.from({ length: results }, (_, i) => ({
        values: { x: (i + 0.5) / results },
        state: 'complete' as const,
        metrics: { value: i % 7 },
      }))
      const history = historyOf(madeEvents({ space: s }, trials))
      historyOf(madeTrial(results, { state: 'running' }).start, history)
      let count = 0
      for (let seed = 0; seed < 40; seed++) {
        const sampler = tpe({ prior: { x: { around: 0.9, spread: 0.03 } }, priorWeight })
        const view = liveView(history, results)
        const draw = { view, trial: results, rng: createRng(seed), seed }
        const { values } = await sampler.propose(s, draw)
        if (Math.abs((values['x'] as number) - 0.9) < 0.1) count++
      }
      return count
    }
    expect(await near(10, 20)).toBeGreaterThan(30)
    expect(await near(0, 20)).toBeLessThan(15)
    expect(await near(10, 2000)).toBeLessThan(20)
    expect(await near(1000, 2000)).toBeGreaterThan(30)
  })

  it('keeps to the constraints of the space', async () => {
    const s = space({ a: float(0, 1), b: float(0, 1) }, { require: ['a + b <= 1'] })
    const prior = { a: { around: 0.9, spread: 0.1 }, b: { around: 0.9, spread: 0.1 } }
    const study = await createStudy({ space: s, sampler: tpe({ prior }), seed: 1 })
    await study.optimize(({ params }) => params.a, { trials: 30 })
    for (const { values } of study.trials()) {
      expect((values['a'] as number) + (values['b'] as number)).toBeLessThanOrEqual(1)
    }
  })

  it('may be about parameters that are met while objectives run', async () => {
    const study = await createStudy({
      space: space({}),
      sampler: tpe({ prior: { x: { around: 0.3, spread: 0.01 }, never: { yes: 1 } } }),
      seed: 2,
    })
    await study.optimize((trial) => trial.suggestFloat('x', 0, 1), { trials: 10 })
    const near = study.trials().filter((t) => Math.abs((t.params as { x: number }).x - 0.3) < 0.04)
    expect(near.length).toBeGreaterThanOrEqual(5)
  })

  it('is refused with every mistake', async () => {
    expect(
      await refusal({
        momentun: { around: 0.5 },
        lr: { around: 2, spread: 3 },
        units: { around: 64, spread: 0.5 },
        momentum: { around: 0.9, spread: 0 },
        layers: { around: 3, width: 1 },
        act: { relu: 1, elu: 2 },
        size: { s: -1, m: 2 },
        odd: { null: 0 },
      }),
    ).toBe(
      [
        'tpe: 8 problems',
        '  prior.momentun: The space has no such parameter. Did you mean "momentum"?',
        '  prior.lr: around must lie in float 0.00001..1 log, but got 2.',
        '  prior.units: spread is a factor above 1 on a log scale, but got 0.5.',
        '  prior.momentum: spread > 0 must hold, but got 0.',
        '  prior.layers: The belief about int 1..9 is { around, spread }; "width" is neither.',
        '  prior.act: There is no label "elu" in choice "relu", "tanh", "gelu".',
        '  prior.size: Weights are at least 0, but that of "s" is -1.',
        '  prior.odd: At least one label needs a weight above 0.',
      ].join('\n'),
    )
    expect(await refusal({ lr: 1e-3, act: ['tanh'], units: {}, layers: { around: 'few' } })).toBe(
      [
        'tpe: 4 problems',
        ...[
          ['lr', '0.001'],
          ['act', '["tanh"]'],
          ['units', '{}'],
          ['layers', '{"around":"few"}'],
        ].map(
          ([name, given]) =>
            `  prior.${name}: A belief is { around, spread } with numbers or a weight for each label, but got ${given}.`,
        ),
      ].join('\n'),
    )
    expect(await refusal([])).toBe(
      'tpe: 1 problem\n  prior: It holds beliefs by parameter, but got [].',
    )
  })
})

describe('a belief', () => {
  const given: Prior = {
    lr: { around: 1e-3, spread: 3 },
    momentum: { around: 1 },
    layers: { around: 4, spread: 1 },
    units: { around: 64, spread: 1.5 },
    act: { tanh: 2, gelu: 1 },
    size: { l: 1 },
  }

  it.each(Object.keys(given))('about %s is a density, and draws are from it', (name) => {
    const belief = beliefs(given).get(name)!
    const { dimension } = belief
    const cells = Number.isFinite(dimension.count) ? dimension.count : 2000
    const width = (i: number): number =>
      dimension.kind === 'grid' ? dimension.edges[i + 1]! - dimension.edges[i]! : 1 / cells
    const codeAt = (i: number): number => (dimension.kind === 'continuous' ? (i + 0.5) / cells : i)
    const masses = Array.from(
      { length: cells },
      (_, i) => Math.exp(belief.logDensity(codeAt(i))) * width(i),
    )
    expect(masses.reduce((a, b) => a + b)).toBeCloseTo(1, 3)
    // Evenly spread u give as many draws below a code as there is mass.
    let below = 0
    const draws = Array.from({ length: 4000 }, (_, k) => belief.draw((k + 0.5) / 4000))
    for (let i = 0; i < cells; i += Math.ceil(cells / 9)) {
      below = masses.slice(0, i + 1).reduce((a, b) => a + b)
      const to = dimension.kind === 'continuous' ? (i + 1) / cells : i
      const share = draws.filter((code) => code <= to).length / 4000
      expect(share).toBeCloseTo(below, 2)
    }
  })

  it('is in the units of its parameter', () => {
    const all = beliefs(given)
    const drop = (name: string, a: number, b: number): number => {
      const dimension = dimensionOf(wide.params[wide.index.get(name)!]!.distribution)
      const at = (value: number): number => all.get(name)!.logDensity(dimension.codeOf(value))
      return at(a) - at(b)
    }
    // One deviation off lowers a normal log density by 1/2; the even twentieth damps it a little.
    expect(drop('lr', 1e-3, 3e-3)).toBeCloseTo(0.5, 1)
    expect(drop('lr', 3e-3, 1e-3 / 3)).toBeCloseTo(0, 6)
    expect(drop('layers', 4, 5)).toBeCloseTo(0.5, 1)
    expect(drop('units', 64, 96)).toBeCloseTo(0.5, 1)
  })

  it('goes by the text of labels, a string first', () => {
    const shares = [0, 1, 2, 3].map((code) =>
      beliefs({ odd: { true: 1, null: 3 } })
        .get('odd')!
        .logDensity(code),
    )
    const [yes, no, text, nothing] = shares.map((x) => Math.exp(x) / 4) as [
      number,
      number,
      number,
      number,
    ]
    expect(yes).toBeCloseTo(0.05 / 4, 12)
    expect(no).toBeCloseTo(0.05 / 4, 12)
    expect(text).toBeCloseTo(0.95 / 4 + 0.05 / 4, 12)
    expect(nothing).toBeCloseTo((0.95 * 3) / 4 + 0.05 / 4, 12)
  })

  it('is finite and keeps to the range, however sure it is', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (around, spread, u) => {
          const belief = beliefs({ momentum: { around, spread } }).get('momentum')!
          const code = belief.draw(u)
          expect(code).toBeGreaterThanOrEqual(0)
          expect(code).toBeLessThanOrEqual(1)
          for (const x of [0, code, 1]) {
            expect(belief.logDensity(x)).toBeGreaterThanOrEqual(Math.log(0.05) - 1e-9)
            expect(belief.logDensity(x)).toBeLessThan(Infinity)
          }
        },
      ),
    )
  })
})
