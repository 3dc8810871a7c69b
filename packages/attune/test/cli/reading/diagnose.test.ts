import type { ObjectivesOption } from '@attune/core'
import {
  convergence,
  createStudy,
  diagnoseSurrogate,
  estimateRegret,
  float,
  median,
  none,
  random,
  sobol,
  space,
  spaceOf,
} from '@attune/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { diagnose } from '../../../src/cli/diagnose.ts'
import { openForReading } from '../../../src/cli/open-study.ts'
import type { Diagnosis } from '../../../src/describe/describe-diagnosis.ts'
import { describeDiagnosis } from '../../../src/describe/describe-diagnosis.ts'
import { openStore } from '../../../src/journals/store.ts'
import { temporaryFolder } from '../../journals/temporary.ts'
import { attune } from '../support/attune.ts'
import type { Recorder } from './fixture.ts'
import { makeDigits, makeStudy, recorder } from './fixture.ts'

const shared = temporaryFolder()
const journal = shared.file('a.db')

type Results = number | Record<string, number>

interface Made {
  readonly trials: number
  readonly objective?: ObjectivesOption
  readonly constraints?: readonly string[]
  readonly pruned?: boolean
}

/** A study of a function over the unit square at even points. */
async function make(
  name: string,
  f: (x: number, y: number, trial: number) => Results,
  { trials, objective = { minimize: 'loss' }, constraints = [], pruned = false }: Made,
): Promise<void> {
  await using store = await openStore(journal)
  await using study = await createStudy({
    name,
    objective,
    constraints: [...constraints],
    space: space({ x: float(0, 1), y: float(0, 1) }),
    sampler: pruned ? random() : sobol(),
    scheduler: pruned ? median() : none(),
    seed: 1,
    journal: await store.journal(name),
  })
  for (let k = 0; k < trials; k++) {
    const trial = await study.ask()
    const { x, y } = trial.params
    const result = f(x, y, k)
    if (pruned && k % 4 > 0) {
      await trial.report({ loss: 5 })
      await study.tell(trial, 'pruned')
    } else await study.tell(trial, result as number)
  }
}

const bowl = (x: number, y: number): number => (x - 0.3) ** 2 + 2 * (y - 0.6) ** 2
const pair = (x: number, y: number): Results => ({ a: bowl(x, y), b: x })

beforeAll(async () => {
  await make('bowl', bowl, { trials: 30 })
  await make('up', (x, y) => ({ acc: 1 - bowl(x, y), cost: x }), {
    trials: 30,
    objective: { maximize: 'acc' },
    constraints: ['cost <= 0.5'],
  })
  await make('flat', () => 3, { trials: 12 })
  await make('noise', (x, y) => Math.sin(1e6 * x + 3e5 * y), { trials: 40 })
  await make('rough', (x, y) => bowl(x, y) + 0.3 * Math.sin(1e6 * x + 3e5 * y), { trials: 40 })
  await make('pruned', bowl, { trials: 60, pruned: true })
  await make('two', pair, { trials: 25, objective: [{ minimize: 'a' }, { maximize: 'b' }] })
  await makeDigits(journal)
  await makeStudy(journal, 'few', [3, 2, 1])
  await makeStudy(journal, 'five', [3, 2, 1, 5, 4])
  await makeStudy(journal, 'empty', [])
})
afterAll(() => shared[Symbol.dispose]())

async function run(study: string, json = false): Promise<Recorder> {
  const io = recorder()
  expect(await diagnose({ journal, study, json }, io)).toBe(0)
  expect(io.stderr).toBe('')
  return io
}

/** The lines of each section by its title. */
async function sections(study: string): Promise<Record<string, string[]>> {
  const blocks = (await run(study)).stdout.trimEnd().split('\n\n')
  return Object.fromEntries(
    blocks.map((block) => {
      const [title = '', ...lines] = block.split('\n')
      return [title, lines.map((line) => line.replace(/^ {2}/, ''))]
    }),
  )
}

