import type { JSX } from 'preact'

import { ChartCard } from '../charts/chart-card.tsx'
import { useStudy } from '../model/study-model.ts'
import { RunsCard } from './runs-card.tsx'

/** When each worker was busy with which trial. */
export default function TimelineTab(): JSX.Element {
  const { facts } = useStudy()
  const workers = facts.value?.workers ?? []
  const states = facts.value?.states
  const isPruned = states !== undefined && states.pruned + states.paused > 0
  return (
    <div class="charts">
      <ChartCard name="Timeline" query={{ chart: 'timeline' }} isWide height={520} />
      <section class="chart-card panel-text">
        <h3>Workers</h3>
        {workers.length === 0 ? (
          <p class="soft">No worker runs a trial now.</p>
        ) : (
          <dl class="values">
            {workers.slice(0, 64).map(({ name, trials }) => (
              <div key={name}>
                <dt class="cut" title={name}>
                  {name}
                </dt>
                <dd class="cut">{trials.length === 0 ? 'idle' : `trial ${trials.join(', ')}`}</dd>
              </div>
            ))}
          </dl>
        )}
      </section>
      <RunsCard />
      <ChartCard
        name="Duration"
        query={{ chart: 'scatter', params: ['trial', 'seconds'] }}
        height={300}
      />
      <ChartCard name="Budget" query={{ chart: 'budget' }} isWide height={260} />
      {isPruned ? (
        <ChartCard name="Pruning" query={{ chart: 'pruning' }} isWide height={340} />
      ) : null}
    </div>
  )
}
