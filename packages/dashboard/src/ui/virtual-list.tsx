import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'

export interface VirtualListProps {
  readonly total: number
  readonly rowHeight: number
  /** One row by its place; it is put at its height by the list. */
  readonly row: (place: number) => ComponentChildren
  readonly label: string
  /** Rows beyond the window, at each end; default 8. */
  readonly beyond?: number
  /** Called when other rows come into the window. */
  readonly onRange?: (from: number, to: number) => void
}

/** Rows of one height of which only those in the window are in the page. */
export function VirtualList(props: VirtualListProps) {
  const { total, rowHeight, row, label, beyond = 8, onRange } = props
  const ref = useRef<HTMLDivElement>(null)
  const [view, setView] = useState({ top: 0, height: 480 })
  const from = Math.max(0, Math.floor(view.top / rowHeight) - beyond)
  const to = Math.min(total, Math.ceil((view.top + view.height) / rowHeight) + beyond)
  useEffect(() => {
    const { current: list } = ref
    if (list === null) return undefined
    const measure = (): void => setView({ top: list.scrollTop, height: list.clientHeight })
    const observer = new ResizeObserver(measure)
    observer.observe(list)
    list.addEventListener('scroll', measure, { passive: true })
    return () => {
      observer.disconnect()
      list.removeEventListener('scroll', measure)
    }
  }, [])
  useEffect(() => onRange?.(from, to), [from, to])
  return (
    <div ref={ref} class="virtual-list" role="list" aria-label={label} tabIndex={0}>
      <div class="inner" style={{ height: `${total * rowHeight}px` }}>
        {Array.from({ length: Math.max(0, to - from) }, (_, k) => (
          <div
            key={from + k}
            role="listitem"
            aria-posinset={from + k + 1}
            aria-setsize={total}
            style={{
              height: `${rowHeight}px`,
              transform: `translateY(${(from + k) * rowHeight}px)`,
            }}
          >
            {row(from + k)}
          </div>
        ))}
      </div>
    </div>
  )
}
