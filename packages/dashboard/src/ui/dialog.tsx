import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'
import { IconButton } from './button.tsx'
import { IconClose } from './icons.tsx'

export interface DialogProps {
  readonly title: string
  /** Called when it is sent away: by Escape, the cross, or a click beside it. */
  readonly onClose: () => void
  readonly children: ComponentChildren
  /** Buttons at its end. */
  readonly footer?: ComponentChildren
  /** Beside the title. */
  readonly actions?: ComponentChildren
  /** `side` stands at the right edge, as high as the window. */
  readonly size?: 'normal' | 'large' | 'side'
}

/**
 * A dialog that is open as long as it is there. The browser's own `<dialog>` keeps the focus within and
 * gives it back to where it was.
 */
export function Dialog({
  title,
  onClose,
  children,
  footer,
  actions,
  size = 'normal',
}: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null)
  const id = useId()
  useEffect(() => {
    const dialog = ref.current
    dialog?.showModal()
    return () => dialog?.close()
  }, [])
  return (
    <dialog
      ref={ref}
      class={`dialog ${size}`}
      aria-labelledby={id}
      onCancel={(event) => {
        if (event.target !== ref.current) return
        event.preventDefault()
        onClose()
      }}
      onMouseDown={(event) => {
        const { current: dialog } = ref
        if (dialog !== null && event.target === dialog && isBeside(event, dialog)) onClose()
      }}
    >
      <header>
        <h2 id={id}>{title}</h2>
        {actions}
        <IconButton label="Close" onClick={onClose}>
          <IconClose />
        </IconButton>
      </header>
      <div class="content">{children}</div>
      {footer === undefined ? null : <footer>{footer}</footer>}
    </dialog>
  )
}

function isBeside(event: MouseEvent, dialog: HTMLElement): boolean {
  const { left, right, top, bottom } = dialog.getBoundingClientRect()
  const { clientX: x, clientY: y } = event
  return x < left || x > right || y < top || y > bottom
}
