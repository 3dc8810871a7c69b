import { describe, expect, it } from 'vitest'

import type { Journal, SimulatedClock, Study } from '../../src/index.ts'
import {
  bestTrials,
  checkArtifactName,
  convergence,
  createStudy,
  filesOf,
  float,
  grid,
  historyChart,
  int,
  laggedView,
  liveView,
  memoryJournal,
  random,
  rankFinished,
  replay,
  simulatedClock,
  space,
  verifyStudy,
} from '../../src/index.ts'
import { errorOf, eventsOf } from './support.ts'

const plane = space({ x: float(0, 1), n: int(1, 9) })
type Plane = { x: number; n: number }

interface Stage {
  readonly clock: SimulatedClock
  readonly journal: Journal
  open(worker?: string): Promise<Study<Plane, number>>
}

function stage(more: { readonly deterministic?: boolean } = {}): Stage {
  const clock = simulatedClock()
  const journal = memoryJournal()
  return {
    clock,
    journal,
    open: (worker = 'here') =>
      createStudy({
        ...{
          space: plane,
          objective: 'minimize',
          sampler: random(),
          seed: 3,
          clock,
          journal,
          worker,
        },
        probeWorker: () => 'alive',
        ...more,
      }) as Promise<Study<Plane, number>>,
  }
}

const settledIn = (view: ReturnType<typeof liveView>): number[] =>
  Array.from({ length: view.settledCount }, (_, i) => view.settledAt(i))

describe('a note', () => {
  it('of the study or of a trial stands with who wrote it and when, until it is taken away', async () => {
    const { clock, journal, open } = stage()
    const study = await open()
    await study.optimize(() => 1, { trials: 2 })
    await clock.advance(7)
    await study.annotate({ note: 'about all', title: 'Mine', by: 'ada' })
    const said = await study.annotate({ trial: 1, note: 'about 1', tags: ['a', 'b'] })
    expect(study.history.about).toEqual({
      ...{ title: 'Mine', tags: [], archived: false },
      note: { text: 'about all', at: 7, by: 'ada', seq: study.history.seq - 1 },
    })
    const { note, tags } = study.history.details.get(1)!
    expect([note, tags]).toEqual([{ text: 'about 1', at: 7, ...said }, ['a', 'b']])
    await study.annotate({ archived: true, tags: ['old'] })
    await study.annotate({ note: '', title: '' })
    expect((await replay(journal)).about).toEqual({ tags: ['old'], archived: true })
  })

  it('that two people edit is a conflict, and stays as the first of them wrote it', async () => {
    const { open } = stage()
    const study = await open()
    const other = await open('elsewhere')
    const first = await study.annotate({ note: 'one', was: 0 })
    expect(first).toEqual({ seq: study.history.seq })
    const { seq } = first as { seq: number }
    expect(await other.annotate({ note: 'other', was: 0 })).toEqual({
      conflict: study.history.about.note,
    })
    const second = await other.annotate({ note: 'two', was: seq })
    expect(await study.annotate({ note: 'three', was: seq })).toMatchObject({
      conflict: { text: 'two', ...second },
    })
    // Without saying what it was the last word counts.
    await study.annotate({ note: 'four' })
    expect(study.history.about.note?.text).toBe('four')
  })

  it('that lost a race to another writer changes nothing when it is read', async () => {
    const { journal, open } = stage()
    const study = await open()
    await study.annotate({ note: 'one' })
    const was = study.history.seq
    await study.annotate({ note: 'two', was })
    await journal.append([{ type: 'annotated', at: 0, note: 'late', tags: ['late'], was }])
    const { about } = await replay(journal)
    expect([about.note?.text, about.tags]).toEqual(['two', []])
  })

  it.each([
    [{}, /says something/],
    [{ trial: 0 }, /says something/],
    [{ excluded: true }, /excluded: only a trial has it/],
    [{ trial: 0, title: 'x' }, /title: only a study has it/],
    [{ tags: ['a', 'a'] }, /tags\[1\]: tags are different words/],
    [{ trial: 5, note: 'x' }, /has trials 0 to 0, got 5/],
  ])('that makes no sense is refused: %o', async (annotation, message) => {
    const { journal, open } = stage()
    const study = await open()
    await study.optimize(() => 1, { trials: 1 })
    const { length } = await eventsOf(journal)
    expect((await errorOf(study.annotate(annotation))).message).toMatch(message)
    expect(await eventsOf(journal)).toHaveLength(length)
  })
})

