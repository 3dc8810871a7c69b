import { describe, expect, test } from 'vitest'
import { convertColumn, describeColumns } from '../../src/data/column-kinds.ts'
import { readDate, swapDayAndMonth } from '../../src/data/dates.ts'
import {
  columnNamed,
  selectColumns,
  selectRows,
  tableOf,
  withoutColumns,
} from '../../src/data/table.ts'

const day = Date.UTC(2020, 0, 2)
const table = tableOf({
  n: [1, null, 3],
  c: ['x', 'y', null],
  b: [true, false, true],
  d: [new Date(day), null, new Date(day)],
})

describe('tables', () => {
  test('are made of plain values', () => {
    expect(table.rows).toBe(3)
    expect(columnNamed(table, 'n')).toEqual({
      kind: 'number',
      name: 'n',
      values: Float64Array.of(1, NaN, 3),
    })
    expect(columnNamed(table, 'c')).toMatchObject({
      codes: Int32Array.of(0, 1, -1),
      labels: ['x', 'y'],
    })
    expect(columnNamed(table, 'b')).toMatchObject({ kind: 'category', labels: ['true', 'false'] })
    expect(columnNamed(table, 'd')).toMatchObject({
      kind: 'date',
      values: Float64Array.of(day, NaN, day),
    })
  })

  test('are selected by rows and columns', () => {
    expect(selectColumns(table, ['d', 'n']).columns.map((column) => column.name)).toEqual([
      'd',
      'n',
    ])
    expect(withoutColumns(table, ['c', 'd']).columns.map((column) => column.name)).toEqual([
      'n',
      'b',
    ])
    const picked = selectRows(table, [2, 0, 2])
    expect(picked).toMatchObject({ rows: 3 })
    expect(columnNamed(picked, 'n')).toMatchObject({ values: Float64Array.of(3, 1, 3) })
    expect(columnNamed(picked, 'c')).toMatchObject({ codes: Int32Array.of(-1, 0, -1) })
    const run = selectRows(table, [1, 2])
    expect(columnNamed(run, 'n')).toMatchObject({ values: Float64Array.of(NaN, 3) })
    expect(selectRows(table, []).rows).toBe(0)
  })

  test('refuse what does not fit', () => {
    expect(() => tableOf({ a: [1], b: [1, 2] })).toThrow('"b" has 2 rows, but "a" has 1')
    expect(() => tableOf({ a: [1, 'x'] as unknown as number[] })).toThrow('row 1')
    expect(() => columnNamed(table, 'N')).toThrow('Did you mean "n"?')
    expect(() => selectRows(table, [3])).toThrow('whole numbers from 0 to 2')
    expect(() => selectRows(table, [0.5])).toThrow('Row 0.5')
  })
})

describe('kinds', () => {
  test('are turned into each other', () => {
    const numbers = convertColumn(columnNamed(table, 'n'), 'category')
    expect(numbers).toMatchObject({ codes: Int32Array.of(0, -1, 1), labels: ['1', '3'] })
    expect(convertColumn(numbers, 'number')).toMatchObject({ values: Float64Array.of(1, NaN, 3) })
    expect(convertColumn(columnNamed(table, 'd'), 'text')).toMatchObject({
      texts: ['2020-01-02T00:00:00.000Z', null, '2020-01-02T00:00:00.000Z'],
    })
    expect(() => convertColumn(columnNamed(table, 'c'), 'number')).toThrow('row 0, column "c": "x"')
  })

  test('are described', () => {
    const rows = 40
    const count = Array.from({ length: rows }, (_, i) => i)
    const described = describeColumns(
      tableOf({
        key: count.map((i) => (i * 7) % rows),
        code: count.map((i) => `k${i}`),
        rating: count.map((i) => i % 4),
        share: count.map((i) => i / 3),
        same: count.map((i) => (i < 3 ? null : 5)),
        stray: count.map((i) => (i === 7 ? 'x' : String(i))),
        yes: count.map((i) => i % 2 === 0),
      }),
    )
    const by = Object.fromEntries(described.map((column) => [column.name, column]))
    expect(described.filter((column) => column.id).map((column) => column.name)).toEqual([
      'key',
      'code',
      'stray',
    ])
    expect(described.filter((column) => column.fewValues).map((column) => column.name)).toEqual([
      'rating',
      'same',
    ])
    expect(described.filter((column) => column.constant).map((column) => column.name)).toEqual([
      'same',
    ])
    expect(described.filter((column) => column.binary).map((column) => column.name)).toEqual([
      'yes',
    ])
    expect(by.same).toMatchObject({ missing: 3, distinct: 1 })
    expect(by.share).toMatchObject({ whole: false, distinct: rows })
    expect(by.stray!.numeric).toBeCloseTo(39 / 40)
  })
})

describe('dates', () => {
  const iso = (text: string): string | undefined => {
    const found = readDate(text)
    return found === undefined ? undefined : new Date(found.ms).toISOString()
  }

  test('are read in the forms people use', () => {
    expect(iso('2020-01-02')).toBe('2020-01-02T00:00:00.000Z')
    expect(iso('2020-01-02T03:04:05.678Z')).toBe('2020-01-02T03:04:05.678Z')
    expect(iso('2020-01-02 03:04:05+02:00')).toBe('2020-01-02T01:04:05.000Z')
    expect(iso('2020-01-01T23:00-0530')).toBe('2020-01-02T04:30:00.000Z')
    expect(iso('2020/1/2 3:04')).toBe('2020-01-02T03:04:00.000Z')
    expect(iso('2.1.2020')).toBe('2020-01-02T00:00:00.000Z')
    expect(iso('2 Jan 2020')).toBe('2020-01-02T00:00:00.000Z')
    expect(iso('02-Jan-2020 10:00')).toBe('2020-01-02T10:00:00.000Z')
    expect(iso('January 2, 2020')).toBe('2020-01-02T00:00:00.000Z')
    expect(iso('Sept. 30 2020')).toBe('2020-09-30T00:00:00.000Z')
    expect(iso('0050-03-01')).toBe('0050-03-01T00:00:00.000Z')
  })

  test('days that do not exist and other texts are none', () => {
    for (const text of [
      '2020-02-30',
      '31/31/2020',
      '2020-13-01',
      '2020-1',
      '12.5.20',
      'May 2020',
      '1 Foo 2020',
      '2020-01/02',
      '2020-01-01 25:00',
    ]) {
      expect(iso(text), text).toBeUndefined()
    }
  })

  test('day and month change places with the time kept', () => {
    const found = readDate('3/4/2020 10:30')!
    expect(found.order).toBe('either')
    expect(new Date(swapDayAndMonth(found.ms)).toISOString()).toBe('2020-04-03T10:30:00.000Z')
    expect(new Date(swapDayAndMonth(readDate('3/4/1960 10:30')!.ms)).toISOString()).toBe(
      '1960-04-03T10:30:00.000Z',
    )
  })
})
