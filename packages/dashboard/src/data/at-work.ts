import type { StudyCard, StudyFacts } from '@attune/core'

/** How many trials run with a worker at them. */
export function atWork({ states, unattended = 0 }: StudyCard | StudyFacts): number {
  return states.running - unattended
}
