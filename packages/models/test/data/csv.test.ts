import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CsvOptions, readCsv } from '../../src/data/csv.ts'
import { textsOf } from '../../src/data/column-kinds.ts'
import type { Column, Table } from '../../src/data/table.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const latin = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0))

/** The bytes in pieces of this size, so that everything falls on a boundary once. */
const inPieces = (data: Uint8Array, size: number) =>
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < data.length; at += size) yield data.subarray(at, at + size)
  }

/** Columns as plain values, to compare with. */
function plain(table: Table): Record<string, unknown[]> {
  return Object.fromEntries(table.columns.map((column) => [column.name, plainColumn(column)]))
}

function plainColumn(column: Column): unknown[] {
  if (column.kind === 'number') return [...column.values]
  if (column.kind === 'date') {
    return [...column.values].map((ms) => (Number.isNaN(ms) ? null : new Date(ms).toISOString()))
  }
  return textsOf(column)
}

const read = async (text: string, options?: CsvOptions): Promise<Record<string, unknown[]>> =>
  plain(await readCsv(text, options))

describe('what a file looks like', () => {
  test('delimiters, headers and blanks are found', async () => {
    const expected = { a: [1, 2], b: ['x', 'y'], c: [0.5, -3] }
    for (const d of [',', '\t', ';', '|']) {
      expect(await read(`a${d}b${d}c\n1${d} x ${d}.5\n2${d}y${d}-3\n`)).toEqual(expected)
    }
    expect(await read('1 2.5\n3 4\n')).toEqual({ column1: [1, 3], column2: [2.5, 4] })
    // Neither commas within quotes nor decimal commas mislead.
    expect(await read('1,5;"a;b"\n2,5;c\n', { decimal: ',' })).toEqual({
      column1: [1.5, 2.5],
      column2: ['a;b', 'c'],
    })
    expect(await read('a few words\nand others\n')).toEqual({
      'a few words': ['and others'],
    })
  })

  test('a header is told from data', async () => {
    expect(await read('M,0.4\nF,0.5\nM,1')).toEqual({
      column1: ['M', 'F', 'M'],
      column2: [0.4, 0.5, 1],
    })
    expect(await read('name,2019\nx,0.5\ny,1')).toEqual({
      column1: ['name', 'x', 'y'],
      column2: [2019, 0.5, 1],
    })
    expect(await read('size,2019\n3,0.5\n4,1')).toEqual({ size: [3, 4], '2019': [0.5, 1] })
    expect(await read(',x\n1,a\n2,b')).toEqual({ column1: [1, 2], x: ['a', 'b'] })
    expect(await read('p,x\ne,x\np,y')).toEqual({
      column1: ['p', 'e', 'p'],
      column2: ['x', 'x', 'y'],
    })
    expect(await read('p,q\ne,x\nf,y')).toEqual({ p: ['e', 'f'], q: ['x', 'y'] })
    expect(await read('p,q\ne,x', { header: false })).toEqual({
      column1: ['p', 'e'],
      column2: ['q', 'x'],
    })
    expect(await read('1,2\n3,4', { header: true })).toEqual({ '1': [3], '2': [4] })
    expect(await read('1,2\n3,4', { names: ['u', 'v'] })).toEqual({ u: [1, 3], v: [2, 4] })
    expect(await read('## made by hand\n\nu,v\n3,4', { skipLines: 1 })).toEqual({ u: [3], v: [4] })
  })

  test('quotes, line ends and marks of byte order', async () => {
    const expected = { a: ['x, "y"', 'two\nlines'], b: [1, 2] }
    const lines = ['a,b', '"x, ""y""",1', '"two\nlines",2']
    expect(await read(`${lines.join('\n')}\n`)).toEqual(expected)
    expect(await read(`\uFEFF${lines.join('\r\n')}`)).toEqual(expected)
    expect(await read('a,b\rx,1\ry,2\r')).toEqual({ a: ['x', 'y'], b: [1, 2] })
    expect(await read("a,b\n'x,y',1\nz,2", { quote: "'" })).toEqual({ a: ['x,y', 'z'], b: [1, 2] })
  })

  test('empty lines are passed over, and are missing values where there is one column', async () => {
    expect(await read('\na,b\n\n1,2\n \n3,4\n\n')).toEqual({ a: [1, 3], b: [2, 4] })
    expect(await read('a\n1\n\n3\n\n\n')).toEqual({ a: [1, NaN, 3] })
    expect(await read('1\n2\n3')).toEqual({ column1: [1, 2, 3] })
  })

  test('gzip, byte order marks and encodings', async () => {
    const text = 'word,n\nfür,1\nça,2\n'
    const expected = { word: ['für', 'ça'], n: [1, 2] }
    const sixteen = new Uint8Array([0xff, 0xfe, ...[...text].flatMap((c) => [c.charCodeAt(0), 0])])
    const sources = [
      bytes(text),
      bytes(`\uFEFF${text}`),
      gzipSync(bytes(text)),
      sixteen,
      new Blob([bytes(text).slice()]),
      inPieces(bytes(text), 1),
      inPieces(gzipSync(bytes(text)), 3),
    ]
    for (const source of sources) expect(plain(await readCsv(source))).toEqual(expected)
    expect(plain(await readCsv(latin(text), { encoding: 'latin1' }))).toEqual(expected)
  })
})

