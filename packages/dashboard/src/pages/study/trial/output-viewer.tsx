import type { JSX } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'

import { apiUrl, ask } from '../../../app/api.ts'
import { formatBytes } from '../../../ui/format.ts'
import { useStudy } from '../model/study-model.ts'
import { trialPath } from './trial-details.ts'

const streams = ['stdout', 'stderr'] as const
type Stream = (typeof streams)[number]

interface OutputProps {
  readonly trial: number
  readonly sizes: { readonly stdout?: number; readonly stderr?: number }
}

/** What the program of a trial wrote: the end of it, as text. */
export function OutputViewer({ trial, sizes }: OutputProps): JSX.Element | null {
  const { id } = useStudy()
  const there = streams.filter((stream) => (sizes[stream] ?? 0) > 0)
  const [chosen, setChosen] = useState<Stream | undefined>(undefined)
  const shown = chosen !== undefined && there.includes(chosen) ? chosen : undefined
  if (there.length === 0) return <p class="soft">The trial wrote nothing.</p>
  return (
    <div class="output">
      <div class="output-bar">
        {there.map((stream) => (
          <button
            key={stream}
            type="button"
            class="chip"
            aria-pressed={shown === stream}
            onClick={() => setChosen(shown === stream ? undefined : stream)}
          >
            {stream} <small>{formatBytes(sizes[stream]!)}</small>
          </button>
        ))}
        {shown === undefined ? null : (
          <a
            class="quiet-link"
            href={apiUrl(`${trialPath(id, trial)}/output/${shown}`)}
            download={`trial-${trial}-${shown}.txt`}
          >
            Download
          </a>
        )}
      </div>
      {shown === undefined ? null : (
        <OutputText path={`${trialPath(id, trial)}/output/${shown}`} bytes={sizes[shown]!} />
      )}
    </div>
  )
}

/** The end of a text file of the server. */
export function OutputText({
  path,
  bytes,
}: {
  readonly path: string
  readonly bytes: number
}): JSX.Element {
  const [text, setText] = useState<string | undefined>(undefined)
  const box = useRef<HTMLPreElement>(null)
  useEffect(() => {
    const leaving = new AbortController()
    ask(path, { signal: leaving.signal })
      .then((response) => response.text())
      .then(
        (found) => setText(found.slice(-60_000)),
        (error: unknown) => {
          if (!leaving.signal.aborted) setText(`Could not be read: ${String(error)}`)
        },
      )
    return () => leaving.abort()
  }, [path, bytes])
  useEffect(() => {
    const element = box.current
    if (element !== null) element.scrollTop = element.scrollHeight
  }, [text])
  return (
    <pre class="output-text" ref={box} tabIndex={0}>
      {text === undefined ? 'Reading …' : withoutColours(text)}
    </pre>
  )
}

/** Terminals read these as colours; here they are noise. */
const colour = new RegExp(`${String.fromCharCode(27)}\\[[\\d;]*[A-Za-z]`, 'g')
const withoutColours = (text: string): string => text.replaceAll(colour, '')
