import type { JSX } from 'preact'

import type { TrialView } from '../../../data/engine.ts'
import { CopyButton } from '../../../ui/copy-button.tsx'
import { formatBytes, formatDuration, formatTimeWithZone, formatTime } from '../../../ui/format.ts'
import { groupParams } from '../model/group-params.ts'
import { useStudy } from '../model/study-model.ts'
import type { TrialDetails } from './trial-details.ts'

type Cell = TrialView['params'][number]

/** Names with values; a value is copied in full by a click. */
export function ValueList({ cells }: { readonly cells: readonly Cell[] }): JSX.Element {
  return (
    <dl class="values">
      {cells.map(({ name, value, full }) => (
        <div key={name}>
          <dt class="cut" title={name}>
            {name}
          </dt>
          <dd class="cut" title={full}>
            {value}
          </dd>
        </div>
      ))}
    </dl>
  )
}

export function TrialResults({ view }: { readonly view: TrialView }): JSX.Element | null {
  const { opened } = useStudy()
  const { metrics, rank } = view
  if (metrics.length === 0) return null
  const objectives = opened.about.objectives.map(({ name }) => name)
  const main = objectives.flatMap((name) => metrics.find((each) => each.name === name) ?? [])
  const others = metrics.filter(({ name }) => !objectives.includes(name))
  return (
    <section class="drawer-part">
      <div class="big-values">
        {main.map(({ name, value, full }) => (
          <div key={name} class="big-value">
            <span class="soft cut" title={name}>
              {name}
            </span>
            <b title={full}>{value}</b>
          </div>
        ))}
        {rank === undefined ? null : (
          <div class="big-value">
            <span class="soft">rank</span>
            <b>
              {rank.place} <small class="soft">of {rank.of}</small>
            </b>
          </div>
        )}
      </div>
      {others.length === 0 ? null : <ValueList cells={others} />}
    </section>
  )
}

export function TrialParams({ view }: { readonly view: TrialView }): JSX.Element | null {
  if (view.params.length === 0) return null
  return (
    <section class="drawer-part">
      <h3>Parameters</h3>
      {groupParams(view.params).map(({ name, params }) => (
        <div key={name} class="param-group">
          {name === '' ? null : (
            <h4 class="soft cut" title={name}>
              {name}
            </h4>
          )}
          <ValueList cells={params.map((each) => ({ ...each, name: each.short }))} />
        </div>
      ))}
    </section>
  )
}

export function TrialFailure({ view }: { readonly view: TrialView }): JSX.Element | null {
  const { failure, stopped, violated } = view
  if (failure === undefined && stopped === undefined && violated.length === 0) return null
  return (
    <section class="drawer-part">
      {failure === undefined ? null : (
        <div class="failure">
          <p>
            <b>{failure.reason}</b> {failure.message}
          </p>
          {failure.help === undefined ? null : <p class="soft">{failure.help}</p>}
          {failure.output === undefined || failure.output.length === 0 ? null : (
            <div class="copy-corner">
              <pre class="output-text" tabIndex={0}>
                {failure.output.join('\n')}
              </pre>
              <CopyButton label="Copy output" text={failure.output.join('\n')} isSmall />
            </div>
          )}
        </div>
      )}
      {stopped === undefined ? null : <p>{stopped}</p>}
      {violated.length === 0 ? null : (
        <p>
          Breaks {violated.length === 1 ? 'a constraint' : `${violated.length} constraints`}:{' '}
          {violated.map((each, i) => (
            <span key={each}>
              {i > 0 ? ', ' : ''}
              <code>{each}</code>
            </span>
          ))}
        </p>
      )}
    </section>
  )
}

interface FactsProps {
  readonly view: TrialView
  readonly details: TrialDetails | undefined
}

export function TrialFacts({ view, details }: FactsProps): JSX.Element {
  const fact = (name: string, value: string | undefined, full = value): Cell[] =>
    value === undefined || full === undefined ? [] : [{ name, value, full }]
  const time = (at: number | undefined): [string?, string?] =>
    at === undefined ? [] : [formatTime(at), formatTimeWithZone(at)]
  const { seconds, cpuSeconds, peakMemoryBytes, worker, attempts } = view
  const of = (x: number | undefined, format: (x: number) => string): [string?, string?] =>
    x === undefined ? [] : [format(x), String(x)]
  const facts = [
    ...fact('started', ...time(view.startedAt)),
    ...fact('ended', ...time(view.finishedAt)),
    ...fact('duration', ...of(seconds, formatDuration)),
    ...fact('processor time', ...of(cpuSeconds, formatDuration)),
    ...fact('peak memory', ...of(peakMemoryBytes, formatBytes)),
    ...fact('worker', worker),
    ...fact('attempts', attempts > 1 ? String(attempts) : undefined),
    ...fact('folder', details?.folder),
  ]
  return (
    <section class="drawer-part">
      <h3>Run</h3>
      <ValueList cells={facts} />
      {details?.command === undefined ? null : (
        <div class="copy-corner">
          <pre class="command" tabIndex={0}>
            {details.command}
          </pre>
          <CopyButton label="Copy command" text={details.command} isSmall />
        </div>
      )}
    </section>
  )
}

export function TrialStory({ details }: FactsProps): JSX.Element | null {
  const story = details?.story ?? []
  if (story.length === 0) return null
  // A trial that was tried again and again has a long one.
  const shown = story.slice(-30)
  return (
    <section class="drawer-part">
      <h3>Story</h3>
      {shown.length < story.length ? (
        <p class="soft">
          The last {shown.length} of {story.length} events.
        </p>
      ) : null}
      <ol class="story">
        {shown.map(({ at, text }, i) => (
          <li key={i}>
            <time class="soft" dateTime={new Date(at).toISOString()} title={formatTimeWithZone(at)}>
              {formatTime(at).split(', ')[1]}
            </time>
            <span>{text}</span>
          </li>
        ))}
      </ol>
    </section>
  )
}