describe('the kinds of columns', () => {
  test('are what all cells are', async () => {
    const text = [
      'n,code,d,yes,label,none,big,i',
      '1e3,007,2020-01-02,true,a,,12345678901234567890,1',
      '-.5,012,2020/1/3,false,b,NA,1,2',
      ' ?,100,,true,a,null,2,inf',
    ].join('\n')
    const table = await readCsv(text)
    expect(table.columns.map((column) => column.kind)).toEqual([
      'number',
      'category',
      'date',
      'category',
      'category',
      'number',
      'category',
      'number',
    ])
    expect(plain(table)).toEqual({
      n: [1000, -0.5, NaN],
      code: ['007', '012', '100'],
      d: ['2020-01-02T00:00:00.000Z', '2020-01-03T00:00:00.000Z', null],
      yes: ['true', 'false', 'true'],
      label: ['a', 'b', 'a'],
      none: [NaN, NaN, NaN],
      big: ['12345678901234567890', '1', '2'],
      i: [1, 2, Infinity],
    })
  })

  test('a late cell of another kind has the column read again, exactly as it stands', async () => {
    const rows = Array.from({ length: 300 }, (_, i) => `${i}.50,2020-01-01,${i}`)
    const text = ['a,b,c', ...rows, 'odd,never,7'].join('\n')
    const table = await readCsv(inPieces(bytes(text.padEnd(300_000)), 65_536))
    const columns = plain(table)
    expect(table.columns.map((column) => column.kind)).toEqual(['category', 'category', 'number'])
    expect(columns.a!.slice(0, 2)).toEqual(['0.50', '1.50'])
    expect(columns.a![300]).toBe('odd')
    expect(columns.b![300]).toBe('never')
    expect(columns.c).toHaveLength(301)
  })

  test('days and months change places in the whole column once a cell tells', async () => {
    expect(await read('d\n3/4/2020\n2020-03-04\n25/12/2020 10:30\n')).toEqual({
      d: ['2020-04-03T00:00:00.000Z', '2020-03-04T00:00:00.000Z', '2020-12-25T10:30:00.000Z'],
    })
    expect(await read('d\n3/4/2020\n12/25/2020\n')).toEqual({
      d: ['2020-03-04T00:00:00.000Z', '2020-12-25T00:00:00.000Z'],
    })
    expect(await read('d\n3/4/2020\n', { dayFirst: true })).toEqual({
      d: ['2020-04-03T00:00:00.000Z'],
    })
    expect(await read('d\n25/12/2020\n12/25/2020\n')).toEqual({ d: ['25/12/2020', '12/25/2020'] })
  })

  test('sentences that differ are texts, labels are categories', async () => {
    const rows = Array.from(
      { length: 30 },
      (_, i) => `this is sentence ${i},k${i},${i % 3 ? 'u' : 'v'}`,
    )
    const table = await readCsv(['say,key,label', ...rows].join('\n'))
    expect(table.columns.map((column) => column.kind)).toEqual(['text', 'category', 'category'])
  })

  test('can be asked for, as can missing values', async () => {
    const table = await readCsv('a,b,c,d\n01,5,x,-9\n02,0,y,1\n', {
      types: { a: 'number', b: 'category', c: 'text' },
      missing: ['-9.0'],
      columnMissing: { b: ['0'] },
    })
    expect(table.columns.map((column) => column.kind)).toEqual([
      'number',
      'category',
      'text',
      'number',
    ])
    expect(plain(table)).toEqual({ a: [1, 2], b: ['5', null], c: ['x', 'y'], d: [NaN, 1] })
  })
})

