import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import type { Matrix, Target } from '../../src/matrix.ts'
import { dataFolder, isThere } from '../real-data.ts'

/** Where the tables, their splits and the figures of scikit-learn lie; not part of the repository. */
const benchFolder = `${dataFolder}/../bench`

export const tablesAreThere: boolean = isThere('tables', '../bench/tables_splits.json')

interface Table {
  readonly file: string
  readonly task: 'classification' | 'regression'
  readonly target: number
  readonly categorical: readonly number[]
  readonly ignored: readonly number[]
  readonly missing: string | null
  readonly rows: number
  readonly test_rows: Readonly<Record<string, readonly number[]>>
}

export interface Split {
  readonly train: { readonly x: Matrix; readonly y: Target }
  readonly test: { readonly x: Matrix; readonly y: Target }
}

/**
 * `codes`: medians of the training rows for missing numbers, categories as ordinal codes (what the
 * baseline of forests was given); `native`: missing numbers stay, categories are categories.
 */
export type Preparation = 'codes' | 'native' | 'native filled'

export function tableNames(): string[] {
  return Object.keys(splits().tables)
}

function splits(): { readonly tables: Readonly<Record<string, Table>> } {
  return JSON.parse(readFileSync(`${benchFolder}/tables_splits.json`, 'utf8'))
}

/** The mean test score of scikit-learn's defaults: accuracy, or R² of a regression. */
export function baseline(table: string, method: 'rf' | 'hgb'): number {
  const { summary } = JSON.parse(readFileSync(`${benchFolder}/tables_baselines.json`, 'utf8')) as {
    summary: Record<string, { mean_test: Record<string, number> }>
  }
  return summary[table]!.mean_test[method]!
}

/** A table as the protocol of the baselines splits and prepares it. */
export function loadSplit(name: string, seed: number, preparation: Preparation): Split {
  const table = splits().tables[name]!
  const text = gunzipSync(readFileSync(`${dataFolder}/tables/${table.file}`)).toString('utf8')
  const cells = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => line.split(',').map((cell) => cell.trim()))
  if (cells.length !== table.rows) throw new Error(`${name}: ${cells.length} rows`)
  const inTest = new Set(table.test_rows[seed])
  const all = cells.map((_, row) => row)
  const trainRows = all.filter((row) => !inTest.has(row))
  const columns = cells[0]!
    .map((_, j) => j)
    .filter((j) => j !== table.target && !table.ignored.includes(j))
  const made = columns.map((j) => {
    const texts = cells.map((row) => row[j]!)
    return table.categorical.includes(j)
      ? categoryColumn(texts)
      : numberColumn(texts, table.missing, trainRows, preparation !== 'native')
  })
  const y = targetOf(
    cells.map((row) => row[table.target]!),
    table.task,
  )
  const part = (rows: readonly number[]): { x: Matrix; y: Target } => ({
    x: {
      rows: rows.length,
      columns: made.length,
      data: Float32Array.from(rows.flatMap((row) => made.map((column) => column.values[row]!))),
      ...(preparation === 'codes' ? {} : { categories: made.map((column) => column.categories) }),
    },
    y:
      y.kind === 'numbers'
        ? { kind: 'numbers', values: Float64Array.from(rows, (row) => y.values[row]!) }
        : {
            kind: 'classes',
            codes: Int32Array.from(rows, (row) => y.codes[row]!),
            labels: y.labels,
          },
  })
  return { train: part(trainRows), test: part(all.filter((row) => inTest.has(row))) }
}

interface Column {
  readonly values: readonly number[]
  readonly categories: number
}

/** A missing category is a category of its own, as the protocol says. */
function categoryColumn(texts: readonly string[]): Column {
  const labels = [...new Set(texts)].sort()
  const index = new Map(labels.map((label, i) => [label, i]))
  return { values: texts.map((text) => index.get(text)!), categories: labels.length }
}

function numberColumn(
  texts: readonly string[],
  missing: string | null,
  trainRows: readonly number[],
  fill: boolean,
): Column {
  const values = texts.map((text) => (text === missing ? Number.NaN : Number(text)))
  const known = trainRows.map((row) => values[row]!).filter((v) => !Number.isNaN(v))
  known.sort((a, b) => a - b)
  const half = (known.length - 1) / 2
  const median = (known[Math.floor(half)]! + known[Math.ceil(half)]!) / 2
  return { values: values.map((v) => (fill && Number.isNaN(v) ? median : v)), categories: 0 }
}

function targetOf(texts: readonly string[], task: Table['task']): Target {
  if (task === 'regression') return { kind: 'numbers', values: Float64Array.from(texts, Number) }
  const labels = [...new Set(texts)].sort()
  return { kind: 'classes', codes: Int32Array.from(texts, (text) => labels.indexOf(text)), labels }
}
