import { describe, expect, it } from 'vitest'
import {
  asha,
  choice,
  createStudy,
  flag,
  float,
  int,
  list,
  median,
  memoryJournal,
  random,
  sobol,
  space,
  tpe,
  variant,
} from '../../src/index.ts'
import type { Journal, ObjectivesOption, StudyOptions } from '../../src/index.ts'
import { errorOf, eventsOf } from './support.ts'

const net = space({ lr: float(1e-5, 1, { scale: 'log' }), act: choice(['relu', 'tanh']) })

/** A journal that holds a study of three finished trials. */
async function stored<P, const O extends ObjectivesOption>(
  options: StudyOptions<P, O>,
): Promise<Journal> {
  const journal = memoryJournal()
  const study = await createStudy<P, O>({ name: 's', ...options, journal })
  for (let i = 0; i < 3; i++) {
    await study.tell(await study.ask(), { value: i, loss: i, acc: i, cost: i } as never)
  }
  return memoryJournal(await eventsOf(journal))
}

const base = { name: 's', space: net, objective: { minimize: 'loss' }, seed: 3 } as const

describe('a stored study', () => {
  it('goes on where it stopped', async () => {
    const study = await createStudy({ ...base, journal: await stored(base) })
    expect(study.trials().map((t) => t.objectives[0])).toEqual([0, 1, 2])
    expect((await study.ask()).number).toBe(3)
    expect(study.best()?.number).toBe(0)
  })

  it('has the same next trials as one that was never closed', async () => {
    for (const sampler of [random, sobol, () => tpe({ startupTrials: 2 })]) {
      const journal = await stored({ ...base, sampler: sampler() })
      const whole = await createStudy({ ...base, sampler: sampler() })
      const again = await createStudy({ ...base, journal })
      for (let i = 0; i < 6; i++) {
        const trial = await whole.ask()
        await whole.tell(trial, i)
        if (i < 3) continue
        const other = await again.ask()
        expect(other.values).toEqual(trial.values)
        await again.tell(other, i)
      }
    }
  })

  it('keeps its settings where none are given', async () => {
    const scheduler = asha({ minSteps: 2, factor: 4 })
    const sampler = tpe({ gamma: 0.3, startupTrials: 7 })
    const journal = await stored({ ...base, sampler, scheduler, deterministic: true, lag: 5 })
    const study = await createStudy({ space: net, objective: { minimize: 'loss' }, journal })
    expect(study.config).toMatchObject({
      name: 's',
      seed: 3,
      deterministic: true,
      lag: 5,
      sampler: { name: 'tpe', options: { gamma: 0.3, startupTrials: 7, candidates: 24 } },
      scheduler: { name: 'asha', options: { minSteps: 2, factor: 4 } },
    })
    expect((await eventsOf(journal)).filter((e) => e.type === 'study-changed')).toHaveLength(0)
  })

  it('does not get the defaults as a trial twice', async () => {
    const options = { name: 's', space: space({ x: float(0, 1, { default: 0.5 }) }) }
    const study = await createStudy({ ...options, journal: await stored(options) })
    expect(study.trial(0).values).toEqual({ x: 0.5 })
    expect((await study.ask()).values).not.toEqual({ x: 0.5 })
  })

  it('changes its sampler, its scheduler and its program without being asked', async () => {
    const journal = await stored(base)
    const study = await createStudy({
      ...base,
      journal,
      sampler: random(),
      scheduler: median(),
      program: { command: 'train' },
    })
    expect(study.history.config).toMatchObject({
      sampler: { name: 'random' },
      scheduler: { name: 'median' },
      program: { command: 'train' },
    })
    const again = await createStudy({ ...base, journal: memoryJournal(await eventsOf(journal)) })
    expect(again.config.sampler.name).toBe('random')
    expect(again.config.program).toEqual({ command: 'train' })
  })

  it('remembers another program, even if nothing else is new', async () => {
    const journal = await stored({ ...base, program: { command: 'a' } })
    await createStudy({ ...base, journal, program: { command: 'b' } })
    const again = await createStudy({ ...base, journal })
    expect(again.config.program).toEqual({ command: 'b' })
    expect((await eventsOf(journal)).filter((e) => e.type === 'study-changed')).toHaveLength(1)
  })

  it('is refused under another name', async () => {
    const error = await errorOf(createStudy({ ...base, name: 't', journal: await stored(base) }))
    expect([error.code, error.message]).toEqual([
      'study/exists',
      'This journal holds study "s", not "t". Use that name or another journal.',
    ])
  })
})

