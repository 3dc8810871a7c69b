import type { ReadonlySignal } from '@preact/signals'
import { computed, signal } from '@preact/signals'
import { isFile } from './base.ts'

/** What the server says of itself. */
export interface Session {
  readonly version: string
  readonly readOnly: boolean
  /** The journals that are read, as people know their files. */
  readonly journals: readonly string[]
}

const loaded = signal<Session | undefined>(
  isFile ? { version: '', readOnly: true, journals: [] } : undefined,
)
const isRefused = signal(false)
const isGone = signal(false)

/** Undefined until the server has answered; of a page without a server read-only from the start. */
export const session: ReadonlySignal<Session | undefined> = loaded

/** Whether what the page shows may be changed from here. */
export const canWrite: ReadonlySignal<boolean> = computed(
  () => !isFile && loaded.value?.readOnly === false,
)

/** Whether the server wants to see the link with the token first. */
export const needsLink: ReadonlySignal<boolean> = isRefused

/** Whether the server does not answer for now: what is shown may be old. */
export const isStale: ReadonlySignal<boolean> = isGone

export function setSession(session: Session): void {
  loaded.value = session
  isRefused.value = false
}

export function askForLink(): void {
  isRefused.value = true
}

/** Says whether the connection to the server stands, for the banner above all pages. */
export function setStale(stale: boolean): void {
  isGone.value = stale
}
