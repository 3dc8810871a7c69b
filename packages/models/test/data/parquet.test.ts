import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, test } from 'vitest'
import { textsOf } from '../../src/data/column-kinds.ts'
import { readParquet } from '../../src/data/parquet.ts'
import { readTable } from '../../src/data/table-file.ts'
import { columnNamed } from '../../src/data/table.ts'

// Written with hyparquet-writer 0.17.0. Six rows in groups of four and two, Snappy: count INT32,
// share DOUBLE, big INT64, yes BOOLEAN, word UTF8, at TIMESTAMP_MILLIS, each with one null.
const mixed =
  'UEFSMRUGFRwVIFwVCBUCFQgVABUEFQAAAAMLDCwBAAAAAgAAAAQAAAAVBhU0FTBcFQgVAhUIFQAVBBUAAAADBxgAAAUBBOA/BQcoANA/AAAAAAAAwD8VBhU0FSpcFQgVAhUIFQAVBBUAAAADBxgEAQAJAQkIJCAAAwAAAAAAAAAVBhUGFQpcFQgVAhUIFQAVBBUAAAADCwEABRUGFSIVJlwVCBUCFQgVABUEFQAAAAMHDzgBAAAAYQEAAABiAQAAAGEVBhU0FThcFQgVAhUIFQAVBBUAAAADBxhcABb6YG8BAAAAciBmbwEAAADORmtvAQAAFQYVFBUYXBUEFQAVBBUAFQQVAAAAAwMIHAUAAAAGAAAAFQYVJBUkXBUEFQAVBBUAFQQVAAAAAwMQAAAFASTwvwAAACBfoAJCFQYVJBUoXBUEFQAVBBUAFQQVAAAAAwMQPAUAAAAAAAAABgAAAAAAAAAVBhUGFQpcFQQVABUEFQAVBBUAAAADAwEAARUGFRoVHlwVBBUAFQQVABUEFQAAAAMDCygCAAAAw7wBAAAAYhUGFSQVKFwVBBUAFQQVABUEFQAAAAMDEDwAhpN1bwEAAADiuXpvAQAAFQQZfEgEcm9vdBUMABUCJQIYBWNvdW50ABUKJQIYBXNoYXJlABUEJQIYA2JpZwAVACUCGAN5ZXMAFQwlAhgEd29yZCUAABUEJQIYAmF0JRIAFgwZLBlsJggcFQIZFQAZGAVjb3VudBUCFggWRhZKJggAACZSHBUKGRUAGRgFc2hhcmUVAhYIFl4WWiZSAAAmrAEcFQQZFQAZGANiaWcVAhYIFl4WVCasAQAAJoACHBUAGRUAGRgDeWVzFQIWCBYwFjQmgAIAACa0AhwVDBkVABkYBHdvcmQVAhYIFkwWUCa0AgAAJoQDHBUEGRUAGRgCYXQVAhYIFl4WYiaEAwAAFtwDFgg23gMAGWwm5gMcFQIZFQAZGAVjb3VudBUCFgQWPhZCJuYDAAAmqAQcFQoZFQAZGAVzaGFyZRUCFgQWThZOJqgEAAAm9gQcFQQZFQAZGANiaWcVAhYEFk4WUib2BAAAJsgFHBUAGRUAGRgDeWVzFQIWBBYwFjQmyAUAACb8BRwVDBkVABkYBHdvcmQVAhYEFkQWSCb8BQAAJsQGHBUEGRUAGRgCYXQVAhYEFk4WUibEBgAAFpwDFgQ2sAMAKAF3GWwcAAAcAAAcAAAcAAAcAAAcAAAA1wEAAFBBUjE='
// count alone, packed with gzip.
const gzipped =
  'UEFSMRUGFSwVTlwVDBUCFQwVABUEFQAAAAM7H4sIAAAAAAAAAwXBAQ0AAAgDIO70/SMLwWBxKB5v75+DFAAAABUEGSxIBHJvb3QVAgAVAiUCGAVjb3VudAAWDBkcGRwmCBwVAhkVABkYBWNvdW50FQQWDBZWFngmCAAAFlYWDDZ4ACgBdxkcHAAAAEsAAABQQVIx'
// x INT32 and items, a list of INT32, in two rows.
const nested =
  'UEFSMRUGFRAVFFwVBBUAFQQVABUAFQAAAAgcAQAAAAIAAAAVBhUiFSZcFQYVABUEFQAVBhUEAAADAgM/AAwsAQAAAAIAAAADAAAAFQQZXEgEcm9vdBUEABUCJQAYAXgANQIYBWl0ZW1zFQIVBgA1BBgEbGlzdBUCABUCJQIYB2VsZW1lbnQAFgQZHBksJggcFQIZFQAZGAF4FQIWBBY6Fj4mCAAAJkYcFQIZFQAZOAVpdGVtcwRsaXN0B2VsZW1lbnQVAhYGFkwWUCZGAAAWhgEWBDaOAQAoAXcZLBwAABwAAACYAAAAUEFSMQ=='

