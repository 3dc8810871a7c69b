import type { JSX } from 'preact'

import { Check, Select } from '../../../ui/field.tsx'
import { setQuery } from '../model/page-query.ts'
import { useStudy } from '../model/study-model.ts'
import { chartOptions, courses, courseWords } from './chart-options.ts'

/** What all charts of a page share: the objective, its axis, and which results are drawn. */
export function OptionRow(): JSX.Element {
  const { opened } = useStudy()
  const { objective, robust, pruned, log, by, regret, quartiles } = chartOptions.value
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
      <Select
        label="History by"
        isInline
        value={by}
        options={courses.map((value) => ({ value, label: courseWords[value] }))}
        onChange={(value) => setQuery({ by: value === 'trial' ? undefined : value })}
      />
      <Check
        label="Distance to the best"
        isChecked={regret}
        onChange={(on) => setQuery({ view: on ? 'regret' : undefined })}
        title="How far results lie behind the best that is known (regret), on a log axis"
      />
      <Check
        label="Quartiles"
        isChecked={quartiles}
        onChange={(on) => setQuery({ quartiles: on ? '1' : undefined })}
        title="The middle half of the last results, in the history"
      />
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
