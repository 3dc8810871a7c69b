/** Where the keyboard was before it went into the drawer of a trial. */
let before: HTMLElement | undefined

export const drawerId = 'trial-drawer'

/** Goes into the drawer that is open, if one is. */
export function enterDrawer(): void {
  const drawer = document.getElementById(drawerId)
  const { activeElement } = document
  if (drawer === null || drawer.contains(activeElement)) return
  before = activeElement instanceof HTMLElement ? activeElement : undefined
  drawer.focus()
}

/** The drawer closes: who was in it is where they came from. */
export function leaveDrawer(drawer: HTMLElement | null): void {
  if (drawer?.contains(document.activeElement) === true) before?.focus()
  before = undefined
}
