import type { ComponentChildren } from 'preact'

/** Where there is nothing to show: what it means and what to do about it. */
export function EmptyState(props: {
  readonly title: string
  readonly icon?: ComponentChildren
  readonly children?: ComponentChildren
  /** Buttons and links. */
  readonly actions?: ComponentChildren
  /** Whether it is all that is on the page, so that its title is the page's. */
  readonly isPage?: boolean
}) {
  return (
    <div class="empty-state">
      {props.icon}
      {props.isPage === true ? <h1>{props.title}</h1> : <h2>{props.title}</h2>}
      {props.children}
      {props.actions === undefined ? null : <div class="actions">{props.actions}</div>}
    </div>
  )
}
