import type { JSX } from 'preact'

import type { ColumnAbout } from '../../../data/engine.ts'
import { Select } from '../../../ui/field.tsx'
import { pageQuery, setQuery } from '../model/page-query.ts'

interface ColumnChoiceProps {
  readonly label: string
  readonly value: string
  readonly columns: readonly Pick<ColumnAbout, 'column' | 'name'>[]
  readonly onChange: (column: string) => void
}

/** One of the columns of a study. */
export function ColumnChoice({ label, value, columns, onChange }: ColumnChoiceProps): JSX.Element {
  return (
    <Select
      label={label}
      isLabelHidden
      value={value}
      options={columns.map(({ column, name }) => ({ value: column, label: shortened(name) }))}
      onChange={onChange}
    />
  )
}

/** Two columns of the address (`KEY=x,y`), or those that are usual. */
export function chosenPair(key: string, usual: readonly string[]): readonly [string?, string?] {
  const [x, y] = (pageQuery.value.get(key) ?? '').split(',').map(decode)
  const first = x === undefined || x === '' ? usual[0] : x
  const second = y === undefined || y === '' ? usual.find((each) => each !== first) : y
  return [first, second]
}

interface PairChoiceProps {
  /** Of the address. */
  readonly name: string
  readonly pair: readonly [string?, string?]
  readonly columns: ColumnChoiceProps['columns']
}

export function PairChoice({
  name,
  pair: [x = '', y = ''],
  columns,
}: PairChoiceProps): JSX.Element {
  const set = (first: string, second: string): void =>
    setQuery({ [name]: `${encode(first)},${encode(second)}` })
  return (
    <span class="pair-choice">
      <ColumnChoice
        label="Across"
        value={x}
        columns={columns}
        onChange={(column) => set(column, column === y ? x : y)}
      />
      <span class="soft" aria-hidden="true">
        ×
      </span>
      <ColumnChoice
        label="Up"
        value={y}
        columns={columns}
        onChange={(column) => set(column === x ? y : x, column)}
      />
    </span>
  )
}

const encode = (text: string): string => text.replaceAll('%', '%25').replaceAll(',', '%2C')
const decode = (text: string): string => text.replaceAll('%2C', ',').replaceAll('%25', '%')

const shortened = (name: string): string =>
  name.length > 40 ? `${name.slice(0, 20)}…${name.slice(-18)}` : name
