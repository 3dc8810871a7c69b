import { createRng } from '@attune/core'
import type { PlainValues, Table } from '../../src/data/table.ts'
import { tableOf } from '../../src/data/table.ts'

/**
 * Numbers, categories, a date and missing values; `kind` (three labels) and `amount` (a number) can be
 * learnt from them. `person` and `place` group the rows, `day` puts them in order.
 */
export function mixedTable(rows: number, seed = 1): Table {
  const rng = createRng(seed, 'mixed table')
  const cells = Array.from({ length: rows }, (_, i) => {
    const [age, income] = [20 + rng.next() * 60, 1000 + rng.next() * 4000]
    const colour = ['red', 'green', 'blue', 'grey'][rng.int(4)]!
    const score = age / 20 + income / 2000 + (colour === 'red' ? 2 : 0)
    const unknown = (): boolean => rng.next() < 0.1
    return {
      age: unknown() ? null : age,
      income: unknown() ? null : income,
      colour: unknown() ? null : colour,
      member: rng.next() < 0.5,
      since: new Date(Date.UTC(2010 + rng.int(12), rng.int(12), 1 + rng.int(28))),
      person: i % 12,
      place: `place ${i % 6}`,
      day: (i * 7) % rows,
      kind: score < 3.2 ? 'low' : score < 4.5 ? 'middle' : 'high',
      amount: 10 * score + rng.next(),
    }
  })
  const names = Object.keys(cells[0]!) as (keyof (typeof cells)[number])[]
  return tableOf(
    Object.fromEntries(names.map((name) => [name, cells.map((row) => row[name]) as PlainValues])),
  )
}

/** The table as CSV, numbers with all their digits. */
export function csvOf(table: Table): string {
  const lines = [table.columns.map(({ name }) => name).join(',')]
  for (let i = 0; i < table.rows; i++) {
    const cells = table.columns.map((column) => {
      if (column.kind === 'text') return column.texts[i] ?? ''
      if (column.kind === 'category') return column.labels[column.codes[i]!] ?? ''
      const value = column.values[i]!
      if (Number.isNaN(value)) return ''
      return column.kind === 'date' ? new Date(value).toISOString().slice(0, 10) : String(value)
    })
    lines.push(cells.join(','))
  }
  return `${lines.join('\n')}\n`
}

/** Options that make learning quick, by learner. */
export const quick: Readonly<Record<string, Record<string, unknown>>> = {
  network: { units: 16, depth: 1, epochs: 20, optimizer: { kind: 'adam', rate: 0.02 } },
  histogramBoosting: { rounds: 20, minLeaf: 5 },
  randomForest: { trees: 20 },
  extraTrees: { trees: 20 },
}
