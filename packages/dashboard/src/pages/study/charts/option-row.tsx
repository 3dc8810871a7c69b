import type { JSX } from 'preact'

import { Check, Select } from '../../../ui/field.tsx'
import { setQuery } from '../model/page-query.ts'
import { useStudy } from '../model/study-model.ts'
import { chartOptions } from './chart-options.ts'

/** What all charts of a page share: the objective, its axis, and which results are drawn. */
export function OptionRow(): JSX.Element {
  const { opened } = useStudy()
  const { objective, robust, pruned, log } = chartOptions.value
  const { objectives } = opened.about
  const name = objectives[Math.min(objective, objectives.length - 1)]?.name ?? ''
  const isLog = log.includes(name)
  const setLog = (on: boolean): void => {
    const others = log.filter((each) => each !== name)
    setQuery({ log: (on ? [...others, name] : others).join(',') })
  }
  return (
    <div class="option-row" role="group" aria-label="Options of all charts">
      {objectives.length > 1 ? (
        <Select
          label="Objective"
          isInline
          value={String(objective)}
          options={objectives.map((each, i) => ({ value: String(i), label: each.name }))}
          onChange={(value) => setQuery({ o: value === '0' ? undefined : value })}
        />
      ) : null}
      <Check
        label="Log axis"
        isChecked={isLog}
        onChange={setLog}
        title={`${name} on a logarithmic axis`}
      />
      <Check
        label="Cut off outliers"
        isChecked={robust}
        onChange={(on) => setQuery({ robust: on ? undefined : '0' })}
        title="Bad results far from all others stand at the edge of the history"
      />
      <Check
        label="Pruned trials"
        isChecked={pruned}
        onChange={(on) => setQuery({ pruned: on ? undefined : '0' })}
      />
    </div>
  )
}
