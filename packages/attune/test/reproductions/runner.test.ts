import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { float, random } from 'attune'
import type { Chart } from 'attune'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseRequest } from '../../../../reproductions/lib/arguments.ts'
import type { ContextOptions } from '../../../../reproductions/lib/context.ts'
import { openContext } from '../../../../reproductions/lib/context.ts'
import { thisMachine } from '../../../../reproductions/lib/machine.ts'
import type { Result } from '../../../../reproductions/lib/page.ts'
import type { StudyPlan } from '../../../../reproductions/lib/reproduction.ts'
import { placesIn, writeIndex, writeResult } from '../../../../reproductions/lib/write-results.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'attune-reproduce-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const lines: string[] = []
const options = (signal: AbortSignal): ContextOptions => ({
  ...{ profile: 'short', data: undefined, workers: 1, signal, fresh: false },
  say: (text: string) => void lines.push(text),
  journal: join(folder, 'made-up.db'),
})

const plan: StudyPlan = {
  name: 'made-up',
  space: { x: float(0, 1) },
  objective: { minimize: 'loss' },
  trials: 6,
  sampler: random(),
  seed: 1,
  enqueue: [{ x: 0.25 }],
  module: new URL('./support/objective.mjs', import.meta.url),
  settings: { optimum: 0.25 },
}

const chart: Chart = {
  ...{ title: 'Loss', x: { name: 'trial' }, y: { name: 'loss' } },
  marks: [{ kind: 'points', name: 'complete', points: [[0, 1]] }],
}
const numbers = { difference: 0.1 }
const result: Result = {
  document: {
    ...{ name: 'genetic', title: 'Made up', source: 'Nobody, 2026' },
    claims: [{ id: 'X-1', text: 'a < b', published: 'no figures' }],
  },
  ...{ profile: 'short', date: '2026-01-02', seconds: 3, workers: 2, machine: thisMachine() },
  findings: {
    verdicts: [
      {
        claim: 'X-1',
        faithful: { status: 'reproduced', because: 'a is 0.1 less.', numbers },
        fair: { status: 'not reproduced', because: 'An interval holds 0.', numbers: {} },
      },
    ],
    sections: [
      {
        title: 'Table 1',
        text: ['Said here.'],
        parts: [
          {
            kind: 'table',
            title: 'Rows',
            columns: [{ name: 'way' }, { name: 'share', unit: '%', digits: 2 }],
            rows: [
              { origin: 'published', cells: ['a', 0.5] },
              { origin: 'ours', cells: ['a', null] },
            ],
          },
          { kind: 'figure', chart, caption: 'By trial.' },
        ],
      },
    ],
    differences: ['made up'],
    shortened: [],
    seeds: [1],
  },
}

describe('the runner of reproductions', () => {
  it('runs a study, and reads it when it has its trials', async () => {
    const quiet = new AbortController().signal
    await using context = await openContext(options(quiet))
    const { history } = await context.study({ ...plan, trials: 3 })
    expect(history.finished).toBe(3)
    const grown = await context.study(plan)
    const rows = (view: typeof grown): unknown[] =>
      Array.from({ length: 6 }, (_, trial) => view.history.values.get('x', trial))
    expect(rows(grown)[0]).toBe(0.25)
    expect(new Set(rows(grown)).size).toBe(6)
    const said = lines.length
    const again = await context.study(plan)
    expect(lines).toHaveLength(said)
    expect(rows(again)).toEqual(rows(grown))
    const reports = await context.reports('made-up')
    expect(reports).toHaveLength(6)
    expect(reports[0]).toEqual({ trial: 0, reports: [{ step: 1, values: { loss: 0, x: 0.25 } }] })
  })

  it('refuses results of another plan, unless it begins anew', async () => {
    const quiet = new AbortController().signal
    const other = { ...plan, settings: { optimum: 0.5 } }
    {
      await using context = await openContext(options(quiet))
      await expect(context.study(other)).rejects.toThrow(/other settings.*--fresh/s)
    }
    await using context = await openContext({ ...options(quiet), fresh: true })
    const { history } = await context.study({ ...other, trials: 1 })
    expect(history.columns.get('metric:loss')?.data[0]).toBe(0.0625)
  })

  it('stops when it is told to', async () => {
    const stop = new AbortController()
    stop.abort('enough')
    await using context = await openContext(options(stop.signal))
    await expect(context.study(plan)).rejects.toBe('enough')
  })
})

describe('the page of a document', () => {
  it('says every verdict in words and keeps the numbers for machines', async () => {
    const places = placesIn(folder, 'short', join(folder, 'out'))
    const page = await writeResult(result, places)
    await writeIndex(['genetic', 'rise'], places)
    const html = readFileSync(page, 'utf8')
    expect(html).toContain('✓ reproduced')
    expect(html).toContain('✗ not reproduced')
    expect(html).toContain('a &lt; b')
    expect(html).toContain('<td class="number">0.50</td>')
    expect(html.match(/<svg [^>]*viewBox/g)).toHaveLength(2)
    // Nothing is fetched and nothing is run.
    expect(html.replaceAll('http://www.w3.org/', '')).not.toMatch(/https?:|<script|<link|@import/)
    const json = JSON.parse(readFileSync(page.replace('.html', '.json'), 'utf8')) as Result
    expect(json.findings.verdicts[0]?.faithful.numbers).toEqual({ difference: 0.1 })
    const index = readFileSync(places.index, 'utf8')
    expect(index).toContain('href="genetic-short.html"')
    expect(index).not.toContain('rise')
  })
})

describe('the arguments', () => {
  it.each([
    ['gennetic', /Did you mean "genetic"/],
    ['--profile=long', /short or full, got "long"/],
    ['--workers=0', /from 1 on, got "0"/],
    ['--profil=short', /--help/],
  ])('refuse %s', (argument, message) => {
    expect(() => parseRequest([argument])).toThrow(message)
  })

  it('are documents in their own order, all of them by default', () => {
    expect(parseRequest(['genetic', 'rise']).names).toEqual(['rise', 'genetic'])
    expect(parseRequest([]).names).toHaveLength(4)
  })
})
