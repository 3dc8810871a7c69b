import type { OpenedStudy, RowQuery } from '../../../data/engine.ts'
import type { Selection } from '../../../data/selection.ts'

/** What the table of trials shows, as it stands in the address of the page. */
export interface TableQuery {
  readonly sort: RowQuery['sort']
  readonly columns: readonly string[]
  readonly filter: string
  readonly states: readonly string[]
  /** Whether only what is selected is shown. */
  readonly onlySelected: boolean
}

export const allStates: readonly string[] = [
  'running',
  'complete',
  'pruned',
  'failed',
  'paused',
  'waiting',
]

/** Reads `sort=-metric:loss`, `cols=…`, `filter=…`, `state=complete,pruned` and `only=1`. */
export function readTableQuery(query: URLSearchParams, about: OpenedStudy['about']): TableQuery {
  const sort = query.get('sort') ?? '-trial'
  const columns = (query.get('cols') ?? '').split(',').filter((each) => each !== '')
  const states = (query.get('state') ?? '').split(',').filter((each) => allStates.includes(each))
  return {
    sort: { column: sort.replace(/^-/, ''), down: sort.startsWith('-') },
    columns: columns.length === 0 ? usualColumns(about) : columns.map(decodeColumn),
    filter: query.get('filter') ?? '',
    states,
    onlySelected: query.get('only') === '1',
  }
}

/** Names may hold the comma that parts them. */
export const encodeColumn = (column: string): string =>
  column.replaceAll('%', '%25').replaceAll(',', '%2C')
const decodeColumn = (column: string): string =>
  column.replaceAll('%2C', ',').replaceAll('%25', '%')

export const writeSort = ({ column, down }: RowQuery['sort']): string =>
  `${down ? '-' : ''}${column}`

/** State, objectives, duration and the parameters that decide most. */
export function usualColumns({ objectives, params }: OpenedStudy['about']): readonly string[] {
  const metrics = objectives.slice(0, 3).map(({ name }) => `metric:${name}`)
  return ['state', ...metrics, ...params.slice(0, 6).map(({ column }) => column), 'seconds']
}

/** The sort that has the best trial first. */
export function bestFirst({ objectives }: OpenedStudy['about']): RowQuery['sort'] {
  const [first] = objectives
  return first === undefined
    ? { column: 'trial', down: true }
    : { column: `metric:${first.name}`, down: first.direction === 'maximize' }
}

/** The trials of a table as a selection; undefined: all. */
export function tableSelection(
  { filter, states, onlySelected }: TableQuery,
  selected: Selection | undefined,
): Selection | undefined {
  const conditions: Selection = [
    ...(filter.trim() === '' ? [] : [{ kind: 'where', expression: filter } as const]),
    ...(states.length === 0
      ? []
      : [{ kind: 'where', expression: stateExpression(states) } as const]),
    ...(onlySelected && selected !== undefined ? selected : []),
  ]
  return conditions.length === 0 ? undefined : conditions
}

const stateExpression = (states: readonly string[]): string =>
  `trial.state in [${states.map((state) => JSON.stringify(state)).join(', ')}]`

/** What a click on the head of a column sorts by: down first for numbers that are better high. */
export function nextSort(
  current: RowQuery['sort'],
  column: string,
  about: OpenedStudy['about'],
): RowQuery['sort'] {
  if (current.column === column) return { column, down: !current.down }
  const objective = about.objectives.find(({ name }) => `metric:${name}` === column)
  return { column, down: objective?.direction === 'maximize' || column === 'trial' }
}
