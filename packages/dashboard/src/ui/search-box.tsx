import { useRef } from 'preact/hooks'
import { useKeys } from '../app/keys.ts'
import { IconSearch } from './icons.tsx'

/** A field to filter what a page shows; the key `/` leads to it, Escape empties and leaves it. */
export function SearchBox(props: {
  readonly label: string
  readonly value: string
  readonly onInput: (value: string) => void
  readonly placeholder?: string
}) {
  const ref = useRef<HTMLInputElement>(null)
  useKeys([{ keys: '/', about: props.label, act: () => ref.current?.focus() }])
  return (
    <div class="search" role="search">
      <input
        ref={ref}
        class="input"
        type="text"
        autocomplete="off"
        spellcheck={false}
        aria-label={props.label}
        placeholder={props.placeholder ?? props.label}
        value={props.value}
        onInput={({ currentTarget }) => props.onInput(currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return
          props.onInput('')
          ref.current?.blur()
        }}
      />
      <IconSearch size={14} />
      <kbd aria-hidden="true">/</kbd>
    </div>
  )
}