describe('a stored study that differs is refused, saying what will happen', () => {
  const restored =
    'Accept the changes (acceptChanges, --accept-changes), restore the settings, or choose another name.'
  const cases: [string, StudyOptions<never, ObjectivesOption>, string[]][] = [
    [
      'a range',
      {
        space: space({
          lr: float(1e-4, 1, { scale: 'log' }),
          act: choice(['relu', 'tanh']),
        }) as never,
      },
      [
        'space.lr: float 0.00001..1 log -> float 0.0001..1 log; new trials use the new range; old trials stay, and guide the search where their value is still one of them.',
      ],
    ],
    [
      'labels',
      {
        space: space({
          lr: float(1e-5, 1, { scale: 'log' }),
          act: choice(['relu', 'gelu']),
        }) as never,
      },
      [
        'space.act: choice "relu", "tanh" -> choice "relu", "gelu"; new trials use the new values; old trials stay, and guide the search where their value is still one of them.',
      ],
    ],
    [
      'parameters that come and go',
      { space: space({ lr: float(1e-5, 1, { scale: 'log' }), bias: flag() }) as never },
      [
        'space.act: choice "relu", "tanh" -> removed; new trials do not have it; old ones keep their values and still count.',
        'space.bias: absent -> choice false, true; new trials have it; old ones count without it.',
      ],
    ],
    [
      'constraints',
      {
        space: space(
          { lr: float(1e-5, 1, { scale: 'log' }), act: choice(['relu', 'tanh']) },
          { require: ['lr < 0.1'] },
        ) as never,
        constraints: ['cost <= 1'],
      },
      [
        'constraint on parameters: absent -> lr < 0.1; new trials obey it; old ones stay.',
        'outcome constraint: absent -> cost <= 1; finished trials are judged again; those without the metric count as infeasible.',
      ],
    ],
    [
      'the direction',
      { objective: { maximize: 'loss' } },
      [
        'objective: minimize loss -> maximize loss; finished trials are ranked again by the new objectives; those without a value for one of them are not ranked.',
      ],
    ],
    [
      'the objectives',
      { objective: [{ minimize: 'loss' }, { maximize: 'acc' }] },
      [
        'objective: minimize loss -> minimize loss, maximize acc; finished trials are ranked again by the new objectives; those without a value for one of them are not ranked.',
      ],
    ],
    [
      'seed, mode and lag',
      { seed: 4, deterministic: true, lag: 2 },
      [
        'seed: 3 -> 4; new trials draw from the new seed; the study cannot be repeated from one seed.',
        'deterministic: false -> true; only new trials follow the new rule.',
        'lag: 8 -> 2; only new trials follow the new lag.',
      ],
    ],
    [
      'a mild change beside a grave one',
      { seed: 4, sampler: random() },
      [
        'seed: 3 -> 4; new trials draw from the new seed; the study cannot be repeated from one seed.',
        'sampler: tpe(startupTrials: 5, candidates: 24, gamma: 0.15, grouping: "grouped", prior: {}, priorWeight: 10) -> random; new trials are proposed by it; it learns from all old ones.',
      ],
    ],
  ]
  it.each(cases)('%s', async (_, change, lines) => {
    const journal = await stored({ ...base, sampler: tpe({ startupTrials: 5 }) })
    const options = { ...base, ...change, journal } as never
    const error = await errorOf(createStudy(options))
    expect(error.code).toBe('study/changed')
    expect(error.message).toBe(
      [
        'Study "s" was stored with other settings:',
        ...lines.map((line) => `  ${line}`),
        restored,
      ].join('\n'),
    )
    expect(await eventsOf(journal)).toHaveLength(13)
    const no = createStudy({ ...(options as object), acceptChanges: () => false } as never)
    expect((await errorOf(no)).code).toBe('study/changed')
    const study = await createStudy({ ...(options as object), acceptChanges: true } as never)
    expect(study.trials()).toHaveLength(3)
    expect((await eventsOf(journal)).at(13)?.type).toBe('study-changed')
    const after = memoryJournal(await eventsOf(journal))
    const again = await createStudy({ ...(options as object), journal: after } as never)
    expect(again.trials()).toHaveLength(3)
  })

  it('when a function among its constraints is another one', async () => {
    const shape = { x: float(0, 1) }
    const small = space(shape, { require: [({ x }) => x < 0.5] })
    const smaller = space(shape, { require: [({ x }) => x < 0.4] })
    const options = { name: 's', space: small }
    const journal = await stored(options)
    await createStudy({ ...options, journal })
    const error = await errorOf(createStudy({ ...options, space: smaller, journal }))
    expect(error.message).toMatch(
      /constraint on parameters: function anonymous [0-9a-f]{16} -> removed; new trials need not obey it/,
    )
  })

  it('and a callback is shown the changes as data', async () => {
    const seen: unknown[] = []
    await createStudy({
      ...base,
      seed: 9,
      journal: await stored(base),
      acceptChanges: async (changes) => {
        seen.push(...changes)
        return true
      },
    })
    expect(seen).toEqual([
      {
        subject: 'seed',
        before: '3',
        after: '9',
        effect: 'new trials draw from the new seed; the study cannot be repeated from one seed',
        consent: true,
      },
    ])
  })
})

