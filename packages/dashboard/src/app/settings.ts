import type { Signal } from '@preact/signals'
import { effect, signal } from '@preact/signals'

const kept = new Map<string, Signal<unknown>>()

/**
 * A setting that outlives the page, in localStorage under `attune.KEY`; the same signal for the same
 * key. Where storage is denied it lasts as long as the page. What is stored and not acceptable is
 * passed over.
 */
export function setting<T>(
  key: string,
  initial: T,
  accepts: (value: unknown) => value is T,
): Signal<T> {
  const known = kept.get(key)
  if (known !== undefined) return known as Signal<T>
  const stored = read(key)
  const made = signal<T>(accepts(stored) ? stored : initial)
  kept.set(key, made as Signal<unknown>)
  let isFirst = true
  effect(() => {
    const { value } = made
    if (!isFirst) write(key, value)
    isFirst = false
  })
  return made
}

/** Accepts one of some texts. */
export const oneOf =
  <T extends string>(...values: readonly T[]) =>
  (value: unknown): value is T =>
    values.includes(value as T)
export const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean'
export const isNumber = (value: unknown): value is number => typeof value === 'number'
export const isText = (value: unknown): value is string => typeof value === 'string'
export const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every(isText)

export type Theme = 'light' | 'dark' | 'system'

/** The settings that the whole app shares. */
export const settings: {
  readonly theme: Signal<Theme>
  /** Significant digits of numbers: 3 to 17. */
  readonly digits: Signal<number>
} = {
  theme: setting<Theme>('theme', 'system', oneOf('light', 'dark', 'system')),
  digits: setting(
    'digits',
    4,
    (value): value is number => isNumber(value) && value >= 2 && value <= 17,
  ),
}

const darkQuery = matchMedia('(prefers-color-scheme: dark)')
const systemIsDark = signal(darkQuery.matches)
darkQuery.addEventListener('change', ({ matches }) => {
  systemIsDark.value = matches
})

/** The theme as it is seen now; read it where colours are needed in script, as on canvas. */
export function shownTheme(): 'light' | 'dark' {
  const chosen = settings.theme.value
  return chosen === 'system' ? (systemIsDark.value ? 'dark' : 'light') : chosen
}

/** Keeps `data-theme` of the document at the theme that is shown. */
export function followTheme(): () => void {
  return effect(() => {
    document.documentElement.dataset['theme'] = shownTheme()
  })
}

function read(key: string): unknown {
  try {
    const text = localStorage.getItem(`attune.${key}`)
    return text === null ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

function write(key: string, value: unknown): void {
  try {
    localStorage.setItem(`attune.${key}`, JSON.stringify(value))
  } catch {
    // Storage is denied or full: the setting lasts as long as the page.
  }
}
