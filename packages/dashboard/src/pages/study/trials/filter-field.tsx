import { formatName } from '@attune/core'
import type { JSX } from 'preact'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'

import { useKeys } from '../../../app/keys.ts'
import { pageQuery, setQuery } from '../model/page-query.ts'
import { useStudy } from '../model/study-model.ts'
import { completions, typedName } from './completion.ts'

/** So long after the last key an expression is checked. */
const restMs = 200
/** So long a mistake is left alone, which half an expression always has. */
const patienceMs = 600
const fields = ['number', 'state', 'reason', 'step', 'seconds', 'epoch']

/** The filter of the table in the engine's language, with names to choose from and mistakes in words. */
export function FilterField(): JSX.Element {
  const { opened } = useStudy()
  const shown = pageQuery.value.get('filter') ?? ''
  const [text, setText] = useState(shown)
  const [problem, setProblem] = useState<string | undefined>(undefined)
  const [chosen, setChosen] = useState(0)
  const [caret, setCaret] = useState<number | undefined>(undefined)
  const input = useRef<HTMLInputElement>(null)
  const sent = useRef(shown)
  useKeys([{ keys: '/', about: 'Filter the trials', act: () => input.current?.focus() }])
  const names = useMemo(
    () => [...opened.about.params.map(({ name }) => name), ...opened.about.metrics, ...fields],
    [opened, opened.about],
  )
  // Links and the way back change what is asked; typing goes before.
  useEffect(() => {
    if (shown !== sent.current) {
      sent.current = shown
      setText(shown)
    }
  }, [shown])
  useEffect(() => {
    if (text.trim() === '') {
      setProblem(undefined)
      sent.current = ''
      setQuery({ filter: undefined })
      return undefined
    }
    let gone = false
    let timer = setTimeout(() => {
      void opened.checkWhere(text).then((found) => {
        if (gone) return
        if (found === undefined) {
          setProblem(undefined)
          sent.current = text
          setQuery({ filter: text })
        } else timer = setTimeout(() => setProblem(found), patienceMs)
      })
    }, restMs)
    return () => {
      gone = true
      clearTimeout(timer)
    }
  }, [text, opened])
  const typed = caret === undefined ? undefined : typedName(text, caret)
  const offered = typed === undefined ? [] : completions(typed.text, names)
  const take = (name: string): void => {
    if (typed === undefined) return
    const written = formatName(name)
    const next = `${text.slice(0, typed.from)}${written}${text.slice(typed.to)}`
    const end = typed.from + written.length
    const field = input.current
    // At once, not with the next drawing: people type on.
    if (field !== null) {
      field.value = next
      field.focus()
      field.setSelectionRange(end, end)
    }
    setText(next)
    setCaret(undefined)
  }
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') {
      if (offered.length > 0) setCaret(undefined)
      else input.current?.blur()
      event.stopPropagation()
      return
    }
    if (offered.length === 0) return
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0) setChosen((chosen + step + offered.length) % offered.length)
    else if (event.key === 'Tab' || event.key === 'Enter') take(offered[chosen] ?? offered[0]!)
    else return
    event.preventDefault()
  }
  return (
    <div class="filter">
      <input
        ref={input}
        class="input"
        type="text"
        role="combobox"
        aria-label="Filter trials by an expression"
        aria-expanded={offered.length > 0}
        aria-controls="filter-names"
        aria-invalid={problem !== undefined}
        aria-describedby="filter-problem"
        autocomplete="off"
        spellcheck={false}
        placeholder={placeholder(opened.about.objectives[0]?.name)}
        data-filter="trials"
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value)
          setCaret(event.currentTarget.selectionStart ?? undefined)
          setChosen(0)
        }}
        onBlur={() => setCaret(undefined)}
        onKeyDown={onKey}
      />
      {offered.length === 0 ? null : (
        <ul class="filter-names" id="filter-names" role="listbox">
          {offered.map((name, i) => (
            <li
              key={name}
              role="option"
              aria-selected={i === chosen}
              onMouseDown={(event) => {
                event.preventDefault()
                take(name)
              }}
            >
              {name}
            </li>
          ))}
        </ul>
      )}
      <p class="filter-problem" id="filter-problem" role="status">
        {problem ?? ''}
      </p>
    </div>
  )
}

const placeholder = (objective = ''): string =>
  objective === '' || objective.length > 24
    ? 'Filter, such as seconds > 10'
    : `Filter, such as ${formatName(objective)} < 0.2 and seconds > 10`
