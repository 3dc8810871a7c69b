import { useEffect, useRef } from 'preact/hooks'

/** A key of the page: `/`, `j`, `Escape`, or two after one another such as `g l`. */
export interface KeyBinding {
  readonly keys: string
  /** What it does, for the list of keys. */
  readonly about: string
  readonly act: () => void
}

const groups: { current: readonly KeyBinding[] }[] = []
let pending = ''
let pendingSince = 0

/**
 * Binds keys while a component is there. What was bound last goes first. Keys that are typed into a
 * field, with Control, Alt or Command, or while a dialog is open, are left alone.
 */
export function useKeys(bindings: readonly KeyBinding[]): void {
  const group = useRef(bindings)
  group.current = bindings
  useEffect(() => {
    groups.push(group)
    return () => {
      groups.splice(groups.indexOf(group), 1)
    }
  }, [])
}

/** All that is bound now, the last first; each key once. */
export function boundKeys(): readonly KeyBinding[] {
  const known = new Map<string, KeyBinding>()
  for (const group of groups.toReversed()) {
    for (const binding of group.current)
      if (!known.has(binding.keys)) known.set(binding.keys, binding)
  }
  return [...known.values()]
}

/** Begins to listen; gives the way to end it. */
export function followKeys(): () => void {
  document.addEventListener('keydown', onKey)
  return () => document.removeEventListener('keydown', onKey)
}

function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey) return
  if (isTyping(event.target) || document.querySelector('dialog[open]') !== null) return
  const pair = event.timeStamp - pendingSince < 1200 ? `${pending} ${event.key}` : ''
  const bindings = boundKeys()
  const found =
    bindings.find(({ keys }) => keys === pair) ?? bindings.find(({ keys }) => keys === event.key)
  pending = found === undefined && event.key.length === 1 ? event.key : ''
  pendingSince = event.timeStamp
  if (found === undefined) return
  event.preventDefault()
  found.act()
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target instanceof HTMLTextAreaElement) return true
  if (target instanceof HTMLSelectElement) return true
  return (
    target instanceof HTMLInputElement &&
    !['checkbox', 'radio', 'button', 'range'].includes(target.type)
  )
}
