import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef, useState } from 'preact/hooks'
import { Button, IconButton } from './button.tsx'
import { IconCheck, IconDown } from './icons.tsx'
import { placeBeside } from './place-beside.ts'

export type MenuItem =
  | {
      readonly label: string
      /** A line below it. */
      readonly about?: string
      readonly icon?: ComponentChildren
      readonly onSelect?: () => void
      /** A link instead of something to do. */
      readonly href?: string
      /** Name of the file that such a link gives. */
      readonly download?: string
      /** Of an item that can be on or off; the menu stays open. */
      readonly checked?: boolean
      readonly isDisabled?: boolean
      readonly isDangerous?: boolean
    }
  | { readonly heading: string }
  | 'rule'

export interface MenuProps {
  readonly label: string
  readonly items: readonly MenuItem[]
  /** Without it the button shows its label. */
  readonly icon?: ComponentChildren
  /** Beside the icon. */
  readonly text?: string
  readonly align?: 'start' | 'end'
  readonly look?: 'primary' | 'quiet'
  readonly isSmall?: boolean
  readonly isDisabled?: boolean
}

/** A button that opens a list of things to do. Arrow keys, Home, End and first letters move in it. */
export function Menu(props: MenuProps) {
  const { label, items, icon, text, align = 'start' } = props
  const [isOpen, setOpen] = useState(false)
  const list = useRef<HTMLDivElement>(null)
  const anchor = useRef<HTMLSpanElement>(null)
  const id = useId()
  const button = (): HTMLButtonElement | null => anchor.current?.querySelector('button') ?? null

  useEffect(() => {
    const { current: popover } = list
    if (!isOpen || popover === null || anchor.current === null) return undefined
    popover.showPopover()
    placeBeside(popover, anchor.current, align)
    itemsOf(popover)[0]?.focus()
    const leave = (event: Event): void => {
      const { target } = event
      if (target instanceof Node && (popover.contains(target) || anchor.current?.contains(target)))
        return
      setOpen(false)
    }
    document.addEventListener('pointerdown', leave)
    document.addEventListener('scroll', leave, { capture: true, passive: true })
    return () => {
      document.removeEventListener('pointerdown', leave)
      document.removeEventListener('scroll', leave, { capture: true })
    }
  }, [isOpen, align])

  const close = (): void => {
    setOpen(false)
    button()?.focus()
  }
  const common = {
    'aria-haspopup': 'menu' as const,
    'aria-expanded': isOpen,
    'aria-controls': isOpen ? id : undefined,
    look: props.look,
    isSmall: props.isSmall,
    disabled: props.isDisabled === true,
    onClick: () => setOpen(!isOpen),
  }
  return (
    <span ref={anchor} class="menu-anchor">
      {icon !== undefined && text === undefined ? (
        <IconButton label={label} {...common}>
          {icon}
        </IconButton>
      ) : (
        <Button icon={icon} {...common} aria-label={text === undefined ? undefined : label}>
          {text ?? label}
          <IconDown size={12} />
        </Button>
      )}
      {isOpen ? (
        <div
          ref={list}
          id={id}
          class="menu"
          role="menu"
          aria-label={label}
          popover="manual"
          onKeyDown={(event) => onMenuKey(event, list.current, close)}
        >
          {items.map((item, place) => (
            <Item key={place} item={item} close={close} />
          ))}
        </div>
      ) : null}
    </span>
  )
}

function Item({ item, close }: { readonly item: MenuItem; readonly close: () => void }) {
  if (item === 'rule') return <hr />
  if ('heading' in item) return <div class="heading">{item.heading}</div>
  const { label, about, icon, onSelect, href, download, checked, isDisabled, isDangerous } = item
  const content = (
    <>
      {checked === undefined ? icon : <span class="tick">{checked ? <IconCheck /> : null}</span>}
      <span>
        {label}
        {about === undefined ? null : <span class="about">{about}</span>}
      </span>
    </>
  )
  const classes = isDangerous === true ? 'danger' : ''
  if (href !== undefined && isDisabled !== true) {
    return (
      <a
        role="menuitem"
        tabIndex={-1}
        class={classes}
        href={href}
        download={download}
        onClick={close}
      >
        {content}
      </a>
    )
  }
  return (
    <button
      type="button"
      role={checked === undefined ? 'menuitem' : 'menuitemcheckbox'}
      tabIndex={-1}
      class={classes}
      aria-disabled={isDisabled === true}
      aria-checked={checked}
      onClick={() => {
        if (isDisabled === true) return
        if (checked === undefined) close()
        onSelect?.()
      }}
    >
      {content}
    </button>
  )
}

const itemsOf = (menu: HTMLElement): HTMLElement[] => [
  ...menu.querySelectorAll<HTMLElement>('[role^="menuitem"]'),
]

function onMenuKey(event: KeyboardEvent, menu: HTMLElement | null, close: () => void): void {
  if (menu === null) return
  const items = itemsOf(menu)
  const place = items.indexOf(document.activeElement as HTMLElement)
  const { key } = event
  if (key === 'Escape' || key === 'Tab') {
    // A dialog around it stays open.
    if (key === 'Escape') event.preventDefault()
    event.stopPropagation()
    close()
    return
  }
  const next = nextPlace(key, place, items)
  if (next === undefined) return
  event.preventDefault()
  items[next]?.focus()
}

function nextPlace(key: string, place: number, items: readonly HTMLElement[]): number | undefined {
  const { length } = items
  if (key === 'ArrowDown') return (place + 1) % length
  if (key === 'ArrowUp') return (place - 1 + length) % length
  if (key === 'Home') return 0
  if (key === 'End') return length - 1
  if (key.length !== 1 || key === ' ') return undefined
  const order = [...items.keys()].map((k) => (place + 1 + k) % length)
  return order.find((k) => items[k]?.textContent.trim().toLowerCase().startsWith(key.toLowerCase()))
}