describe('attached files', () => {
  const file = (name: string, digit: string) => ({ name, sha256: digit.repeat(64), bytes: 1 })

  it('stand by name, the last one of each, until they are taken away', async () => {
    const { journal, open } = stage()
    const study = await open()
    await study.optimize(() => 1, { trials: 2 })
    await study.annotate({ attached: [file('b', '1'), file('a/x.png', '2')] })
    await study.annotate({ attached: [file('b', '3')], detached: ['a/x.png'] })
    await study.annotate({ trial: 1, attached: [file('b', '4')], note: 'odd' })
    expect(study.history.about.attached).toEqual([file('b', '3')])
    expect(study.trial(1).artifacts).toEqual([file('b', '4')])
    await study.annotate({ detached: ['b'] })
    await study.annotate({ trial: 1, detached: ['b'] })
    const { about, details } = await replay(journal)
    expect(about).toEqual({ tags: [], archived: false })
    expect(details.get(1)).not.toHaveProperty('attached')
    expect(details.get(1)?.note?.text).toBe('odd')
  })

  it('come before one that the program left under the same name, and give way to it again', () => {
    const artifacts = [file('a', '1'), file('b', '2')]
    expect(filesOf({ artifacts, attached: [file('b', '3')] })).toEqual([
      file('a', '1'),
      file('b', '3'),
    ])
    expect(filesOf({ artifacts })).toEqual(artifacts)
    expect(filesOf(undefined)).toEqual([])
  })

  it.each([
    [{ attached: [] }, /says something/],
    [{ attached: [file('../a', '1')] }, /attached\[0\]: .* must be relative/],
    [{ attached: [file('a', '1'), file('a', '2')] }, /attached\[1\]: "a" stands twice/],
    [{ attached: [{ ...file('a', '1'), sha256: 'x' }] }, /sha256 is 64 hexadecimal/],
    [{ attached: [{ ...file('a', '1'), bytes: -1 }] }, /bytes is a whole number/],
    [{ detached: ['a'] }, /no file "a" is attached; no file is/],
    [{ attached: [file('a', '1')], detached: ['a'] }, /"a" is also attached/],
    [
      { attached: Array.from({ length: 1001 }, (_, i) => file(`${i}`, '1')) },
      /at most 1000 files can be attached/,
    ],
  ])('that make no sense are refused: %o', async (annotation, message) => {
    const { journal, open } = stage()
    const study = await open()
    const { length } = await eventsOf(journal)
    expect((await errorOf(study.annotate(annotation))).message).toMatch(message)
    expect(await eventsOf(journal)).toHaveLength(length)
  })

  it('have names that lead out of no folder', () => {
    const good = ['a', '.hidden', 'plots/ä b/…', 'a..b', 'x'.repeat(200)]
    expect(good.map(checkArtifactName)).toEqual(good.map(() => undefined))
    const bad = [
      '',
      '/',
      '/a',
      'a/',
      'a//b',
      '.',
      '..',
      'a/../b',
      '../a',
      'a\\b',
      'C:a',
      'a\0',
      'a\n',
    ]
    for (const name of [...bad, 'x'.repeat(201), 'x/'.repeat(300)]) {
      expect([name, checkArtifactName(name) === undefined]).toEqual([name, false])
    }
  })
})