describe('a changed study', () => {
  it('ranks its old trials by the new direction and constraints', async () => {
    const journal = await stored(base)
    const changed = { journal, acceptChanges: true }
    const up = await createStudy({ ...base, ...changed, objective: { maximize: 'loss' } })
    expect(up.best()?.number).toBe(2)
    const bounded = await createStudy({
      ...base,
      ...changed,
      objective: { maximize: 'loss' },
      constraints: ['cost <= 1'],
    })
    expect(bounded.best()?.number).toBe(1)
    expect(bounded.trial(2).violation).toBe(1)
    expect(up.best()?.number).toBe(2)
    await up.refresh()
    expect(up.best()?.number).toBe(1)
  })

  it('uses old trials as far as they still say something', async () => {
    const before = space({ lr: float(0, 1), opt: variant({ sgd: { m: float(0, 1) }, adam: {} }) })
    const after = space({
      lr: float(0, 0.5),
      opt: variant({ adam: {}, rms: { m: float(0, 1) } }),
      layers: list(1, 3, { units: int(1, 9) }),
    })
    for (const sampler of [random(), sobol(), tpe({ startupTrials: 1 })]) {
      const journal = memoryJournal()
      const old = await createStudy({ space: before, sampler, journal })
      await old.optimize(({ params }) => params.lr, { trials: 20 })
      const study = await createStudy({ space: after, sampler, journal, acceptChanges: true })
      await study.optimize(({ params }) => params.lr + params.layers.length, { trials: 30 })
      expect(
        study
          .trials()
          .slice(20)
          .every((t) => t.params.lr <= 0.5),
      ).toBe(true)
      expect(study.trial(3).values).toEqual(old.trial(3).values)
    }
  })
})

describe('a study opened by its journal alone', () => {
  it('goes on with everything it was stored with', async () => {
    const journal = memoryJournal()
    const stored = await createStudy({
      name: 'known',
      space: space({ x: float(0, 1), n: int(1, 3) }),
      objective: { maximize: 'gain' },
      constraints: ['cost <= 1'],
      sampler: random(),
      journal,
      seed: 9,
    })
    const { config } = stored
    await stored.optimize(({ params }) => ({ gain: params.x, cost: params.n }), { trials: 3 })
    const again = await createStudy({ journal })
    expect(again.config).toEqual(config)
    await again.optimize(({ values }) => ({ gain: values['x'] as number, cost: 0 }), { trials: 5 })
    expect(again.trials().map((t) => Object.keys(t.values))).toEqual(Array(5).fill(['x', 'n']))
  })
})
