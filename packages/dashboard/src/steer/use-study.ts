import { useEffect, useState } from 'preact/hooks'
import type { OpenedStudy } from '../data/engine.ts'

/** What a study answers, or why not; undefined values are not there yet. */
export interface Loaded<T> {
  readonly value?: T
  readonly problem?: string
}

/**
 * Asks a study for something when a component comes, and again whenever `keys` change or, with
 * `isLive`, the study does. While it is asked again the last answer stays.
 */
export function useStudy<T>(
  study: OpenedStudy,
  ask: (study: OpenedStudy) => Promise<T>,
  keys: readonly unknown[] = [],
  isLive: boolean = false,
): Loaded<T> {
  const [loaded, setLoaded] = useState<Loaded<T>>({})
  useEffect(() => {
    let isOver = false
    let isAsking = false
    let isAskedAgain = false
    const load = async (): Promise<void> => {
      if (isAsking) {
        isAskedAgain = true
        return
      }
      isAsking = true
      try {
        const value = await ask(study)
        if (!isOver) setLoaded({ value })
      } catch (error) {
        if (!isOver) setLoaded({ problem: error instanceof Error ? error.message : String(error) })
      }
      isAsking = false
      if (isAskedAgain && !isOver) {
        isAskedAgain = false
        void load()
      }
    }
    void load()
    const end = isLive ? study.subscribe(() => void load()) : undefined
    return () => {
      isOver = true
      end?.()
    }
  }, [study, ...keys])
  return loaded
}
