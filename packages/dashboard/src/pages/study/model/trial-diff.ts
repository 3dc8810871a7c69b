import type { TrialView } from '../../../data/engine.ts'

/** One line of a comparison: the same thing of each trial; absent where a trial does not have it. */
export interface DiffRow {
  readonly group: 'parameter' | 'result' | 'run'
  readonly name: string
  readonly cells: readonly (DiffCell | undefined)[]
  readonly differs: boolean
}

export interface DiffCell {
  readonly value: string
  /** Numbers in full. */
  readonly full: string
}

/** Trials side by side; within each group what differs stands first. */
export function diffTrials(trials: readonly TrialView[]): readonly DiffRow[] {
  const groups = [
    rowsOf('result', trials, (trial) => trial.metrics),
    rowsOf('parameter', trials, (trial) => trial.params),
    rowsOf('run', trials, runOf),
  ]
  return groups.flatMap((rows) => [
    ...rows.filter(({ differs }) => differs),
    ...rows.filter(({ differs }) => !differs),
  ])
}

type Named = DiffCell & { readonly name: string }

function rowsOf(
  group: DiffRow['group'],
  trials: readonly TrialView[],
  of: (trial: TrialView) => readonly Named[],
): DiffRow[] {
  const byTrial = trials.map((trial) => new Map(of(trial).map((each) => [each.name, each])))
  const names = new Set(byTrial.flatMap((cells) => [...cells.keys()]))
  return [...names].map((name) => {
    const cells = byTrial.map((each) => each.get(name))
    return { group, name, cells, differs: new Set(cells.map((each) => each?.full)).size > 1 }
  })
}

function runOf(trial: TrialView): Named[] {
  const { state, worker, stopped, failure } = trial
  const fields: readonly (readonly [string, string | undefined])[] = [
    ['state', state],
    ['stopped', stopped],
    ['failure', failure === undefined ? undefined : `${failure.reason}: ${failure.message}`],
    ['worker', worker],
    ['attempts', String(trial.attempts)],
  ]
  return fields.flatMap(([name, value]) =>
    value === undefined ? [] : [{ name, value, full: value }],
  )
}

/** A comparison as text, columns parted by tabs, as a spreadsheet takes it. */
export function diffText(trials: readonly TrialView[], rows: readonly DiffRow[]): string {
  const head = ['', ...trials.map(({ number }) => `trial ${number}`)]
  const lines = rows.map(({ name, cells }) => [name, ...cells.map((each) => each?.full ?? '')])
  const clean = (text: string): string => text.replaceAll(/[\t\r\n]+/g, ' ')
  return [head, ...lines].map((line) => line.map(clean).join('\t')).join('\n')
}