interface DiagnosisJson {
  readonly name: string
  readonly trials: Record<string, number>
  readonly best?: { readonly number: number; readonly objectives: Record<string, number> }
  readonly front?: readonly object[]
  readonly convergence: {
    readonly trials: number[]
    readonly best: (number | string)[]
    readonly share: number[]
    readonly since: { readonly trials: number }
    readonly reference?: number[]
  }
  readonly regret: {
    readonly trial: number
    readonly best: number
    readonly bound: number
    readonly next: { readonly probability: number; readonly gain: number }
  } | null
  readonly regretUnknown?: string
  readonly surrogates: readonly {
    readonly objective: string
    readonly observed: number[]
    readonly predicted: number[]
    readonly unknown?: string
    readonly summary: {
      readonly r2: number
      readonly calibration: { readonly levels: number[]; readonly shares: number[] }
    } | null
  }[]
}

const read = async (study: string): Promise<DiagnosisJson> =>
  (await run(study, true)).json<DiagnosisJson>()[0]!

describe('attune diagnose', () => {
  it('says what is best, how it got there, what may be left and what a surrogate knows', async () => {
    const found = await sections('bowl')
    const json = await read('bowl')
    const { number, objectives } = json.best!
    const [title, ...others] = Object.keys(found)
    expect(title).toMatch(`Best: trial ${number}, loss `)
    expect(others).toEqual([
      'How it got there',
      'What may be left to gain',
      'How well a surrogate predicts loss',
    ])
    const since = 29 - number
    expect(found[title!]![0]).toMatch(`Nothing better in the ${since} trials (`)
    expect(found['How it got there']![0]).toMatch(/^loss [\d.]+ █[▁-█]{28}▁ [\d.e-]+$/)
    const after = [0.5, 0.9, 0.99].map(
      (share) => json.convergence.share.findIndex((x) => x >= share) + 1,
    )
    expect(found['How it got there']![1]).toBe(
      `Half of the improvement was there after ${after[0]} trials, 90 % after ${after[1]}, 99 % after ${after[2]} of 30.`,
    )
    const [bound] = found['What may be left to gain']!
    const size = Number(/^At most ([\d.e-]+): no loss below/.exec(bound!)![1])
    expect(size / json.regret!.bound).toBeCloseTo(1, 1)
    expect(size).toBeGreaterThan(objectives['loss']!)
    expect(found['How well a surrogate predicts loss']!.join('\n')).toMatch(
      /R².*\n.*rank correlation.*\n.*typical error(.*\n)*From 30 results it has learnt/,
    )
  })

  it('gives the same as one JSON object', async () => {
    const { convergence, regret, surrogates, ...rest } = await read('bowl')
    expect(rest).toMatchObject({ name: 'bowl', journal, trials: { complete: 30 } })
    expect(convergence.trials).toHaveLength(30)
    expect(convergence.best.at(-1)).toBe(regret!.best)
    expect(convergence.since.trials).toBe(29 - regret!.trial)
    expect(convergence.share.at(-1)).toBe(1)
    expect(regret!.next.probability).toBeGreaterThan(0)
    expect(Object.keys(regret!)).not.toContain('hyper')
    const [surrogate] = surrogates
    expect(surrogate!.objective).toBe('loss')
    expect(surrogate!.observed).toHaveLength(30)
    expect(surrogate!.summary!.r2).toBeGreaterThan(0.9)
    expect(surrogate!.summary!.calibration.levels.at(-1)).toBeCloseTo(0.95)
  })

  it('speaks of a maximised objective the other way, and of constraints', async () => {
    const found = await sections('up')
    const left = found['What may be left to gain']!
    expect(left[0]).toMatch(/no acc above /)
    expect(left.at(-1)).toMatch(/leaves the outcome constraints aside/)
    const { regret } = await read('up')
    expect(Number(/no acc above ([\d.]+) /.exec(left[0]!)![1])).toBeCloseTo(
      regret!.best + regret!.bound,
      3,
    )
  })

  it('is honest where it cannot tell', async () => {
    const flat = await sections('flat')
    expect(flat['Best: trial 0, loss 3']![0]).toMatch('Nothing better in the 11 trials')
    expect(flat['How it got there']![1]).toBe('No result was lower than the first one.')
    expect(flat['What may be left to gain']![0]).toMatch(/^It cannot be told\. .*all the same/)
    const noise = await sections('noise')
    expect(noise['What may be left to gain']!.join(' ')).toMatch(/Do not rely on it: .*hardly/)
    expect(noise['How well a surrogate predicts loss']!.join(' ')).toMatch(/mostly noise/)
    const rough = await sections('rough')
    expect(rough['How well a surrogate predicts loss']!.join(' ')).toMatch(/knows the broad lines/)
    const pruned = await sections('pruned')
    expect(pruned['What may be left to gain']!.at(-1)).toMatch(
      /only the 15 complete trials; 45 were stopped early/,
    )
    const five = await sections('five')
    expect(five['What may be left to gain']![0]).toMatch(/cannot be told.* from 10 .* has 5\./)
    expect(five['How well a surrogate predicts loss']!.at(-1)).toMatch(/^So few results/)
    const { regret, regretUnknown } = await read('five')
    expect(regret).toBeNull()
    expect(regretUnknown).toMatch(/from 10 complete trials on/)
  })

  it('warns of a surrogate that is too sure of itself, and tells a cautious one', async () => {
    await using study = await openForReading(journal, 'rough')
    const { history } = study
    const space = spaceOf(history)
    const known = diagnoseSurrogate(space, history)
    const textWith = (shares: (level: number) => number): string => {
      const levels = known.summary.calibration.levels
      const calibration = { levels, shares: levels.map(shares) }
      const diagnosis: Diagnosis = {
        best: [0],
        convergence: convergence(history),
        regret: estimateRegret(space, history),
        surrogates: [{ ...known, summary: { ...known.summary, calibration } }],
      }
      return describeDiagnosis(history, diagnosis, 80)
        .flatMap(({ lines }) => lines)
        .join('\n')
    }
    const sure = textWith((level) => 0.7 * level)
    expect(sure).toMatch(/Do not rely on it: the surrogate is too sure of itself/)
    expect(sure).toMatch(/It is too sure of itself: more results/)
    expect(textWith((level) => Math.min(1, 1.6 * level))).toMatch(/It is cautious/)
    const right = textWith((level) => level)
    expect(right).toMatch(/hold about as many results as they should/)
    expect(right).not.toMatch(/Do not rely/)
  })

  it('measures several objectives by their hypervolume', async () => {
    const found = await sections('two')
    const json = await read('two')
    const title = `Pareto front: ${json.front!.length} of 25 trials`
    expect(found[title]![0]).toMatch(/^Hypervolume [\d.]+, measured from a [\d.]+, b -?[\d.]+\.$/)
    expect(json.convergence.reference).toHaveLength(2)
    expect(found['What may be left to gain']![0]).toMatch(/cannot be told.* one objective/)
    expect(json.surrogates.map(({ objective }) => objective)).toEqual(['a', 'b'])
    expect(Object.keys(found)).toContain('How well a surrogate predicts b')
  })

  it.each([
    ['few', /has 3\. Run more trials\./],
    ['empty', /has 0\. Run more trials\./],
  ])('ends with 1 for a study with too few results: %s', async (study, message) => {
    for (const json of [false, true]) {
      const io = recorder()
      expect(await diagnose({ journal, study, json }, io)).toBe(1)
      expect(io.stdout).toBe('')
      expect(io.stderr).toMatch(message)
    }
  })

  it('copes with failed, infeasible and running trials', async () => {
    const found = await sections('digits')
    expect(Object.keys(found)[0]).toBe('Best: trial 1, accuracy 0.9')
    const { trials } = await read('digits')
    expect(trials).toMatchObject({ complete: 4, failed: 3, pruned: 1, running: 1 })
  })

  it('is a command', async () => {
    const { code, stdout } = await attune(['diagnose', 'bowl', '--journal', journal], shared.path)
    expect(code).toBe(0)
    expect(stdout).toBe((await run('bowl')).stdout)
    const few = await attune(['diagnose', 'few', '--journal', journal], shared.path)
    expect([few.code, few.stdout]).toEqual([1, ''])
  })
})
