import type { StudyEvent } from '../journal/event.ts'
import type { History } from '../journal/history.ts'
import { snapshotBytes } from '../journal/snapshot.ts'
import type { HistoryView } from '../journal/view.ts'
import { laggedView, liveView } from '../journal/view.ts'
import { normalDraw } from '../math/normal.ts'
import type { Rng } from '../math/rng.ts'
import { createRng } from '../math/rng.ts'
import { feasibleDraw } from '../samplers/feasible-draw.ts'
import type { Proposal, Sampler } from '../samplers/sampler.ts'
import { isFeasible } from '../space/constraint.ts'
import { countValues } from '../space/distribution.ts'
import { decodePoint } from '../space/encode.ts'
import { spaceFromJson } from '../space/from-json.ts'
import { checkValues } from '../space/nest.ts'
import type { SearchSpace, Values } from '../space/space.ts'
import { spaceToJson } from '../space/to-json.ts'
import { createStudy } from '../study/create-study.ts'
import type { Case } from './case.ts'
import { check, checkEqual, checkRejects } from './case.ts'
import type { MadeStudy, MadeTrial } from './made-history.ts'
import { historyOf, madeEvents, madeStudy, madeTrial } from './made-history.ts'
import type { ZooSpace } from './space-zoo.ts'
import { spaceZoo } from './space-zoo.ts'

export interface SamplerCasesOptions {
  /** The spaces to search; default: the whole zoo. */
  readonly spaces?: readonly ZooSpace[]
}

type Draw = () => Values
type Past = (draw: Draw, rng: Rng, space: SearchSpace) => readonly MadeTrial[]
const several = (count: number, make: (i: number) => MadeTrial): MadeTrial[] =>
  Array.from({ length: count }, (_, i) => make(i))

/** Histories that samplers meet, most of them more often than one would like. */
const pasts: Readonly<Record<string, Past>> = {
  'no trials': () => [],
  'one trial': (draw) => [{ values: draw(), state: 'complete', metrics: { value: 1 } }],
  'only failed trials': (draw) => several(25, () => ({ values: draw(), state: 'failed' })),
  'results that are NaN or infinite': (draw) =>
    several(25, (i) => {
      const value = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, i, -i][i % 5]
      return { values: draw(), state: 'complete', metrics: { value: value as number } }
    }),
  'nothing but infinity': (draw) =>
    several(25, (i) => ({
      values: draw(),
      state: 'complete',
      metrics: { value: i < 12 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY },
    })),
  'equal results': (draw) =>
    several(25, () => ({ values: draw(), state: 'complete', metrics: { value: 3 } })),
  'one configuration again and again': (draw) => {
    const values = draw()
    return several(25, (i) => ({ values, state: 'complete', metrics: { value: i } }))
  },
  'running trials': (draw) =>
    several(30, (i) =>
      i % 2 === 0
        ? { values: draw(), state: 'complete', metrics: { value: i } }
        : { values: draw(), state: 'running', reports: [[1, { value: -i }]] },
    ),
  'trials that have no values yet': (draw) =>
    several(25, (i) =>
      i % 6 === 5
        ? { state: 'running' }
        : { values: draw(), state: 'complete', metrics: { value: i } },
    ),
  'pruned trials': (draw) =>
    several(30, (i) => ({
      values: draw(),
      state: i % 10 === 0 ? 'complete' : 'pruned',
      reports: i % 3 === 1 ? [] : [[i % 7, { value: i % 5 === 0 ? Number.NaN : i }]],
      ...(i % 10 === 0 ? { metrics: { value: i } } : {}),
    })),
  'results that break an outcome constraint': (draw) =>
    several(25, (i) => ({
      values: draw(),
      state: 'complete',
      metrics: i % 4 === 3 ? { value: i } : { value: i, cost: i % 3 },
    })),
  'enqueued trials that break the constraints': (_, rng, space) =>
    several(25, (i) => ({
      values: decodePoint(
        space,
        space.params.map(() => rng.next()),
      ),
      state: i % 9 === 8 ? 'running' : 'complete',
      metrics: { value: i },
    })),
  'trials of another space': (draw) =>
    several(25, (i) => ({
      values: i % 5 === 4 ? draw() : spoiled(draw(), i),
      state: 'complete',
      metrics: { value: i },
    })),
  'everything at once': (draw, rng) =>
    several(40, (i) => ({
      values: draw(),
      state:
        (['complete', 'complete', 'failed', 'pruned', 'running'] as const)[rng.int(5)] ?? 'failed',
      reports: [[1, { value: normalDraw(rng) }]],
      metrics: { value: normalDraw(rng) * 10 ** i, cost: rng.int(3) },
    })),
}

/** Values that have lost a parameter, gained one and left their ranges. */
function spoiled(values: Values, i: number): Values {
  const entries = Object.entries(values).filter((_, k) => k % 3 !== i % 3)
  const outside = entries.map(([name]) => [name, i % 2 === 0 ? 1e308 : 'no such label'])
  return { ...Object.fromEntries(outside), 'gone.long.ago': i }
}

