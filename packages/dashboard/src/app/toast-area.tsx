import { useEffect, useRef } from 'preact/hooks'
import { Button, IconButton } from '../ui/button.tsx'
import { IconClose } from '../ui/icons.tsx'
import type { Toast } from './toasts.ts'
import { forget, toasts } from './toasts.ts'

/** The corner of the page in which news are told. */
export function ToastArea() {
  const ref = useRef<HTMLDivElement>(null)
  const list = toasts.value
  useEffect(() => {
    const { current: area } = ref
    if (area === null) return
    // In the top layer they are seen above dialogs too; shown again they are above the newest.
    if (area.matches(':popover-open')) area.hidePopover()
    if (list.length > 0) area.showPopover()
  }, [list])
  return (
    <div ref={ref} class="toasts no-print" popover="manual" role="region" aria-label="News">
      <div role="status" class="visually-hidden">
        {list
          .filter(({ kind }) => kind !== 'bad')
          .map(({ text }) => text)
          .join('. ')}
      </div>
      {list.map((toast) => (
        <ToastView key={toast.key} toast={toast} />
      ))}
    </div>
  )
}

function ToastView({ toast }: { readonly toast: Toast }) {
  const { key, text, kind, action } = toast
  return (
    <div class={`toast ${kind}`} role={kind === 'bad' ? 'alert' : 'group'}>
      <p>{text}</p>
      {action === undefined ? null : (
        <Button
          isSmall
          onClick={() => {
            forget(key)
            action.act()
          }}
        >
          {action.label}
        </Button>
      )}
      <IconButton label="Dismiss" isSmall onClick={() => forget(key)}>
        <IconClose size={14} />
      </IconButton>
    </div>
  )
}
