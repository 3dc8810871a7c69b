import type { JSX } from 'preact'

import { Segmented } from '../../../ui/field.tsx'
import { ChartCard } from '../charts/chart-card.tsx'
import { ColumnChoice } from '../charts/choices.tsx'
import { pageQuery, setQuery } from '../model/page-query.ts'
import { useStudy } from '../model/study-model.ts'

/** Which parameters decide about objectives and duration, and how the chosen one does. */
export default function ImportanceTab(): JSX.Element {
  const { opened } = useStudy()
  const { params } = opened.about
  const query = pageQuery.value
  const method = query.get('method') === 'fanova' ? 'fanova' : 'ped-anova'
  const param = query.get('param') ?? params[0]?.name
  const choice =
    param === undefined || params.length < 2 ? undefined : (
      <ColumnChoice
        label="Parameter"
        value={param}
        columns={params.map(({ name }) => ({ column: name, name }))}
        onChange={(name) => setQuery({ param: name })}
      />
    )
  return (
    <div class="charts">
      <div class="option-row" role="group" aria-label="Options">
        <Segmented
          label="Method"
          value={method}
          options={[
            {
              value: 'ped-anova',
              label: 'PED-ANOVA',
              title: 'What decides whether a trial is among the best',
            },
            {
              value: 'fanova',
              label: 'fANOVA',
              title: 'What decides about the results of all trials',
            },
          ]}
          onChange={(value) => setQuery({ method: value === 'fanova' ? value : undefined })}
        />
        {choice === undefined ? null : <span class="soft">Parameter below</span>}
        {choice}
      </div>
      <ChartCard
        name="Importance"
        query={{ chart: 'importance', ...(method === 'fanova' ? { options: { method } } : {}) }}
        isWide
        isHeavy
        height={320}
        onBar={(name) => setQuery({ param: name })}
      />
      {param === undefined ? null : (
        <>
          <ChartCard name="Slice" query={{ chart: 'slice', params: [param] }} />
          <ChartCard name="Effect" query={{ chart: 'effects', params: [param] }} isHeavy />
        </>
      )}
    </div>
  )
}
