import type { ReadonlySignal, Signal } from '@preact/signals'
import { signal } from '@preact/signals'
import { createContext } from 'preact'
import { useContext } from 'preact/hooks'

import { canWrite } from '../../../app/session.ts'
import type { ColumnAbout, OpenedStudy, StudyChange, StudyFacts } from '../../../data/engine.ts'
import type { SelectionState } from '../selection-state.ts'
import { createSelectionState } from '../selection-state.ts'
import type { TableState } from '../trials/table-state.ts'
import { createTableState } from '../trials/table-state.ts'
import { refreshOf } from './refresh.ts'
import type { Standings } from './standings.ts'
import { followStandings } from './standings.ts'

/** What all parts of a study's page share. */
export interface StudyModel extends Disposable {
  /** As it stands in the address. */
  readonly id: string
  readonly opened: OpenedStudy
  readonly change: ReadonlySignal<StudyChange>
  readonly facts: ReadonlySignal<StudyFacts | undefined>
  /** Nothing without a server. */
  readonly standings: ReadonlySignal<Standings>
  readonly selection: SelectionState
  readonly table: TableState
  /** The trial that is pointed at in any chart. */
  readonly hovered: Signal<number | undefined>
  /** Whether a server stands behind it, which has output, artifacts and commands. */
  readonly onServer: boolean
  readonly canWrite: boolean
}

export function createStudyModel(id: string, opened: OpenedStudy, onServer: boolean): StudyModel {
  const change = signal<StudyChange>({ seq: 0, trials: 0, ended: 0, connection: 'still' })
  const facts = signal<StudyFacts | undefined>(undefined)
  const selection = createSelectionState(opened)
  const table = createTableState(opened, change, selection)
  const reading = refreshOf(async () => {
    facts.value = await opened.facts(workers?.dead)
  })
  const workers = onServer ? followStandings(id, () => reading.ask()) : undefined
  const leave = opened.subscribe((next) => {
    change.value = next
    reading.ask()
    workers?.ask()
    selection.grown()
  })
  reading.ask()
  return {
    id,
    opened,
    change,
    facts,
    standings: workers?.standings ?? signal<Standings>({}),
    selection,
    table,
    hovered: signal<number | undefined>(undefined),
    onServer,
    get canWrite() {
      return onServer && canWrite.value
    },
    [Symbol.dispose]() {
      leave()
      workers?.[Symbol.dispose]()
      reading[Symbol.dispose]()
      table[Symbol.dispose]()
      selection[Symbol.dispose]()
    },
  }
}

const StudyContext = createContext<StudyModel | undefined>(undefined)
export const StudyProvider = StudyContext.Provider

export function useStudy(): StudyModel {
  const model = useContext(StudyContext)
  if (model === undefined) throw new Error('No study around this part of the page.')
  return model
}

/** What every trial has beside parameters and metrics. */
export const trialColumns: readonly ColumnAbout[] = [
  { column: 'trial', name: 'trial', kind: 'number' },
  { column: 'state', name: 'state', kind: 'text' },
  { column: 'seconds', name: 'duration', kind: 'number' },
]

/** All columns of a study: parameters, metrics, and what every trial has. */
export function allColumns({ about }: OpenedStudy): readonly ColumnAbout[] {
  const metrics = about.metrics.map((name): ColumnAbout => ({
    column: `metric:${name}`,
    name,
    kind: 'number',
  }))
  return [...trialColumns, ...metrics, ...about.params]
}
