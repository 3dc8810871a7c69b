import { useEffect, useRef } from 'preact/hooks'
import { formatCount } from './format.ts'

export interface Tab {
  readonly id: string
  readonly label: string
  readonly count?: number
  /** Of tabs that are pages with an address of their own; all tabs have one, or none. */
  readonly href?: string
}

export interface TabsProps {
  readonly label: string
  readonly tabs: readonly Tab[]
  readonly active: string
  /** Of tabs without an address. */
  readonly onSelect?: (id: string) => void
  /** Id of the element that a tab without an address shows. */
  readonly controls?: string
}

export function Tabs({ label, tabs, active, onSelect, controls }: TabsProps) {
  const ref = useRef<HTMLElement>(null)
  useEffect(() => {
    const { current: bar } = ref
    const tab = bar?.querySelector<HTMLElement>('[aria-current], [aria-selected="true"]')
    if (bar === null || tab === null || tab === undefined) return
    // Not scrollIntoView, which moves the page too.
    const room = (bar.clientWidth - tab.offsetWidth) / 2
    bar.scrollLeft = tab.offsetLeft - bar.offsetLeft - room
  }, [active])
  const content = (tab: Tab) => (
    <>
      {tab.label}
      {tab.count === undefined ? null : <span class="count">{formatCount(tab.count)}</span>}
    </>
  )
  if (tabs[0]?.href !== undefined) {
    return (
      <nav ref={ref} class="tabs" aria-label={label}>
        {tabs.map((tab) => (
          <a key={tab.id} href={tab.href} aria-current={tab.id === active ? 'page' : undefined}>
            {content(tab)}
          </a>
        ))}
      </nav>
    )
  }
  const move = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (step === undefined) return
    event.preventDefault()
    const place = tabs.findIndex(({ id }) => id === active) + step
    const next = tabs[(place + tabs.length) % tabs.length]
    if (next === undefined) return
    onSelect?.(next.id)
    const buttons = ref.current?.querySelectorAll<HTMLElement>('[role="tab"]')
    buttons?.[tabs.indexOf(next)]?.focus()
  }
  return (
    <div
      ref={(element) => {
        ref.current = element
      }}
      class="tabs"
      role="tablist"
      aria-label={label}
      onKeyDown={move}
    >
      {tabs.map((tab) => (
        <button
          key={tab.id}
          type="button"
          role="tab"
          aria-selected={tab.id === active}
          aria-controls={controls}
          tabIndex={tab.id === active ? 0 : -1}
          onClick={() => onSelect?.(tab.id)}
        >
          {content(tab)}
        </button>
      ))}
    </div>
  )
}
