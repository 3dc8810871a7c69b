import type { ComponentType, JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'

/**
 * A component whose code comes when it is first shown.
 * @param pending what holds its place until then
 * @param isLater whether what people look at first goes before it
 */
export function lazyPart<P extends object>(
  load: () => Promise<ComponentType<P>>,
  pending: JSX.Element | null = null,
  isLater = false,
): (props: P) => JSX.Element | null {
  let found: ComponentType<P> | undefined
  return function LazyPart(props) {
    const [Part, setPart] = useState<ComponentType<P> | undefined>(() => found)
    const [problem, setProblem] = useState<string | undefined>(undefined)
    useEffect(() => {
      if (Part !== undefined) return undefined
      let gone = false
      const ready = isLater ? whenIdle() : Promise.resolve()
      ready.then(load).then(
        (part) => {
          found = part
          if (!gone) setPart(() => part)
        },
        (error: unknown) => setProblem(error instanceof Error ? error.message : String(error)),
      )
      return () => {
        gone = true
      }
    }, [])
    if (problem !== undefined)
      return <p class="soft">This part of the page did not load: {problem}</p>
    return Part === undefined ? pending : <Part {...props} />
  }
}

/** The time that the page gets for what it shows first, and the longest until the rest comes anyhow. */
const idle = { after: 150, most: 1000 }

/** Resolves when the page has shown what comes first and has nothing else to do. */
const whenIdle = (): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(() => {
      if (typeof requestIdleCallback === 'undefined') resolve()
      else requestIdleCallback(() => resolve(), { timeout: idle.most })
    }, idle.after)
  })
