import type { Label } from '../space/distribution.ts'

/** One number a trial, indexed by trial number; NaN where there is none. */
export interface Column {
  data: Float64Array
}

/** All columns of a history; they grow together. */
export interface Columns {
  readonly capacity: number
  readonly names: () => readonly string[]
  get(name: string): Column | undefined
  /** The columns whose name starts with `prefix`, by the rest of their name. */
  group(prefix: string): readonly (readonly [string, Column])[]
  /** The column of this name, made full of NaN when it is new. */
  ensure(name: string): Column
  /** Makes room for `rows` rows. */
  reserve(rows: number): void
  /** Sets one row of every column whose name starts with one of the prefixes to NaN. */
  clear(row: number, prefixes: readonly string[]): void
}

export function createColumns(): Columns {
  const columns = new Map<string, Column>()
  const groups = new Map<string, (readonly [string, Column])[]>()
  let capacity = 64
  return {
    get capacity() {
      return capacity
    },
    names: () => [...columns.keys()],
    get: (name) => columns.get(name),
    group(prefix) {
      let group = groups.get(prefix)
      if (group === undefined) {
        const names = [...columns].filter(([name]) => name.startsWith(prefix))
        group = names.map(([name, column]) => [name.slice(prefix.length), column] as const)
        groups.set(prefix, group)
      }
      return group
    },
    ensure(name) {
      let column = columns.get(name)
      if (column === undefined) {
        columns.set(name, (column = { data: new Float64Array(capacity).fill(Number.NaN) }))
        groups.clear()
      }
      return column
    },
    reserve(rows) {
      if (rows <= capacity) return
      capacity = Math.max(rows, capacity * 2)
      for (const column of columns.values()) {
        const data = new Float64Array(capacity).fill(Number.NaN)
        data.set(column.data)
        column.data = data
      }
    },
    clear(row, prefixes) {
      for (const [name, column] of columns) {
        if (prefixes.some((prefix) => name.startsWith(prefix))) column.data[row] = Number.NaN
      }
    },
  }
}

/**
 * Values of parameters as columns. Numbers are stored as they are; as soon as a parameter takes a
 * value that is no number its column holds positions in a list of labels instead.
 */
export interface ValueColumns {
  readonly labels: ReadonlyMap<string, readonly Label[]>
  readonly names: readonly string[]
  set(name: string, row: number, value: Label): void
  get(name: string, row: number): Label | undefined
  /** Restores the label lists of a snapshot. */
  restore(names: readonly string[], labels: Readonly<Record<string, readonly Label[]>>): void
}

/** The column of one parameter, with its labels and their positions once it has any. */
interface ValueColumn {
  readonly column: Column
  labels: Label[] | undefined
  readonly positions: Map<Label, number>
}

export function createValueColumns(columns: Columns): ValueColumns {
  const labels = new Map<string, Label[]>()
  const names: string[] = []
  const known = new Map<string, ValueColumn>()

  const columnOf = (name: string): ValueColumn => {
    let found = known.get(name)
    if (found === undefined) {
      const column = columns.ensure(`param:${name}`)
      known.set(name, (found = { column, labels: undefined, positions: new Map() }))
      names.push(name)
    }
    return found
  }
  const setLabels = (name: string, list: Label[]): void => {
    const found = columnOf(name)
    found.labels = list
    list.forEach((label, i) => found.positions.set(label, i))
    labels.set(name, list)
  }
  const positionOf = (list: Label[], positions: Map<Label, number>, value: Label): number => {
    let position = positions.get(value)
    if (position === undefined) {
      positions.set(value, (position = list.length))
      list.push(value)
    }
    return position
  }
  const toLabels = (name: string, { column: { data }, positions }: ValueColumn): void => {
    const list: Label[] = []
    setLabels(name, list)
    data.forEach((x, row) => {
      if (!Number.isNaN(x)) data[row] = positionOf(list, positions, x)
    })
  }

  return {
    labels,
    names,
    set(name, row, value) {
      const found = columnOf(name)
      const { column, positions } = found
      if (typeof value !== 'number' && found.labels === undefined) toLabels(name, found)
      column.data[row] =
        found.labels === undefined ? (value as number) : positionOf(found.labels, positions, value)
    },
    get(name, row) {
      const found = known.get(name)
      const x = found?.column.data[row]
      if (found === undefined || x === undefined || Number.isNaN(x)) return undefined
      return found.labels === undefined ? x : found.labels[x]
    },
    restore(all, lists) {
      for (const name of all) columnOf(name)
      for (const [name, list] of Object.entries(lists)) setLabels(name, [...list])
    },
  }
}
