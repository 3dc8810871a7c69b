import type { TrialState } from '@attune/core'
import type { JSX } from 'preact'

import { StateBadge } from '../../../ui/badge.tsx'

/** The state of a trial as the engine names it. */
export function StateMark({ state }: { readonly state: string }): JSX.Element {
  return <StateBadge state={state as TrialState} />
}