const bufferOf = (base64: string): ArrayBuffer =>
  Uint8Array.from(atob(base64), (c) => c.charCodeAt(0)).buffer
const folder = mkdtempSync(join(tmpdir(), 'attune-table-'))
afterAll(() => rmSync(folder, { recursive: true }))

function fileOf(name: string, content: Uint8Array | string): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

describe('Parquet', () => {
  test('columns keep their types', async () => {
    const table = await readParquet(bufferOf(mixed))
    expect(table.rows).toBe(6)
    expect(columnNamed(table, 'count')).toMatchObject({
      values: Float64Array.of(1, 2, NaN, 4, 5, 6),
    })
    expect(columnNamed(table, 'share')).toMatchObject({
      values: Float64Array.of(0.5, 0.25, 0.125, NaN, -1, 1e10),
    })
    expect(textsOf(columnNamed(table, 'big'))).toEqual([
      '1',
      '9007199254740993',
      '3',
      null,
      '5',
      '6',
    ])
    expect(textsOf(columnNamed(table, 'yes'))).toEqual([
      'true',
      'false',
      null,
      'true',
      'true',
      'false',
    ])
    expect(textsOf(columnNamed(table, 'word'))).toEqual(['a', 'b', 'a', null, 'ü', 'b'])
    expect(columnNamed(table, 'at')).toMatchObject({
      kind: 'date',
      values: Float64Array.from([1, 2, 3, NaN, 5, 6], (d) => Date.UTC(2020, 0, d, 12)),
    })
  })

  test('columns are chosen and turned into other kinds', async () => {
    const table = await readParquet(bufferOf(mixed), {
      columns: ['word', 'count'],
      types: { count: 'category' },
    })
    expect(table.columns.map(({ name, kind }) => [name, kind])).toEqual([
      ['word', 'category'],
      ['count', 'category'],
    ])
  })

  test('files that are cut off, broken, nested or packed otherwise are refused', async () => {
    const whole = new Uint8Array(bufferOf(mixed))
    for (const size of [0, 3, 100, whole.length - 1]) {
      await expect(readParquet(whole.slice(0, size).buffer)).rejects.toMatchObject({
        code: 'data/format',
        message: expect.stringContaining('cut off'),
      })
    }
    // The footer is whole, but the data before it are another file's.
    const broken = whole.slice()
    broken.fill(0xff, 10, 60)
    await expect(readParquet(broken.buffer)).rejects.toMatchObject({ code: 'data/format' })
    await expect(readParquet(bufferOf(nested))).rejects.toThrow('"items" hold lists')
    const picked = await readParquet(bufferOf(nested), { columns: ['x'] })
    expect(columnNamed(picked, 'x')).toMatchObject({ values: Float64Array.of(1, 2) })
    await expect(readParquet(bufferOf(gzipped))).rejects.toThrow('compressed in a way')
    await expect(readParquet(bufferOf(mixed), { columns: ['nix'] })).rejects.toThrow('"nix"')
  })
})

describe('files', () => {
  test('are told apart by what they hold', async () => {
    const parquet = await readTable(fileOf('a.bin', new Uint8Array(bufferOf(gzipped))))
    expect(columnNamed(parquet, 'count')).toMatchObject({
      values: Float64Array.of(1, 2, NaN, 4, 5, 6),
    })
    for (const content of ['n;m\n1;2\n', gzipSync('n;m\n1;2\n')]) {
      const table = await readTable(fileOf('a.csv', content))
      expect(columnNamed(table, 'm')).toMatchObject({ values: Float64Array.of(2) })
      const one = await readTable(join(folder, 'a.csv'), { columns: ['m'] })
      expect(one.columns).toEqual([columnNamed(table, 'm')])
    }
    // Two members, as `cat a.gz b.gz` makes them, are one text.
    const parts = new Uint8Array([...gzipSync('n,m\n1,2\n'), ...gzipSync('3,4\n')])
    expect(await readTable(fileOf('b.csv.gz', parts))).toMatchObject({ rows: 2 })
  })

  test('errors name the file', async () => {
    await expect(readTable(join(folder, 'none.csv'))).rejects.toMatchObject({
      code: 'data/missing',
    })
    await expect(readTable(folder)).rejects.toMatchObject({ code: 'data/missing' })
    await expect(readTable(fileOf('bad.csv', 'a,b\n1\n'))).rejects.toThrow(/bad\.csv: .*\n.*line 2/)
    const cut = gzipSync('a,b\n1,2\n'.repeat(1000)).subarray(0, 30)
    await expect(readTable(fileOf('cut.csv.gz', cut))).rejects.toThrow('gzip data is broken')
    await expect(readTable(fileOf('empty.csv', ''))).rejects.toThrow('empty.csv: The file is empty')
  })
})
