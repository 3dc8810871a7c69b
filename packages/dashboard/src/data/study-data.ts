import type { ColumnValues, History } from '@attune/core'
import { columnValues, rankTrials } from '@attune/core'

import { maskOf } from './mask.ts'
import { latestMemo } from './memo.ts'
import type { Selection } from './selection.ts'
import { tellInfinity } from './tell-infinity.ts'

/** A study's history with what is worked out of it again and again. */
export interface StudyData {
  /** Another one for every history that is begun. */
  readonly id: number
  readonly history: History
  /** A column by its name, as of now. */
  column(name: string): ColumnValues
  mask(selection: Selection): Uint8Array
  /** Complete trials from the best to the worst. */
  ranked(): readonly number[]
}

let made = 0

export function studyData(history: History): StudyData {
  const columns = latestMemo<ColumnValues>(64)
  const masks = latestMemo<Uint8Array>(8)
  const ranks = latestMemo<readonly number[]>(1)
  const column = (name: string): ColumnValues =>
    columns.get(history.seq, name, () => columnValues(history, name))
  return {
    id: ++made,
    history,
    column,
    mask: (selection) =>
      masks.get(history.seq, JSON.stringify(selection, tellInfinity), () =>
        maskOf(history, selection, column),
      ),
    ranked: () => ranks.get(history.seq, '', () => rankTrials(history)),
  }
}