describe('an excluded trial', () => {
  it.each([false, true])(
    'is out of views, the best, analysis and charts, and comes back (deterministic: %s)',
    async (deterministic) => {
      const { open } = stage({ deterministic })
      const study = await open()
      await study.optimize(({ params }) => params.x, { trials: 12 })
      const { history } = study
      const view = (): number[] =>
        settledIn(deterministic ? laggedView(history, 12, 1) : liveView(history, 12))
      const [best] = bestTrials(history)
      const before = { view: view(), rank: rankFinished(history), era: history.era }
      await study.annotate({ trial: best!, excluded: true, why: 'a broken disk' })
      expect(history.details.get(best!)?.excludedFor).toBe('a broken disk')
      expect(history.era).toBeGreaterThan(before.era)
      expect(view()).toEqual(before.view.filter((trial) => trial !== best))
      expect(rankFinished(history)).toEqual(before.rank.slice(1))
      expect(bestTrials(history)).toEqual([before.rank[1]])
      expect(study.best()?.number).toBe(before.rank[1])
      expect([...convergence(history).trials]).not.toContain(best)
      const shown = historyChart(history).marks.flatMap((mark) =>
        mark.kind === 'points' ? (mark.trials ?? []) : [],
      )
      expect(shown).not.toContain(best)
      expect(new Set(shown).size).toBe(11)
      expect(liveView(history, 12).sees(best!)).toBe(false)
      await study.annotate({ trial: best!, excluded: false })
      expect([view(), rankFinished(history)]).toEqual([before.view, before.rank])
      expect(history.details.get(best!)?.excludedFor).toBeUndefined()
    },
  )

  it('is not pending while it runs, and stays out when it ends', async () => {
    const { open } = stage()
    const study = await open()
    const [one, two] = [await study.ask(), await study.ask()]
    await study.annotate({ trial: one.number, excluded: true })
    expect(liveView(study.history, 2).pending).toEqual([1])
    await study.tell(one, -5)
    await study.tell(two, 1)
    expect(settledIn(liveView(study.history, 2))).toEqual([1])
    expect(study.best()?.number).toBe(1)
  })

  it('leaves its cell of a grid free', async () => {
    const options = {
      space: space({ n: int(1, 3) }),
      objective: 'minimize',
      sampler: grid(),
    } as const
    const study = await createStudy(options)
    await study.optimize(({ params }) => params.n, { trials: 2 })
    const { n } = study.trial(0).params
    await study.annotate({ trial: 0, excluded: true })
    await study.optimize(({ params }) => params.n)
    expect(
      study
        .trials()
        .map(({ params }) => params.n)
        .toSorted(),
    ).toEqual([1, 2, 3, n].toSorted())
  })

  it('is no duplicate that is avoided', async () => {
    const options = { space: space({ n: int(1, 6) }), sampler: random() } as const
    const study = await createStudy({ ...options, objective: 'minimize', duplicates: 'resample' })
    await study.optimize(({ params }) => params.n, { trials: 6 })
    const numbers = study.trials().map(({ params }) => params.n)
    expect(new Set(numbers).size).toBe(6)
    await study.annotate({ trial: 2, excluded: true })
    await study.annotate({ trial: 4, excluded: true })
    await study.optimize(({ params }) => params.n, { trials: 8 })
    const again = study
      .trials()
      .slice(6)
      .map(({ params }) => params.n)
    expect(again.toSorted()).toEqual([numbers[2]!, numbers[4]!].toSorted())
  })

  it('is no duplicate whose result is taken over', async () => {
    const options = {
      space: space({ n: int(1, 1) }),
      objective: 'minimize',
      sampler: random(),
    } as const
    const study = await createStudy({ ...options, duplicates: 'memoise' })
    await study.optimize(() => 1, { trials: 2 })
    expect(study.trial(1).copyOf).toBe(0)
    for (const trial of [0, 1]) await study.annotate({ trial, excluded: true })
    await study.optimize(() => 2, { trials: 3 })
    expect(study.trial(2)).toMatchObject({ copyOf: undefined, objectives: [2] })
  })

  it.each([false, true])('is no hindrance to verification (deterministic: %s)', async (mode) => {
    const journal = memoryJournal()
    const options = { space: plane, objective: 'minimize', journal, deterministic: mode } as const
    const study = await createStudy({ ...options, lag: 2 })
    const objective = ({ params }: { params: Plane }): number => (params.x - 0.3) ** 2 + params.n
    await study.optimize(objective, { trials: 15, workers: 2 })
    await study.annotate({ trial: bestTrials(study.history)[0]!, excluded: true })
    await study.optimize(objective, { trials: 25, workers: 2 })
    await study.annotate({ trial: [...study.history.excluded][0]!, excluded: false })
    await study.optimize(objective, { trials: 30, workers: 2 })
    const { differences, checked } = await verifyStudy(journal)
    expect([differences, checked.suggestion]).toEqual([[], 30])
  })
})

describe('a trial that is ended from outside', () => {
  it('fails, and its worker ends it', async () => {
    const { clock, open } = stage()
    const study = await open()
    const reasons: unknown[] = []
    const run = study.optimize(
      ({ number, signal }) =>
        number > 0
          ? 1
          : new Promise((resolve) => {
              signal.addEventListener('abort', () => {
                reasons.push(signal.reason)
                resolve(5)
              })
            }),
      { trials: 2 },
    )
    await clock.advance(100)
    const other = await open('elsewhere')
    await other.fail(0, 'the room is on fire')
    await clock.advance(2000)
    await run
    expect(reasons).toEqual(['somebody ended the trial'])
    expect(study.trial(0)).toMatchObject({
      ...{ state: 'failed', failure: { reason: 'killed', message: 'the room is on fire' } },
      seconds: 0.1,
    })
    expect(study.trial(1).state).toBe('complete')
    const error = await errorOf(other.fail(0))
    expect([error.code, error.message]).toEqual([
      'trial/state',
      'Trial 0 is failed; only open trials can be ended.',
    ])
  })

  it('is told a result by somebody who did not ask for it, running or waiting', async () => {
    const { journal, open } = stage()
    const study = await open()
    const [one, two] = [await study.ask(), await study.ask()]
    for (const { number: trial } of [one, two]) {
      const event = {
        type: 'trial-requeued',
        at: 0,
        trial,
        epoch: 1,
        cause: 'interrupted',
      } as const
      await journal.append([event])
    }
    const judge = await open('judge')
    expect(await judge.tellOpen(two.number, 4)).toMatchObject({
      state: 'complete',
      objectives: [4],
    })
    const asked = await judge.ask()
    expect(asked.number).toBe(one.number)
    const other = await open('elsewhere')
    expect((await other.tellOpen(one.number, 3)).objectives).toEqual([3])
    await judge.tell(asked, 9)
    expect((await replay(journal)).stale).toBe(1)
    expect(judge.best()?.number).toBe(one.number)
    expect((await errorOf(other.tellOpen(7, 1))).message).toMatch(/has trials 0 to 1, got 7/)
  })
})
