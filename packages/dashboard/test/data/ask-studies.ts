import type { History } from '@attune/core'
import {
  chartKinds,
  chartTable,
  csvLine,
  parseExpression,
  stateOf,
  studyFacts,
  trialScope,
  trialsTable,
  matches,
  paramsOf,
  rankTrials,
  valuesOf,
} from '@attune/core'
import { beforeAll, describe, expect, test } from 'vitest'

import { chartRequest } from '../../src/data/draw-charts.ts'
import type { OpenedStudy } from '../../src/data/engine.ts'
import { packChart } from '../../src/data/pack-chart.ts'
import { madeEvents } from '../made-studies.ts'
import { eventBook } from '../../src/data/event-book.ts'
import { inPage, journalFile } from './in-page.ts'
import { historyOf } from './small-server.ts'

/** Everything that the engine is asked of a made study, against core. */
export function testStudies(names: readonly string[]): void {
  describe.each(names)('the study %s', (name) => {
    let study: OpenedStudy
    let history: History
    let book: ReturnType<typeof eventBook>
    beforeAll(async () => {
      const events = [...(await madeEvents(name))]
      history = historyOf(events)
      book = eventBook()
      book.add(events.map((event, i) => ({ seq: i + 1, event })))
      study = await inPage().engine.open({ kind: 'file', file: journalFile(events) })
    }, 60_000)

    test('is what its journal says', async () => {
      const { about } = study
      expect(about).toMatchObject({ name, seed: 5, sampler: history.config?.sampler.name })
      expect(about.objectives).toEqual(history.config?.objectives)
      const flat = paramsOf(history).map((param) => `param:${param.name}`)
      expect(about.params.map(({ column }) => column).sort()).toEqual(flat.sort())
    })

    test('has the facts of core', async () => {
      const facts = await study.facts()
      const wanted = studyFacts(history, 0, { estimate: false })
      expect({ ...facts, best: undefined, elapsedSeconds: 0, sinceGain: 0 }).toEqual({
        ...{ ...wanted, best: undefined, elapsedSeconds: 0, sinceGain: 0 },
      })
      expect(facts.best?.trial).toBe(wanted.best?.trial)
      expect(facts.best?.params).toEqual(wanted.best?.params)
    })

    test('has the charts of core, number by number', async () => {
      const kinds = ['history', 'slice', 'parallel', 'edf', 'failures', 'timeline', 'curves']
      if (study.about.objectives.length > 1) kinds.push('front', 'hypervolume')
      for (const chart of kinds) {
        const { draw, drawAll } = chartKinds[chart]!
        const plotted = { name, history, reported: book.reports, attempts: book.attempts }
        const request = chartRequest(history, { chart })
        const wanted = draw
          ? await draw(plotted, request)
          : [drawAll!([{ name, histories: [history] }], request)]
        const found = await study.charts({ chart })
        expect(found).toHaveLength(wanted.length)
        found.forEach((one, i) => expect(one).toEqual(packChart(wanted[i]!, one.key)))
        expect(new Set(found.map(({ key }) => key)).size).toBe(found.length)
        if (wanted[0] === undefined) continue
        const { columns, rows } = await study.chartTable({ chart }, 0)
        const table = chartTable(wanted[0])
        expect(columns).toEqual(table.columns)
        expect(rows).toHaveLength(table.rows.length)
      }
    })

    test('selects the trials for which an expression is true', async () => {
      const { scope, reader } = trialScope(history)
      const [objective] = study.about.objectives
      const sources = [
        'number % 2 == 0',
        'state == "complete" or seconds > 4',
        'number > 3 and not (epoch > 0)',
      ]
      if (/^\w+$/.test(objective!.name)) sources.push(`${objective!.name} < 0.5`)
      expect(scope.names).toContain('seconds')
      for (const source of sources) {
        const expression = parseExpression(source)
        const read = reader(expression.names)
        const wanted = Array.from({ length: history.length }, (_, trial) =>
          Number(matches(expression, read(trial))),
        )
        const mask = await study.mask([{ kind: 'where', expression: source }])
        expect([...mask]).toEqual(wanted)
        expect(await study.checkWhere(source)).toBeUndefined()
      }
      await expect(study.mask([{ kind: 'where', expression: 'no_such > 1' }])).rejects.toThrow(
        /no_such/,
      )
      expect(await study.checkWhere('no_such > 1')).toMatch(/no_such/)
      expect(await study.checkWhere('1 +')).toBeDefined()
    })

    test('tells each trial whole', async () => {
      for (let number = 0; number < Math.min(5, history.length); number++) {
        const view = await study.trial(number)
        expect(view).toMatchObject({
          number,
          state: stateOf(history, number),
          excluded: false,
          tags: history.details.get(number)?.tags ?? [],
        })
        const values = valuesOf(history, number)
        expect(view.params.map((param) => param.name)).toEqual(Object.keys(values))
        expect(await study.values(number)).toEqual(values)
        const place = rankTrials(history).indexOf(number)
        expect(view.rank?.place).toBe(place < 0 ? undefined : place + 1)
        if (history.details.get(number)?.failure) expect(view.failure?.reason).toBeDefined()
        if (view.curves !== undefined) expect(view.curves.kind).toBe('plane')
      }
      await expect(study.trial(history.length)).rejects.toThrow(/There is no trial/)
    })

    test('is a table, and CSV, and one piece', async () => {
      const columns = [
        'trial',
        'state',
        'seconds',
        ...study.about.params.map(({ column }) => column),
      ]
      const sort = { column: 'seconds', down: true }
      const { total, trials, cells, states } = await study.rows({ sort, from: 0, to: 10, columns })
      expect(total).toBe(history.length)
      expect(cells).toHaveLength(Math.min(10, history.length))
      expect([...trials].map(String)).toEqual(cells.map(([first]) => first))
      expect(states).toEqual(cells.map((row) => row[1]))
      const lines = (await study.csv()).trimEnd().split('\r\n')
      expect(lines).toHaveLength(history.length + 1)
      expect(`${lines[0]}\r\n`).toBe(csvLine(trialsTable(history).header))
      const packed = await study.pack()
      const stream = new Blob([packed as Uint8Array<ArrayBuffer>]).stream()
      const gzip = stream.pipeThrough(new CompressionStream('gzip'))
      const base64 = Buffer.from(await new Response(gzip).arrayBuffer()).toString('base64')
      const again = await inPage().engine.open({ kind: 'embedded', packed: base64 })
      const asKnown = { ...study.about, params: expect.anything() as never }
      expect(again.about).toEqual(asKnown)
      for (const chart of ['history', 'curves', 'timeline', 'slice']) {
        expect(await again.charts({ chart })).toEqual(await study.charts({ chart }))
      }
    })
  })
}