/**
 * What every sampler must do, whatever the space and the history: propose values that are complete,
 * contained, active and feasible; depend on nothing but what it is shown; leave the history alone.
 * `make` gives a new sampler each time; what it does not support it must refuse.
 */
export function samplerCases(
  make: () => Sampler,
  options: SamplerCasesOptions = {},
): readonly Case[] {
  const { supports } = make()
  const zoo = (options.spaces ?? spaceZoo()).filter(({ space }) => suits(supports, space))
  return [
    ...zoo.flatMap((it) => [...pastCases(make, it), ...pureCases(make, it), studyCase(make, it)]),
    ...objectiveCases(make, zoo[0] as ZooSpace),
    ...(make().remaining === undefined ? [] : zoo.map((it) => endCase(make, it))),
  ]
}

function suits(supports: Sampler['supports'], space: SearchSpace): boolean {
  return (
    (supports.conditional || space.params.every((p) => p.when.length === 0)) &&
    (supports.constraints || space.constraints.length === 0) &&
    (supports.continuous ||
      space.params.every((p) => countValues(p.distribution) < Number.POSITIVE_INFINITY))
  )
}

const seed = 7
const rngOf = (trial: number): Rng => createRng(seed, 'suggest', trial)
const opening = (trial: number): readonly StudyEvent[] =>
  madeTrial(trial, { state: 'running' }).start
const viewFor = (history: History, trial: number): HistoryView =>
  history.config?.deterministic === true
    ? laggedView(history, trial, history.config.lag)
    : liveView(history, trial)

/** A proposal for a trial; undefined when the sampler has come to its end. */
async function propose(
  sampler: Sampler,
  space: SearchSpace,
  history: History,
  trial: number,
): Promise<Proposal | undefined> {
  const view = viewFor(history, trial)
  if ((sampler.remaining?.(space, view, seed) ?? 1) <= 0) return undefined
  if (history.length === trial) historyOf(opening(trial), history)
  return sampler.propose(space, { view: viewFor(history, trial), trial, rng: rngOf(trial), seed })
}

function checkProposal(space: SearchSpace, proposal: Proposal | undefined): void {
  if (proposal === undefined) return
  const problems = checkValues(space, proposal.values)
  checkEqual(problems, [], `the problems of ${JSON.stringify(proposal.values)}`)
  const broken = space.constraints.filter((c) => !c.satisfied(proposal.values))
  checkEqual(broken, [], `the constraints that ${JSON.stringify(proposal.values)} breaks`)
}

const drawer = (space: SearchSpace, rng: Rng): Draw => {
  let count = 0
  return () => feasibleDraw(space, rng.fork(count++))
}

function pastCases(make: () => Sampler, { name, space }: ZooSpace): Case[] {
  return Object.entries(pasts).map(([what, past]) => ({
    name: `${name}: proposes what the space allows after ${what}`,
    async run() {
      const rng = createRng('past', what)
      const study: MadeStudy = {
        space,
        ...(what.includes('outcome') ? { constraints: ['cost <= 1'] } : {}),
      }
      const history = historyOf(madeEvents(study, past(drawer(space, rng), rng, space)))
      const sampler = make()
      for (let i = 0; i < 4; i++) {
        const trial = history.length
        const proposal = await propose(sampler, space, history, trial)
        checkProposal(space, proposal)
        if (proposal === undefined) return
        const values = proposal.values
        historyOf([{ type: 'trial-suggested', at: 0, trial, values }], history)
      }
    },
  }))
}

const copyOf = (space: SearchSpace): SearchSpace => spaceFromJson(spaceToJson(space))

function pureCases(make: () => Sampler, { name, space }: ZooSpace): Case[] {
  const past = (rng: Rng): readonly MadeTrial[] =>
    (pasts['everything at once'] as Past)(drawer(space, rng), rng, space)
  return [
    {
      name: `${name}: leaves the history as it is`,
      async run() {
        const history = historyOf(madeEvents({ space }, past(createRng('untouched'))))
        const trial = history.length
        historyOf(opening(trial), history)
        const before = snapshotBytes(history)
        for (let i = 0; i < 2; i++) {
          const view = liveView(history, trial)
          if ((make().remaining?.(space, view, seed) ?? 1) <= 0) return
          await make().propose(space, { view, trial, rng: rngOf(trial), seed })
          checkEqual(snapshotBytes(history), before, 'the history')
        }
      },
    },
    {
      name: `${name}: proposes the same whether it is new or has long been at work`,
      run: () => compareWithFresh(make, space, { space }),
    },
    {
      name: `${name}: proposes the same in deterministic mode, however far others have come`,
      run: () => compareAhead(make, space),
    },
  ]
}

/**
 * Lets a study grow with some trials running at a time and compares each proposal of a sampler that
 * saw it all with that of a new one.
 */
