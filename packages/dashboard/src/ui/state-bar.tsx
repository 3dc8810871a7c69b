import type { TrialState } from '@attune/core'
import { formatCount } from './format.ts'

/** How a bar and a legend order the states. */
export const shownStates: readonly TrialState[] = [
  'complete',
  'pruned',
  'failed',
  'paused',
  'running',
  'waiting',
]

export interface StateBarProps {
  readonly states: Readonly<Record<TrialState, number>>
  /** How many trials were asked for: the rest of the bar stays empty. */
  readonly asked?: number | undefined
}

/** The trials of a study by state as one bar. */
export function StateBar({ states, asked }: StateBarProps) {
  const total = shownStates.reduce((sum, state) => sum + states[state], 0)
  const rest = Math.max(0, (asked ?? 0) - total)
  const text = describeStates(states, asked)
  return (
    <div class="state-bar" role="img" aria-label={text} title={text}>
      {shownStates
        .filter((state) => states[state] > 0)
        .map((state) => (
          <i key={state} class={state} style={{ flexGrow: String(states[state]) }} />
        ))}
      {rest > 0 ? <i class="open" style={{ flexGrow: String(rest) }} /> : null}
    </div>
  )
}

/** `183 complete, 12 pruned, 5 failed, of 300`. */
export function describeStates(
  states: Readonly<Record<TrialState, number>>,
  asked?: number,
): string {
  const parts = shownStates
    .filter((state) => states[state] > 0)
    .map((state) => `${formatCount(states[state])} ${state}`)
  const all = parts.length === 0 ? 'no trial yet' : parts.join(', ')
  return asked === undefined ? all : `${all}, of ${formatCount(asked)}`
}

/** What the colours of a bar mean, with counts. */
export function StateLegend({ states }: Pick<StateBarProps, 'states'>) {
  return (
    <ul class="state-legend">
      {shownStates
        .filter((state) => states[state] > 0)
        .map((state) => (
          <li key={state}>
            <i class={`dot ${state}`} />
            {formatCount(states[state])} {state}
          </li>
        ))}
    </ul>
  )
}
