import type { StudyEvent } from '@attune/core'
import { describeDistribution } from '@attune/core'

import { attuneCall } from '../progress/attune-call.ts'
import { searchedRanges } from '../describe/searched-ranges.ts'
import type { WatchedStudy } from '../progress/progress-contract.ts'
import { formatValues } from '../text/format.ts'

/**
 * Tells whoever watches a run what others want of it: first what holds already (a pause, ranges that
 * were narrowed), then every command that comes while it runs.
 */
export function noteSteering(
  study: WatchedStudy,
  journal: string,
  note: (line: string) => void,
): void {
  const { history, name } = study
  if (history.steering?.command === 'pause') note(pauseNote(history.steering.why, name, journal))
  for (const { name: param, declared, now } of searchedRanges(history)) {
    note(`${param} is searched in ${describeDistribution(now)}, declared as ${declared}`)
  }
  study.subscribe((event) => {
    const text = steeringNote(event, study, journal)
    if (text !== undefined) note(text)
  })
}

function steeringNote(event: StudyEvent, study: WatchedStudy, journal: string): string | undefined {
  switch (event.type) {
    case 'study-steered':
      if (event.command === 'pause') return pauseNote(event.why, study.name, journal)
      return event.command === 'resume'
        ? `goes on, by attune resume${because(event.why)}`
        : `ends, by attune stop${because(event.why)}`
    case 'space-adjusted': {
      const searched = searchedRanges(study.history)
      const changes = Object.keys(event.params).map((param) => {
        const found = searched.find(({ name }) => name === param)
        return `${param} in ${found === undefined ? 'its declared range' : describeDistribution(found.now)}`
      })
      return `searches from now on ${changes.join(', ')}, by attune narrow`
    }
    case 'trial-enqueued':
      return `a configuration was enqueued: ${formatValues(event.values) || 'any'}`
    case 'trial-skipped':
      return `trial ${event.trial} was skipped${because(event.why)}`
    default:
      return undefined
  }
}

function pauseNote(why: string | undefined, name: string, journal: string): string {
  return `paused by attune pause${because(why)}; go on with: ${attuneCall('resume', name, journal)}`
}

const because = (why: string | undefined): string => (why === undefined ? '' : ` (${why})`)