describe('refusals', () => {
  const refused = async (source: Parameters<typeof readCsv>[0], options?: CsvOptions) => {
    const error: unknown = await readCsv(source, options).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ name: 'AttuneError' })
    return error as Error
  }

  test('rows of another length are told with their lines, the first ten and how many', async () => {
    const error = await refused('a,b\n1,2\n3\n"x\ny",2\n4,5,6\n')
    expect(error.message).toContain('2 problems')
    expect(error.message).toContain('line 3: has 1 cell, but the table has 2 columns')
    expect(error.message).toContain('line 6: has 3 cells')
    const many = await refused(['a,b', ...Array.from({ length: 25 }, () => '1')].join('\n'))
    expect(many.message).toContain('25 problems')
    expect(many.message).toContain('line 11:')
    expect(many.message).not.toContain('line 12:')
    expect(many.message).toContain('and 15 more')
  })

  test('cells that are not of the kind asked for', async () => {
    const error = await refused('n,d\n1,2020-01-01\nx,2020-02-30\n\n"2\n",oops\n', {
      types: { n: 'number', d: 'date' },
    })
    expect(error.message).toContain('line 3, column "n": "x" is not a number')
    expect(error.message).toContain('line 3, column "d": "2020-02-30" is not a date')
    expect(error.message).toContain('line 5, column "d": "oops" is not a date')
  })

  test('bytes that are not UTF-8 are told with line and column, wherever pieces end', async () => {
    const text = latin('a,b\n1,x\n2,\xe4h\n')
    for (const size of [1, 2, 3, 5, 100]) {
      const error = await refused(inPieces(text, size))
      expect(error.message).toContain('byte 0xE4 in line 3, column 3')
      expect(error.message).toContain('windows-1252')
    }
    expect((await refused(latin('a,b\n1,2\xe2\x82'))).message).toContain('line 2, column 4')
  })

  test('quotes out of place', async () => {
    expect((await refused('a,b\n1,"x\n2,y\n')).message).toContain('line 2: a quote is opened')
    expect((await refused('a,b\n1,2\n3,"x"y"\n')).message).toContain(
      'line 3: after a closing quote',
    )
  })

  test('what is no table', async () => {
    const told: [string | Uint8Array, string][] = [
      ['', 'empty'],
      [' \n\n', 'empty'],
      ['a,b\n', 'no rows'],
      ['a,b,a\n1,2,3', '"a" are given to more than one column'],
      [bytes('PK\u0003\u0004zip'), 'zip archive'],
      [bytes('PAR1...'), 'Parquet'],
      ['a\0b\n1', 'zero bytes'],
      [gzipSync(bytes('a,b\n1,2\n'.repeat(1000))).subarray(0, 30), 'gzip data is broken'],
    ]
    for (const [source, text] of told) expect((await refused(source)).message).toContain(text)
    expect((await refused('a\n1', { encoding: 'klingon' })).message).toContain('klingon')
    expect((await refused('a\n1', { delimiter: '::' })).message).toContain('delimiter')
    expect((await refused('a\n1', { types: { b: 'number' } })).message).toContain('"b"')
    expect((await refused('a,b,c\n1,2,3', { maxColumns: 2 })).message).toContain('3 columns')
  })

  test('a million columns and a quote that is never closed end quickly', async () => {
    const wide = `${'1,'.repeat(999_999)}1\n`
    expect((await refused(wide)).message).toContain('1000000 columns')
    const open = `a,b\n1,"${'2,3\n'.repeat(1_000_000)}`
    expect((await refused(open)).message).toContain('line 2')
  })
})

describe('round trip', () => {
  const cell = fc.string({
    unit: fc.constantFrom('a', 'ß', '"', ',', '\n', ';', ' ', '1', '😀', "'"),
  })
  const rows = fc.integer({ min: 2, max: 4 }).chain((width) =>
    fc.array(fc.array(cell, { minLength: width, maxLength: width }), {
      minLength: 1,
      maxLength: 20,
    }),
  )
  const written = (text: string): string => `"${text.replaceAll('"', '""')}"`

  test('cells come back whatever they hold and wherever pieces end', async () => {
    await fc.assert(
      fc.asyncProperty(rows, fc.integer({ min: 1, max: 40 }), async (cells, size) => {
        const names = cells[0]!.map((_, c) => `c${c}`)
        const text = [names, ...cells].map((row) => row.map(written).join(',')).join('\n')
        const types = Object.fromEntries(names.map((name) => [name, 'text' as const]))
        const table = await readCsv(inPieces(bytes(text), size), {
          types,
          delimiter: ',',
          header: true,
          missing: [],
        })
        expect(plain(table)).toEqual(
          Object.fromEntries(names.map((name, c) => [name, cells.map((row) => row[c]!.trim())])),
        )
      }),
      { numRuns: 60 },
    )
  })

  test('numbers come back exactly', async () => {
    const values = fc.array(fc.oneof(fc.double({ noDefaultInfinity: true }), fc.integer()), {
      minLength: 1,
      maxLength: 30,
    })
    await fc.assert(
      fc.asyncProperty(values, async (numbers) => {
        const text = ['n,m', ...numbers.map((n) => `${Object.is(n, -0) ? '-0' : n},1`)].join('\n')
        // Whole numbers beyond 2^53 are exact in a column that is asked for.
        const table = await readCsv(text, { types: { n: 'number' } })
        expect(plain(table).n).toEqual(numbers)
      }),
      { numRuns: 60 },
    )
  })
})