async function compareWithFresh(
  make: () => Sampler,
  space: SearchSpace,
  study: MadeStudy,
): Promise<void> {
  const rng = createRng('growth')
  const old = make()
  const events: StudyEvent[] = [madeStudy(study)]
  const history = historyOf(events)
  const running: (readonly StudyEvent[])[] = []
  const record = (more: readonly StudyEvent[]): void => {
    events.push(...more)
    historyOf(more, history)
  }
  for (let trial = 0; trial < 32; trial++) {
    const proposal = await propose(old, space, history, trial)
    const replayed = historyOf(events)
    const fresh = await propose(make(), copyOf(space), replayed, trial)
    checkEqual(fresh?.values, proposal?.values, `what a new sampler proposes for trial ${trial}`)
    if (proposal === undefined) return
    const { start, rest } = madeTrial(trial, {
      values: proposal.values,
      state:
        (['complete', 'complete', 'complete', 'pruned', 'failed'] as const)[rng.int(5)] ?? 'failed',
      reports: [[1, { value: normalDraw(rng) }]],
      metrics: { value: normalDraw(rng), gain: normalDraw(rng) },
    })
    events.push(...opening(trial))
    record(start.slice(2))
    running.push(rest)
    if (running.length > 3) record(running.splice(rng.int(running.length), 1)[0] ?? [])
  }
}

/** Compares proposals on a finished history with those on what the view shows of it. */
async function compareAhead(make: () => Sampler, space: SearchSpace): Promise<void> {
  const lag = 4
  const study: MadeStudy = { space, deterministic: true, lag }
  const rng = createRng('ahead')
  const draw = drawer(space, rng)
  const trials = several(30, (i) => ({
    values: draw(),
    state: i % 4 === 3 ? 'failed' : 'complete',
    reports: [[1, { value: normalDraw(rng) }]],
    metrics: { value: normalDraw(rng) },
  }))
  const ahead = historyOf(madeEvents(study, trials))
  const old = make()
  for (const trial of [3, 29, 12, 13, 28, 0, 21]) {
    const shown = historyOf([
      madeStudy(study),
      ...trials.slice(0, trial).flatMap((made, i) => {
        const { start, rest } = madeTrial(i, made)
        return i <= trial - lag ? [...start, ...rest] : start
      }),
    ])
    const fresh = await propose(make(), copyOf(space), shown, trial)
    const proposal = await propose(old, space, ahead, trial)
    checkEqual(proposal?.values, fresh?.values, `what is proposed for trial ${trial}`)
  }
}

function studyCase(make: () => Sampler, { name, space }: ZooSpace): Case {
  return {
    name: `${name}: serves a study with three workers`,
    async run() {
      const run = async (): Promise<readonly Values[]> => {
        await using study = await createStudy({ space, sampler: make(), seed, deterministic: true })
        await study.optimize(({ number }) => (number % 5) - 2, { trials: 14, workers: 3 })
        return study.trials().map((t) => t.values)
      }
      const values = await run()
      for (const one of values) checkProposal(space, { values: one })
      checkEqual(await run(), values, 'the trials of a second run')
    },
  }
}

function objectiveCases(make: () => Sampler, { space }: ZooSpace): Case[] {
  const objective = [{ minimize: 'value' }, { maximize: 'gain' }] as const
  if (make().supports.objectives === 'one') {
    return [
      {
        name: 'is refused for several objectives',
        run: () =>
          checkRejects(
            createStudy({ space, sampler: make(), objective }),
            'study/capability',
            'a study of two objectives',
          ),
      },
    ]
  }
  return [
    {
      name: 'proposes for several objectives, with results that are missing or no numbers',
      async run() {
        const rng = createRng('objectives')
        const draw = drawer(space, rng)
        const objectives = [
          { name: 'value', direction: 'minimize' },
          { name: 'gain', direction: 'maximize' },
        ] as const
        const trials = several(40, (i) => ({
          values: draw(),
          state: 'complete',
          metrics:
            i % 7 === 0
              ? { value: i }
              : { value: i % 11, gain: i % 9 === 0 ? Number.NaN : normalDraw(rng) },
        }))
        const history = historyOf(madeEvents({ space, objectives }, trials))
        checkProposal(space, await propose(make(), space, history, history.length))
        await compareWithFresh(make, space, { space, objectives })
      },
    },
  ]
}

function endCase(make: () => Sampler, { name, space }: ZooSpace): Case {
  return {
    name: `${name}: comes to its end with every configuration tried once`,
    async run() {
      const sampler = make()
      await using study = await createStudy({ space, sampler, seed })
      const all = sampler.remaining?.(space, liveView(study.history, 0), seed) ?? 0
      const { reason } = await study.optimize(() => 0, { trials: all + 5, workers: 3 })
      const keys = study.trials().map((t) => JSON.stringify(t.values))
      checkEqual(reason, 'exhausted', 'why the run ended')
      checkEqual(keys.length, all, 'the number of trials')
      checkEqual(new Set(keys).size, all, 'the number of different trials')
      check(
        study.trials().every((t) => isFeasible(space, t.values)),
        'every trial is feasible',
      )
    },
  }
}
