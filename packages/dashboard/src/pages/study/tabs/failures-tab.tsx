import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'

import { hrefOf } from '../../../app/route.ts'
import { LinkButton } from '../../../ui/button.tsx'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { IconCheck } from '../../../ui/icons.tsx'
import { ChartCard } from '../charts/chart-card.tsx'
import { setQuery, tabPath } from '../model/page-query.ts'
import { refreshOf } from '../model/refresh.ts'
import { useStudy } from '../model/study-model.ts'

/** Why trials failed, and what those that did share. */
export default function FailuresTab(): JSX.Element {
  const { id, facts } = useStudy()
  const states = facts.value?.states
  if (states !== undefined && states.failed === 0) {
    return (
      <EmptyState title="No trial failed" icon={<IconCheck size={28} />}>
        <p>When one does, its reason stands here, with what failed trials have in common.</p>
      </EmptyState>
    )
  }
  return (
    <div class="charts">
      <section class="chart-card is-wide panel-text">
        <div class="row">
          <h3>Last failures</h3>
          <LinkButton
            isSmall
            class="spread"
            href={hrefOf(tabPath(id, 'trials', { state: 'failed', cols: 'state,reason,seconds' }))}
          >
            All as a table
          </LinkButton>
        </div>
        <LastFailures />
      </section>
      <ChartCard name="Failures" query={{ chart: 'failures' }} isWide height={300} />
    </div>
  )
}

interface Failed {
  readonly trial: number
  readonly reason: string
  readonly message: string
}

const most = 12

function LastFailures(): JSX.Element {
  const { opened, change } = useStudy()
  const [failed, setFailed] = useState<readonly Failed[] | undefined>(undefined)
  useEffect(() => {
    let gone = false
    const refresh = refreshOf(async () => {
      const rows = await opened.rows({
        selection: [{ kind: 'where', expression: 'trial.state == "failed"' }],
        sort: { column: 'trial', down: true },
        from: 0,
        to: most,
        columns: [],
      })
      const views = await Promise.all([...rows.trials].map((trial) => opened.trial(trial)))
      if (gone) return
      setFailed(
        views.map(({ number, failure }) => ({
          trial: number,
          reason: failure?.reason ?? 'failed',
          message: failure?.message ?? '',
        })),
      )
    }, 1000)
    const leave = change.subscribe(() => refresh.ask())
    return () => {
      gone = true
      leave()
      refresh[Symbol.dispose]()
    }
  }, [opened, change])
  return (
    <ul class="failure-list">
      {failed?.map(({ trial, reason, message }) => (
        <li key={trial}>
          <button type="button" class="link" onClick={() => setQuery({ trial: String(trial) })}>
            trial {trial}
          </button>
          <span class="badge bad">{reason}</span>
          <span class="cut" title={message}>
            {message}
          </span>
        </li>
      ))}
    </ul>
  )
}
