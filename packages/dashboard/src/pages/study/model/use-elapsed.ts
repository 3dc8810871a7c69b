import { useEffect, useState } from 'preact/hooks'

import type { StudyFacts } from '../../../data/engine.ts'

/** How long a study has run, in seconds; goes on by the second while a trial runs and the page is seen. */
export function useElapsed(facts: StudyFacts | undefined): number | undefined {
  const [more, setMore] = useState(0)
  const runs = facts !== undefined && facts.states.running > 0 && facts.diedAfter === undefined
  useEffect(() => {
    setMore(0)
    if (!runs) return undefined
    const began = performance.now()
    const timer = setInterval(() => {
      if (!document.hidden) setMore((performance.now() - began) / 1000)
    }, 1000)
    return () => clearInterval(timer)
  }, [facts, runs])
  return facts?.startedAt === undefined ? undefined : facts.elapsedSeconds + (runs ? more : 0)
}
