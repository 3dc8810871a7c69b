import type { RefObject } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'

/**
 * Whether an element is in view or near it; without IntersectionObserver always.
 * @param around how far beyond the view counts as near, as a CSS margin
 * @param initially what it is until that has been looked at
 */
export function useVisible<T extends Element>(
  around = '200px',
  initially = false,
): readonly [ref: RefObject<T | null>, visible: boolean] {
  const ref = useRef<T>(null)
  const [visible, setVisible] = useState(initially || typeof IntersectionObserver === 'undefined')
  useEffect(() => {
    const element = ref.current
    if (element === null || typeof IntersectionObserver === 'undefined') return undefined
    const observer = new IntersectionObserver(
      (entries) => setVisible(entries.at(-1)?.isIntersecting === true),
      { rootMargin: around },
    )
    observer.observe(element)
    return () => observer.disconnect()
  }, [around])
  return [ref, visible]
}
