import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { AnyChart, ChartTable } from '@attune/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PlotOptions } from '../../../src/cli/plot.ts'
import { hasUtf8, plot } from '../../../src/cli/plot.ts'
import { openStore } from '../../../src/journals/store.ts'
import type { TemporaryFolder } from '../../journals/temporary.ts'
import { created, temporaryFolder } from '../../journals/temporary.ts'
import type { Recorder } from './fixture.ts'
import { makeDigits, recorder } from './fixture.ts'

let folder: TemporaryFolder
let journal = ''
beforeAll(async () => {
  folder = temporaryFolder()
  journal = folder.file('a.db')
  await makeDigits(journal)
  await makeDigits(journal, { name: 'digits-2' })
  await using store = await openStore(journal)
  await using log = await store.journal('empty')
  await log.append([created('empty')])
})
afterAll(() => folder[Symbol.dispose]())

async function run(
  words: string,
  options: Omit<PlotOptions, 'words'> = {},
): Promise<{ readonly io: Recorder; readonly code: number }> {
  const io = recorder({ columns: 80 })
  const code = await plot({ journal, ascii: true, ...options, words: words.split(' ') }, io)
  return { io, code }
}

/** Draws into a file of this name, and reads it. */
async function file(
  words: string,
  name: string,
  options: Partial<PlotOptions> = {},
): Promise<string> {
  const output = folder.file(name)
  const { io, code } = await run(words, { ...options, output })
  expect([code, io.stderr]).toEqual([0, ''])
  expect(io.stdout).toContain(output)
  return readFileSync(output, 'utf8')
}

interface Drawn {
  readonly charts: readonly {
    readonly summary: string
    readonly chart: AnyChart
    readonly table: ChartTable
  }[]
}

describe('a chart in the terminal', () => {
  it('is a sketch as wide as it', async () => {
    const { io, code } = await run('digits history')
    expect(code).toBe(0)
    const lines = io.lines()
    expect(lines[0]).toBe('accuracy by trial')
    expect(lines[1]).toMatch(/^9 trials: /)
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80)
    expect(io.stdout).toContain('* best')
  })

  it('goes by time, as the distance to the best, with quartiles', async () => {
    const { io, code } = await run('digits history', {
      ...{ by: 'time', view: 'regret', quantiles: true },
    })
    expect(code).toBe(0)
    expect(io.lines()[0]).toBe('Distance to the best accuracy by time')
    // Too few are feasible for quartiles.
    expect(io.stdout).not.toContain('middle half')
    await expect(run('digits history', { by: 'money' })).rejects.toThrow(/trial, time, seconds/)
    await expect(run('digits slice', { by: 'time' })).rejects.toThrow(/--by: the chart slice/)
  })

  it('shows some of many small ones, and says how to see the others', async () => {
    const { io } = await run('digits slice', { param: 'lr' })
    expect(io.lines()[0]).toBe('accuracy over lr')
    const { io: all } = await run('digits slice')
    expect(all.stdout).toContain('accuracy over batch')
  })

  it('is ASCII where the terminal has nothing else', () => {
    expect(hasUtf8({ LANG: 'en_GB.UTF-8' })).toBe(true)
    expect(hasUtf8({ LC_ALL: 'C', LANG: 'en_GB.UTF-8' })).toBe(false)
    expect(hasUtf8({ LC_ALL: '', LC_CTYPE: 'C.utf8' })).toBe(true)
    expect(hasUtf8({})).toBe(false)
  })

  it('ends with 1 and the reason when there is nothing to draw', async () => {
    const { io, code } = await run('empty history')
    expect(code).toBe(1)
    expect(io.stdout).toContain('No trial yet.')
    expect(io.stderr).toBe('attune: No trial yet.\n')
  })
})

describe('a chart as a file', () => {
  it('is SVG, HTML, JSON or CSV by its ending', async () => {
    const svg = await file('digits history', 'h.svg', { width: '500', height: '300' })
    expect(svg).toContain('viewBox="0 0 500 300"')
    expect(svg).toMatch(/<desc [^>]*>accuracy by trial, maximized: best 0.9 since trial 1; /)

    const html = await file('digits history', 'h.html', { theme: 'dark' })
    expect(html).toContain('color-scheme: dark')
    expect(html).toContain('<figcaption>accuracy by trial, maximized: best 0.9')
    expect(html).toMatch(/<td class="n">0.9<\/td>/)
    expect(html.replaceAll('http://www.w3.org/', '')).not.toMatch(/https?:|<script/)

    const { charts } = JSON.parse(await file('digits history', 'h.json')) as Drawn
    expect(charts[0]!.summary).toMatch(/^accuracy by trial/)
    expect(charts[0]!.table.columns).toEqual(['mark', 'trial', 'accuracy', 'label'])

    const csv = await file('digits history', 'h.csv')
    const lines = csv.trimEnd().split('\r\n')
    expect(lines[0]).toBe('mark,trial,accuracy,label')
    expect(lines).toContain('complete,1,0.9,trial 1')
    expect(lines).toHaveLength(1 + charts[0]!.table.rows.length)
  })

  it('is a PNG picture where sharp is installed', async () => {
    const output = folder.file('h.png')
    expect((await run('digits history', { output, width: '200', height: '120' })).code).toBe(0)
    const png = readFileSync(output)
    expect([...png.subarray(1, 4)]).toEqual([...Buffer.from('PNG')])
    // Two dots a pixel, as the header of the file has it.
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([400, 240])
  })

  it('is written although there is nothing to draw, and says so', async () => {
    const output = folder.file('empty.svg')
    const { code } = await run('empty history', { output })
    expect(code).toBe(1)
    expect(readFileSync(output, 'utf8')).toContain('No trial yet.')
  })

  it('names charts in a table of several', async () => {
    const csv = await file('digits slice', 's.csv', { param: 'lr,momentum' })
    expect(csv).toMatch(/^chart,mark,lr,accuracy,label\r\naccuracy over lr,/)
    expect(csv).toContain('\r\n\r\nchart,mark,optimizer.sgd.momentum,accuracy,label\r\n')
  })
})

