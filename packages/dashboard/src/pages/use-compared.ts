import { useEffect, useState } from 'preact/hooks'
import { getEngine } from '../app/engine.ts'
import { sourceOf } from '../app/sources.ts'
import type { OpenedStudy } from '../data/engine.ts'

export interface OpenedOne {
  /** As the address has it. */
  readonly id: string
  readonly study: OpenedStudy
}

/** Studies of a comparison on their way. */
export interface Comparison {
  /** Those that could be opened, in the order of the address. */
  readonly opened: readonly OpenedOne[]
  /** Those that could not, and why. */
  readonly refused: readonly { readonly id: string; readonly message: string }[]
  readonly isReady: boolean
  /** Rises when any of the studies has changed. */
  readonly version: number
}

const nothing: Comparison = { opened: [], refused: [], isReady: false, version: 0 }

/** Opens studies and follows them while the page is there. */
export function useCompared(ids: readonly string[]): Comparison {
  const [state, setState] = useState<Comparison>(nothing)
  const key = ids.join('\n')
  useEffect(() => {
    const ends: (() => void)[] = []
    let isOver = false
    setState(nothing)
    const openOne = async (id: string): Promise<OpenedStudy> => {
      const source = sourceOf(id)
      if (source === undefined) throw new Error('The file is no longer open in this page.')
      const study = await (await getEngine()).open(source)
      if (isOver) study[Symbol.dispose]()
      else ends.push(() => study[Symbol.dispose]())
      return study
    }
    const openAll = async (): Promise<void> => {
      const results = await Promise.allSettled(ids.map(openOne))
      if (isOver) return
      const opened: OpenedOne[] = []
      const refused: { id: string; message: string }[] = []
      for (const [place, result] of results.entries()) {
        const id = ids[place] as string
        if (result.status === 'fulfilled') opened.push({ id, study: result.value })
        else refused.push({ id, message: (result.reason as Error).message })
      }
      for (const { study } of opened) {
        ends.push(study.subscribe(() => setState((old) => ({ ...old, version: old.version + 1 }))))
      }
      setState({ opened, refused, isReady: true, version: 0 })
    }
    void openAll()
    return () => {
      isOver = true
      for (const end of ends) end()
    }
  }, [key])
  return state
}
