import type { ComponentChildren } from 'preact'
import { IconClose } from './icons.tsx'
import type { TrialState } from '@attune/core'

export function Badge(props: {
  readonly tone?: 'accent' | 'good' | 'warn' | 'bad'
  readonly title?: string
  readonly children: ComponentChildren
}) {
  return (
    <span class={`badge ${props.tone ?? ''}`} title={props.title}>
      {props.children}
    </span>
  )
}

/** The state of a trial, told apart by shape and word as well as by colour. */
export function StateBadge({ state }: { readonly state: TrialState }) {
  return (
    <span class="badge">
      <i class={`dot ${state}${state === 'running' || state === 'waiting' ? ' hollow' : ''}`} />
      {state}
    </span>
  )
}

/** A word that can be taken away, such as a tag or a condition. */
export function Pill(props: {
  readonly children: string
  readonly title?: string
  /** What the button that takes it away is called; there is one when `onRemove` is given. */
  readonly removeLabel?: string
  readonly onRemove?: () => void
}) {
  return (
    <span class={`pill${props.onRemove === undefined ? ' plain' : ''}`} title={props.title}>
      <span>{props.children}</span>
      {props.onRemove === undefined ? null : (
        <button
          type="button"
          aria-label={props.removeLabel ?? `Remove ${props.children}`}
          onClick={props.onRemove}
        >
          <IconClose size={12} />
        </button>
      )}
    </span>
  )
}
