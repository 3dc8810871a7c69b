import { expect, test, vi } from 'vitest'

import { pairPlace } from '../../src/pages/study/charts/pair-place.ts'
import { parseCsv, parseJsonLines } from '../../src/pages/study/model/data-table.ts'
import { groupParams } from '../../src/pages/study/model/group-params.ts'
import { refreshOf } from '../../src/pages/study/model/refresh.ts'
import {
  between,
  countOf,
  selectionOf,
  toggled,
  trialsOf,
  unionOf,
} from '../../src/pages/study/model/selection-change.ts'
import { shownAs } from '../../src/pages/study/trial/shown-as.ts'
import { completions, typedName } from '../../src/pages/study/trials/completion.ts'

test('masks join whatever their length', () => {
  const union = unionOf(Uint8Array.of(1, 0), Uint8Array.of(0, 0, 1))
  expect(trialsOf(union)).toEqual([0, 2])
  expect(countOf(union)).toBe(2)
  expect(selectionOf([])).toBeUndefined()
})

test('a trial is taken in and out again, in order', () => {
  expect(toggled([3, 9], 5)).toEqual([3, 5, 9])
  expect(toggled([3, 5, 9], 5)).toEqual([3, 9])
})

test('a range of rows goes by the order of the table', () => {
  expect(between([7, 2, 9, 4], 9, 7)).toEqual([7, 2, 9])
  expect(between([7, 2], 99, 2)).toEqual([2])
})

test('names are completed where one is typed, not in texts', () => {
  expect(typedName('loss < 1 and lea', 16)).toEqual({ text: 'lea', from: 13, to: 16 })
  expect(typedName('opt == "ada', 11)).toBeUndefined()
  expect(typedName('opt == "ada" and l', 18)?.text).toBe('l')
  expect(typedName('loss < 1', 8)).toBeUndefined()
  expect(completions('rate', ['lr', 'rate', 'learning rate', 'rate2'])).toEqual([
    'rate2',
    'learning rate',
  ])
})

test('parameters stand with those that share their beginning', () => {
  const named = ['lr', 'opt', 'opt.sgd.momentum', 'a.b'].map((name) => ({ name }))
  expect(groupParams(named).map(({ name, params }) => [name, params.map((p) => p.short)])).toEqual([
    ['', ['lr', 'a.b']],
    ['opt', ['opt', 'sgd.momentum']],
  ])
})

test('a CSV is read with quotes, tabs and lines within fields', () => {
  expect(parseCsv('a,b\r\n1,"x, ""y""\nz"\n\n3,\n')).toEqual({
    columns: ['a', 'b'],
    rows: [
      ['1', 'x, "y"\nz'],
      ['3', ''],
    ],
    total: 2,
  })
  expect(parseCsv('a\tb\n1\t2').rows).toEqual([['1', '2']])
})

test('JSON lines are read past broken ones', () => {
  expect(parseJsonLines('{"a":1}\nbroken\n{"b":[2],"a":"x"}')).toEqual({
    columns: ['a', 'b'],
    rows: [
      ['1', ''],
      ['x', '[2]'],
    ],
    total: 2,
    broken: 1,
  })
  expect(parseJsonLines('{"a":1}\n\n')).toEqual({ columns: ['a'], rows: [['1']], total: 1 })
})

test('markup is never shown in the page', () => {
  const shown = (name: string, type: string, bytes = 10) =>
    shownAs({ name, type, bytes, sha256: '' })
  expect(shown('a.html', 'text/html')).toBe('none')
  expect(shown('a.svg', 'image/svg+xml')).toBe('none')
  expect(shown('a.png', 'image/png')).toBe('image')
  expect(shown('a.csv', 'text/csv')).toBe('table')
  expect(shown('a.csv', 'text/csv', 1e9)).toBe('none')
  expect(shown('a.txt', 'text/plain; charset=utf-8')).toBe('text')
  expect(shown('a.mp4', 'video/mp4')).toBe('video')
  expect(shown('a.chart.json', 'text/plain; charset=utf-8')).toBe('chart')
  expect(shown('a.bin', 'application/octet-stream')).toBe('none')
})

test('pairs of objectives are counted as core lists them', () => {
  const places = [
    [0, 1],
    [0, 2],
    [1, 2],
    [0, 3],
  ]
  expect(places.map(pairPlace)).toEqual([0, 1, 2, 3])
  expect(pairPlace([2, 0])).toBe(1)
})

test('a refresh runs once at a time, and once more for all that was asked meanwhile', async () => {
  vi.useFakeTimers()
  try {
    const ends: (() => void)[] = []
    const job = vi.fn(() => new Promise<void>((done) => ends.push(done)))
    using refresh = refreshOf(job, 50)
    refresh.ask()
    refresh.ask()
    refresh.ask()
    expect(job).toHaveBeenCalledTimes(1)
    ends[0]!()
    await vi.advanceTimersByTimeAsync(200)
    expect(job).toHaveBeenCalledTimes(2)
    ends[1]!()
    await vi.advanceTimersByTimeAsync(1000)
    expect(job).toHaveBeenCalledTimes(2)
  } finally {
    vi.useRealTimers()
  }
})
