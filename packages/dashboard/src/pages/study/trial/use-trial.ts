import { useEffect, useState } from 'preact/hooks'

import type { TrialView } from '../../../data/engine.ts'
import { refreshOf } from '../model/refresh.ts'
import { useStudy } from '../model/study-model.ts'

/** A trial, kept up with the study. */
export function useTrial(trial: number): { readonly view?: TrialView; readonly problem?: string } {
  const { opened, change } = useStudy()
  const [answer, setAnswer] = useState<{
    readonly view?: TrialView
    readonly problem?: string
    readonly of: number
  }>({ of: -1 })
  useEffect(() => {
    let gone = false
    const refresh = refreshOf(async () => {
      try {
        const view = await opened.trial(trial)
        if (!gone) setAnswer({ view, of: trial })
      } catch (error) {
        if (gone) return
        setAnswer({ problem: error instanceof Error ? error.message : String(error), of: trial })
      }
    })
    const leave = change.subscribe(() => refresh.ask())
    return () => {
      gone = true
      leave()
      refresh[Symbol.dispose]()
    }
  }, [opened, change, trial])
  return answer.of === trial ? answer : {}
}
