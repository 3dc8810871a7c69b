import type { RefObject } from 'preact'
import { useEffect, useState } from 'preact/hooks'

export interface RowWindow {
  /** Rows that stand in the page, `to` not included. */
  readonly from: number
  readonly to: number
  /** Of a row, in pixels. */
  readonly height: number
}

/** Fewer rows than these all stand in the page. */
const fewRows = 30
const beyond = 6

/**
 * Which rows of a long list are in the page while the window scrolls: those that are seen and some
 * around them.
 *
 * @param list the element that holds the rows, of which the first has the attribute `data-row`
 */
export function useRowWindow(list: RefObject<HTMLElement | null>, total: number): RowWindow {
  const [view, setView] = useState<RowWindow>({ from: 0, to: fewRows, height: 0 })
  useEffect(() => {
    const { current: element } = list
    if (element === null) return undefined
    const measure = (): void => {
      const height = heightOf(element)
      if (height === 0) return
      const top = -element.getBoundingClientRect().top
      const from = Math.max(0, Math.floor(top / height) - beyond)
      const to = Math.ceil((top + innerHeight) / height) + beyond
      setView((old) =>
        old.from === from && old.to === to && old.height === height ? old : { from, to, height },
      )
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    addEventListener('scroll', measure, { passive: true })
    return () => {
      observer.disconnect()
      removeEventListener('scroll', measure)
    }
  }, [total])
  if (total <= fewRows) return { ...view, from: 0, to: total }
  const to = Math.min(total, Math.max(view.to, 1))
  return { ...view, from: Math.min(view.from, to), to }
}

/** From a row to the next, what stands between them included. */
function heightOf(list: HTMLElement): number {
  const [first, second] = list.querySelectorAll<HTMLElement>('[data-row]')
  if (first === undefined) return 0
  if (second === undefined) return first.offsetHeight
  return second.getBoundingClientRect().top - first.getBoundingClientRect().top
}
