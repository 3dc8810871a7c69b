/**
 * Puts a popover of the top layer below a place of the page, or above it where there is no room, and
 * within the window.
 */
export function placeBeside(popover: HTMLElement, anchor: Element, align: 'start' | 'end'): void {
  const gap = 4
  const edge = 8
  const around = anchor.getBoundingClientRect()
  const { offsetWidth: width, offsetHeight: height } = popover
  const left = align === 'start' ? around.left : around.right - width
  const below = around.bottom + gap
  const fits = below + height + edge <= innerHeight || around.top < height + gap + edge
  const top = fits ? Math.min(below, innerHeight - height - edge) : around.top - gap - height
  popover.style.left = `${Math.max(edge, Math.min(left, innerWidth - width - edge))}px`
  popover.style.top = `${Math.max(edge, top)}px`
}
