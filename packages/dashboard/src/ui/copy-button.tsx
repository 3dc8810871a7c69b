import { useEffect, useState } from 'preact/hooks'
import { tell } from '../app/toasts.ts'
import { Button, IconButton } from './button.tsx'
import { IconCheck, IconCopy } from './icons.tsx'

/** Puts a text on the clipboard and says so. With `children` it is a button with words. */
export function CopyButton(props: {
  /** What it copies, such as `Copy parameters`. */
  readonly label: string
  readonly text: string | (() => string | Promise<string>)
  readonly children?: string
  readonly isSmall?: boolean
}) {
  const [isDone, setDone] = useState(false)
  useEffect(() => {
    if (!isDone) return undefined
    const timer = setTimeout(() => setDone(false), 1500)
    return () => clearTimeout(timer)
  }, [isDone])
  const copy = async (): Promise<void> => {
    const text = typeof props.text === 'string' ? props.text : await props.text()
    if (await copyText(text)) setDone(true)
    else tell('The browser did not permit to copy. Select the text and copy it by hand.', 'bad')
  }
  const icon = isDone ? <IconCheck size={14} /> : <IconCopy size={14} />
  if (props.children === undefined) {
    return (
      <IconButton
        label={isDone ? 'Copied' : props.label}
        isSmall={props.isSmall}
        onClick={() => void copy()}
      >
        {icon}
      </IconButton>
    )
  }
  return (
    <Button icon={icon} isSmall={props.isSmall} onClick={() => void copy()} title={props.label}>
      {isDone ? 'Copied' : props.children}
    </Button>
  )
}

/** Copies a text; false when the browser does not permit it. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return copyByCommand(text)
  }
}

/** The old way, which also works on pages without https that are not local. */
function copyByCommand(text: string): boolean {
  const area = document.createElement('textarea')
  area.value = text
  area.className = 'visually-hidden'
  const home = document.activeElement
  const dialogs = document.querySelectorAll('dialog[open]')
  ;(dialogs[dialogs.length - 1] ?? document.body).append(area)
  area.select()
  const isDone = document.execCommand('copy')
  area.remove()
  if (home instanceof HTMLElement) home.focus()
  return isDone
}
