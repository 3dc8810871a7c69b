import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'

import type { TrialView } from '../../../data/engine.ts'
import { CopyButton } from '../../../ui/copy-button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { Check } from '../../../ui/field.tsx'
import { ChartView } from '../charts/chart-view.tsx'
import { joinedCurves } from '../model/joined-curves.ts'
import { pageQuery, setQuery } from '../model/page-query.ts'
import { useStudy } from '../model/study-model.ts'
import type { DiffRow } from '../model/trial-diff.ts'
import { diffText, diffTrials } from '../model/trial-diff.ts'

/** Two to five trials side by side (`compare=3,17`): what differs stands first. */
export function CompareTrials(): JSX.Element | null {
  const text = pageQuery.value.get('compare')
  const trials = [
    ...new Set(
      (text ?? '')
        .split(',')
        .filter((each) => /^\d+$/.test(each))
        .map(Number),
    ),
  ]
  return trials.length < 2 ? null : <Comparison key={text} trials={trials.slice(0, 5)} />
}

const groupNames = { result: 'Results', parameter: 'Parameters', run: 'Run' } as const

function Comparison({ trials }: { readonly trials: readonly number[] }): JSX.Element {
  const { opened } = useStudy()
  const [views, setViews] = useState<readonly TrialView[] | undefined>(undefined)
  const [problem, setProblem] = useState<string | undefined>(undefined)
  const [onlyDifferent, setOnlyDifferent] = useState(true)
  useEffect(() => {
    let gone = false
    Promise.all(trials.map((trial) => opened.trial(trial))).then(
      (found) => {
        if (!gone) setViews(found)
      },
      (error: unknown) => setProblem(error instanceof Error ? error.message : String(error)),
    )
    return () => {
      gone = true
    }
  }, [opened])
  const rows = views === undefined ? [] : diffTrials(views)
  const shown = onlyDifferent ? rows.filter(({ differs }) => differs) : rows
  const curves = views === undefined ? undefined : joinedCurves(views)
  return (
    <Dialog
      title={`Trials ${trials.join(', ')}`}
      size="large"
      onClose={() => setQuery({ compare: undefined })}
      actions={
        views === undefined ? null : (
          <CopyButton label="Copy as a table" text={() => diffText(views, rows)}>
            Copy
          </CopyButton>
        )
      }
    >
      {views === undefined ? (
        <p class="soft">{problem ?? 'Reading …'}</p>
      ) : (
        <div class="compare">
          <Check label="Only what differs" isChecked={onlyDifferent} onChange={setOnlyDifferent} />
          <div class="compare-frame" tabIndex={0} role="region" aria-label="Comparison">
            <table class="compare-table">
              <thead>
                <tr>
                  <th scope="col">
                    <span class="visually-hidden">What</span>
                  </th>
                  {views.map(({ number }) => (
                    <th key={number} scope="col">
                      <button
                        type="button"
                        class="link"
                        onClick={() => setQuery({ compare: undefined, trial: String(number) })}
                      >
                        trial {number}
                      </button>
                    </th>
                  ))}
                </tr>
              </thead>
              {(['result', 'parameter', 'run'] as const).map((group) => (
                <Group
                  key={group}
                  name={groupNames[group]}
                  rows={shown.filter((row) => row.group === group)}
                  span={views.length + 1}
                />
              ))}
            </table>
          </div>
          {curves === undefined ? null : <ChartView chart={curves} height={260} isAlone />}
        </div>
      )}
    </Dialog>
  )
}

interface GroupProps {
  readonly name: string
  readonly rows: readonly DiffRow[]
  /** Columns of the table. */
  readonly span: number
}

function Group({ name, rows, span }: GroupProps): JSX.Element | null {
  if (rows.length === 0) return null
  return (
    <tbody>
      <tr class="compare-group">
        <th scope="rowgroup" colSpan={span}>
          {name}
        </th>
      </tr>
      {rows.map((row) => (
        <tr key={row.name} class={row.differs ? 'differs' : ''}>
          <th scope="row" class="cut" title={row.name}>
            {row.name}
          </th>
          {row.cells.map((cell, i) => (
            <td key={i} title={cell?.full}>
              {cell?.value ?? <span class="faint">–</span>}
            </td>
          ))}
        </tr>
      ))}
    </tbody>
  )
}