describe('what a chart may be asked for', () => {
  it('draws only the trials for which an expression holds, from first to last', async () => {
    const { charts } = JSON.parse(
      await file('digits history', 'w.json', { where: 'lr < 0.02 and state == "complete"' }),
    ) as Drawn
    const labels = charts[0]!.table.rows
      .filter(([mark]) => mark === 'complete')
      .map((row) => row[3])
    expect(labels).toEqual(['trial 0', 'trial 1', 'trial 6'])
    expect(charts[0]!.summary).toContain('4 trials')
  })

  it('takes parameters by their last name, units and log axes', async () => {
    const { charts } = JSON.parse(
      await file('digits scatter', 'u.json', {
        param: 'momentum,latency',
        units: ['latency=ms'],
        log: 'latency',
      }),
    ) as Drawn
    expect(charts[0]!.chart).toMatchObject({
      x: { name: 'optimizer.sgd.momentum' },
      y: { name: 'latency', unit: 'ms', scale: 'log' },
    })
  })

  it('puts several studies into one picture, seeds of one together', async () => {
    const apart = await file('digits digits-2 compare', 'c.json')
    const names = (text: string): unknown[] => {
      const { chart } = (JSON.parse(text) as Drawn).charts[0]!
      return 'marks' in chart ? chart.marks.map(({ kind, name }) => `${kind} ${name}`) : []
    }
    expect(names(apart)).toEqual(['line digits', 'line digits-2'])
    const together = await file('digits digits-2 compare', 'g.json', { seeds: true })
    expect(names(together)).toEqual(['band digits', 'line digits'])
    const side = JSON.parse(await file('digits digits-2 history', 's2.json')) as Drawn
    expect(side.charts.map(({ chart }) => chart.title)).toEqual([
      'digits: accuracy by trial',
      'digits-2: accuracy by trial',
    ])
  })

  it('has every chart of its list for a real study', async () => {
    const { io } = await run('', { list: true })
    const names = io
      .lines()
      .slice(1)
      .map((line) => line.split(' ')[0]!)
    expect(names).toContain('timeline')
    for (const name of names) {
      // The study has one objective.
      if (name === 'front') continue
      const options =
        name === 'scatter'
          ? { param: 'lr,seconds' }
          : name === 'trajectories'
            ? { metric: 'loss' }
            : name === 'learning-rate'
              ? { param: 'lr' }
              : {}
      const { code } = await run(`digits ${name}`, options)
      // With four results some things cannot be told; then the code says so.
      expect([0, 1]).toContain(code)
    }
  })
})

describe('what is refused', () => {
  const refused = async (words: string, options: Partial<PlotOptions> = {}): Promise<string> => {
    try {
      await run(words, options)
    } catch (error) {
      return (error as Error).message
    }
    return 'nothing'
  }

  it.each<[string, Partial<PlotOptions>, RegExp]>([
    ['digits histroy', {}, /no chart "histroy". Did you mean history\? There are history, /],
    ['history digits', {}, /The chart comes last: attune plot digits history/],
    ['history', {}, /holds 3 studies/],
    ['dgits history', {}, /Did you mean "digits"/],
    [
      'digits history',
      { param: 'lr' },
      /--param: the chart history has no use for it. It takes --obj/,
    ],
    ['digits history', { objective: 'acuracy' }, /no objective "acuracy". Did you mean accuracy/],
    ['digits curves', { metric: 'los' }, /no trial has a metric "los". Did you mean "loss"/],
    ['digits slice', { param: 'bath' }, /no column "bath" to draw. Did you mean "batch"/],
    ['digits history', { output: 'a.pdf' }, /There are \.svg, \.html, \.png, \.json, \.csv/],
    ['digits history', { theme: 'blue' }, /There are light and dark/],
    ['digits history', { width: 'wide' }, /--width takes a whole number/],
    ['digits history', { where: 'lrr < 1' }, /lrr/],
    ['digits history', { units: ['loss'] }, /--units takes column=unit/],
    ['digits scatter', {}, /--param lr,seconds/],
    ['digits front', {}, /two or more objectives, and the study has only accuracy/],
  ])('%s %o', async (words, options, message) => {
    expect(await refused(words, options)).toMatch(message)
  })

  it('never replaces a journal by a picture', async () => {
    const copy = folder.file('copy.svg')
    writeFileSync(copy, readFileSync(journal))
    expect(await refused('digits history', { output: copy })).toMatch(/is a journal/)
    rmSync(copy)
  })
})
