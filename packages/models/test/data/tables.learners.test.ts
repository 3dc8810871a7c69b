import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { fitPreparation } from '../../src/data/prepare.ts'
import type { CsvOptions } from '../../src/data/csv.ts'
import { readTable } from '../../src/data/table-file.ts'
import { type Column, columnNamed, type Table, tableOfColumns } from '../../src/data/table.ts'
import { dataFolder, isThere } from '../real-data.ts'

const folder = `${dataFolder}/tables`

interface Expected {
  readonly rows: number
  readonly columns: number
  /** Indices of the columns that are categories; all others are numbers. */
  readonly categories?: readonly number[]
  readonly missing?: number
  readonly separator?: string
  readonly options?: CsvOptions
}

// Rows and columns as the README of the tables says.
const tables: Readonly<Record<string, Expected>> = {
  abalone: { rows: 4177, columns: 9, categories: [0] },
  // Of the cells that are "?" 1836 are work classes, 1843 occupations, 583 countries (UCI, adult.names).
  'adult-train': {
    rows: 32_561,
    columns: 15,
    categories: [1, 3, 5, 6, 7, 8, 9, 13, 14],
    missing: 4262,
  },
  'adult-test': {
    rows: 16_281,
    columns: 15,
    categories: [1, 3, 5, 6, 7, 8, 9, 13, 14],
    missing: 2203,
  },
  banknote_authentication: { rows: 1372, columns: 5 },
  'breast-cancer-wisconsin': { rows: 699, columns: 10, missing: 16 },
  ecoli: { rows: 336, columns: 8, categories: [7] },
  german: { rows: 1000, columns: 21, categories: [0, 2, 3, 5, 6, 8, 9, 11, 13, 14, 16, 18, 19] },
  glass: { rows: 214, columns: 10 },
  haberman: { rows: 306, columns: 4 },
  ionosphere: { rows: 351, columns: 35, categories: [34] },
  iris: { rows: 150, columns: 5, categories: [4] },
  phoneme: { rows: 5404, columns: 6 },
  'pima-indians-diabetes': { rows: 768, columns: 9 },
  'sklearn-breast_cancer': { rows: 569, columns: 31, options: { skipLines: 1 } },
  'sklearn-diabetes_data_raw': { rows: 442, columns: 10, separator: ' ' },
  'sklearn-diabetes_target': { rows: 442, columns: 1 },
  'sklearn-digits': { rows: 1797, columns: 65 },
  'sklearn-wine_data': { rows: 178, columns: 14, options: { skipLines: 1 } },
  sonar: { rows: 208, columns: 61, categories: [60] },
  'wheat-seeds': { rows: 210, columns: 8 },
  wine: { rows: 178, columns: 14 },
  'winequality-red': { rows: 1599, columns: 12 },
  'winequality-white': { rows: 4898, columns: 12 },
}

/** The cells of a table without quotes, by the shortest way there is. */
function cellsOf(name: string, { separator = ',', options }: Expected): string[][] {
  const text = gunzipSync(readFileSync(`${folder}/${name}.csv.gz`)).toString('utf8')
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return lines
    .slice(options?.skipLines ?? 0)
    .map((line) => line.split(separator).map((cell) => cell.trim()))
}

function valueOf(column: Column, row: number): number | string | null {
  if (column.kind === 'text') return column.texts[row]!
  if (column.kind === 'category')
    return column.codes[row] === -1 ? null : column.labels[column.codes[row]!]!
  return Number.isNaN(column.values[row]) ? null : column.values[row]!
}

const rename = (table: Table, from: string, to: string): Table =>
  tableOfColumns(
    table.columns.map((column) => (column.name === from ? { ...column, name: to } : column)),
  )

describe.skipIf(!isThere('tables'))('real tables', () => {
  test.each(Object.entries(tables))('%s is read as it stands', async (name, expected) => {
    const table = await readTable(`${folder}/${name}.csv.gz`, expected.options)
    expect([table.rows, table.columns.length]).toEqual([expected.rows, expected.columns])
    const categories = [...table.columns.keys()].filter((c) => table.columns[c]!.kind !== 'number')
    expect(categories).toEqual(expected.categories ?? [])
    let missing = 0
    let wrong = 0
    for (const [row, cells] of cellsOf(name, expected).entries()) {
      for (const [c, column] of table.columns.entries()) {
        const value = valueOf(column, row)
        const cell = cells[c]!
        if (value === null) missing++
        const meant = cell === '?' ? null : column.kind === 'number' ? Number(cell) : cell
        if (value !== meant) wrong++
      }
    }
    expect({ missing, wrong }).toEqual({ missing: expected.missing ?? 0, wrong: 0 })
  })

  test('what was learnt from the training rows of adult fits its test rows', async () => {
    const train = rename(await readTable(`${folder}/adult-train.csv.gz`), 'column15', 'income')
    const judged = rename(await readTable(`${folder}/adult-test.csv.gz`), 'column15', 'income.')
    const prepared = fitPreparation(train, { target: 'income' })
    expect(prepared.target).toMatchObject({ labels: ['<=50K', '>50K'] })
    const { x } = prepared.apply(judged)
    expect(x.rows).toBe(16_281)
    expect(x.data.every(Number.isFinite)).toBe(true)
    expect(x.names).toContain('column2=(missing)')
    // Scaled numbers of other rows of the same survey are still about 0 and 1.
    const age = Array.from({ length: x.rows }, (_, i) => x.data[i * x.columns]!)
    const mean = age.reduce((a, b) => a + b, 0) / age.length
    expect(Math.abs(mean)).toBeLessThan(0.05)
    expect(columnNamed(train, 'column1').kind).toBe('number')
  })
})
