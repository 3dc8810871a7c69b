import type { ReadonlySignal } from '@preact/signals'
import { signal } from '@preact/signals'

export type ToastKind = 'info' | 'good' | 'bad'

export interface Toast {
  readonly key: number
  readonly text: string
  readonly kind: ToastKind
  readonly action?: { readonly label: string; readonly act: () => void }
}

const shown = signal<readonly Toast[]>([])
let made = 0

export const toasts: ReadonlySignal<readonly Toast[]> = shown

/**
 * Tells something in the corner of the page, for some seconds; bad news stays until it is sent away.
 * An action, such as taking back what was done, stands beside it.
 */
export function tell(text: string, kind: ToastKind = 'info', action?: Toast['action']): void {
  const key = made++
  // The same twice says nothing more.
  const others = shown.value.filter((toast) => toast.text !== text)
  shown.value = [
    ...others.slice(-3),
    { key, text, kind, ...(action === undefined ? {} : { action }) },
  ]
  if (kind === 'bad') return
  setTimeout(() => forget(key), action === undefined ? 4000 : 10_000)
}

/** Tells what went wrong, in the words of the error. */
export function tellError(error: unknown): void {
  tell(error instanceof Error ? error.message : String(error), 'bad')
}

export function forget(key: number): void {
  shown.value = shown.value.filter((toast) => toast.key !== key)
}
