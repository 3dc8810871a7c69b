import type { ReadonlySignal } from '@preact/signals'
import { batch, computed, effect, signal } from '@preact/signals'

import { pageQuery } from '../model/page-query.ts'
import { refreshOf } from '../model/refresh.ts'
import type { OpenedStudy, StudyChange } from '../../../data/engine.ts'
import type { SelectionState } from '../selection-state.ts'
import { isCalm, newRows } from './order-change.ts'
import type { TableQuery } from './table-query.ts'
import { readTableQuery, tableSelection } from './table-query.ts'

/**
 * The order of the table of trials, which stays as it is while new trials come; the drawer steps
 * through it too. It is read when it is first looked at.
 */
export interface TableState extends Disposable {
  readonly query: ReadonlySignal<TableQuery>
  /** Undefined until it is known. */
  readonly order: ReadonlySignal<Int32Array | undefined>
  /** Trials that would stand in the table if it were read anew. */
  readonly newer: ReadonlySignal<number>
  /** Why there is no order. */
  readonly problem: ReadonlySignal<string | undefined>
  /** Follow the study from now on, until the function that is given back is called. */
  watch(): () => void
  /** Takes in what is newer. */
  update(): void
}

export function createTableState(
  study: OpenedStudy,
  change: ReadonlySignal<StudyChange>,
  selected: SelectionState,
): TableState {
  const query = computed(() => readTableQuery(pageQuery.value, study.about))
  const order = signal<Int32Array | undefined>(undefined)
  const next = signal<Int32Array | undefined>(undefined)
  const problem = signal<string | undefined>(undefined)
  const newer = computed(() => newRows(order.value, next.value))
  let shown = ''
  let watchers = 0
  let stop: (() => void) | undefined
  const asked = computed(() => {
    const { sort } = query.value
    const only = query.value.onlySelected ? selected.selection.value : undefined
    const selection = tableSelection(query.value, only)
    return { sort, ...(selection === undefined ? {} : { selection }) }
  })
  const key = computed(() => JSON.stringify(asked.value))
  const reading = refreshOf(async () => {
    const wanted = key.peek()
    try {
      const found = await study.order(asked.peek())
      if (key.peek() !== wanted) return reading.ask()
      batch(() => {
        problem.value = undefined
        next.value = found
        if (shown !== wanted || isCalm(order.peek(), found)) order.value = found
      })
      shown = wanted
    } catch (error) {
      if (key.peek() !== wanted) return reading.ask()
      problem.value = error instanceof Error ? error.message : String(error)
    }
  })
  return {
    query,
    order,
    newer,
    problem,
    watch() {
      watchers++
      stop ??= effect(() => {
        void key.value
        void change.value
        reading.ask()
      })
      return () => {
        watchers--
        if (watchers > 0) return
        stop?.()
        stop = undefined
      }
    },
    update() {
      order.value = next.peek()
    },
    [Symbol.dispose]() {
      stop?.()
      reading[Symbol.dispose]()
    },
  }
}
