import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef, useState } from 'preact/hooks'
import { placeBeside } from './place-beside.ts'

export interface TooltipProps {
  readonly text: string
  readonly children: ComponentChildren
}

/** Says more about what stands in it when it is pointed at, or has the focus. */
export function Tooltip({ text, children }: TooltipProps) {
  const [isOpen, setOpen] = useState(false)
  const anchor = useRef<HTMLSpanElement>(null)
  const tip = useRef<HTMLSpanElement>(null)
  const id = useId()
  useEffect(() => {
    if (!isOpen || tip.current === null || anchor.current === null) return undefined
    tip.current.showPopover()
    placeBeside(tip.current, anchor.current, 'start')
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') setOpen(false)
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [isOpen])
  return (
    <span
      ref={anchor}
      class="tooltip-anchor"
      aria-describedby={isOpen ? id : undefined}
      onMouseEnter={() => setOpen(true)}
      onMouseLeave={() => setOpen(false)}
      onFocusIn={() => setOpen(true)}
      onFocusOut={() => setOpen(false)}
    >
      {children}
      {isOpen ? (
        <span ref={tip} id={id} class="tooltip" role="tooltip" popover="manual">
          {text}
        </span>
      ) : null}
    </span>
  )
}
