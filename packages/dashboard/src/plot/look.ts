import { lookOf } from '@attune/core'
import type { Look } from '@attune/core'

/** The colours of a plot, and its font. */
export interface PlotLook extends Look {
  readonly font: string
  /** What is chosen or pointed at. */
  readonly accent: string
}

/**
 * The colours of a theme: core's palette and scale of colours, text and lines as the page has them in
 * its custom properties (`--plot-ground`, `--plot-ink`, `--plot-soft`, `--plot-line`, `--plot-grid`,
 * `--plot-accent`).
 */
export function readLook(theme: 'light' | 'dark', element?: Element): PlotLook {
  const look = lookOf(theme)
  const style = element === undefined ? undefined : getComputedStyle(element)
  const own = (name: string, usual: string): string =>
    style?.getPropertyValue(`--plot-${name}`).trim() || usual
  return {
    ...look,
    ground: own('ground', look.ground),
    ink: own('ink', look.ink),
    soft: own('soft', look.soft),
    line: own('line', look.line),
    grid: own('grid', look.grid),
    accent: own('accent', look.palette[0]!),
    font: style?.fontFamily || 'system-ui, sans-serif',
  }
}

/** The theme of the page: that of the root's `data-theme`, else what the system asks for. */
export function pageTheme(): 'light' | 'dark' {
  const { theme } = document.documentElement.dataset
  if (theme === 'dark' || theme === 'light') return theme
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
}

export const paletteAt = ({ palette }: Look, colour: number): string =>
  palette[colour % palette.length]!

/** A colour such as `#4aa3df` in its three parts, from 0 to 255. */
export function partsOf(hex: string): readonly [r: number, g: number, b: number] {
  const at = (i: number): number => Number.parseInt(hex.slice(i, i + 2), 16)
  return [at(1), at(3), at(5)]
}

/** How many colours a scale of colours is cut into. */
export const shadeCount = 64

/**
 * A scale of colours in so many steps, from low to high. What stands on the ground must be seen on it:
 * there the end that comes near to it is left out, and in the dark the bright end is the low one.
 */
export function shadesOf({ ramp, isDark }: Look, onGround: boolean): readonly string[] {
  const points = (onGround && isDark ? ramp.toReversed() : ramp).map(partsOf)
  const most = onGround ? 0.92 : 1
  return Array.from({ length: shadeCount }, (_, i) => {
    const at = ((most * i) / (shadeCount - 1)) * (points.length - 1)
    const below = Math.min(points.length - 2, Math.floor(at))
    const [from, to] = [points[below]!, points[below + 1]!]
    const mixed = from.map((a, k) => Math.round(a + (at - below) * (to[k]! - a)))
    return `#${mixed.map((x) => x.toString(16).padStart(2, '0')).join('')}`
  })
}

/** The place of a number in a scale of colours; -1 for what has no colour. */
export function shadeAt(x: number, low: number, high: number): number {
  if (Number.isNaN(x)) return -1
  const share = high > low ? (x - low) / (high - low) : 0.5
  return Math.round(Math.min(1, Math.max(0, share)) * (shadeCount - 1))
}

/** The ends of a scale of colours: those that the axis names, else what is there. */
export function shadeEnds(
  { min, max }: { readonly min?: number; readonly max?: number },
  values: Float64Array,
): readonly [low: number, high: number] {
  let [low, high] = [Infinity, -Infinity]
  for (const x of values) {
    if (!Number.isFinite(x)) continue
    if (x < low) low = x
    if (x > high) high = x
  }
  if (!(low <= high)) return [min ?? 0, max ?? 1]
  return [min ?? low, max ?? high]
}
