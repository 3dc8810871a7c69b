import type { JSX } from 'preact'

import { isStale } from '../../../app/session.ts'
import { IconWarning } from '../../../ui/icons.tsx'
import { Ago } from '../../../ui/time.tsx'
import { useStudy } from '../model/study-model.ts'

/** Says that the server is gone and what is shown may be old; the app says so above all pages if it knows. */
export function StaleBanner(): JSX.Element | null {
  const { change, facts } = useStudy()
  const { connection } = change.value
  if ((connection !== 'stale' && connection !== 'refused') || isStale.value) return null
  const at = facts.value?.changedAt
  return (
    <p class="stale-banner" role="status">
      <IconWarning size={14} />{' '}
      {connection === 'stale'
        ? 'The server does not answer; the page tries to come back.'
        : 'The server was started again. Open the link it printed in another tab; this page then goes on.'}
      {at === undefined ? null : (
        <span>
          {' '}
          Last news <Ago at={at} />.
        </span>
      )}
    </p>
  )
}
