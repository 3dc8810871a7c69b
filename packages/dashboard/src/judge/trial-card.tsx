import type { Values } from '@attune/core'
import type { ComponentChildren } from 'preact'
import { apiUrl } from '../app/api.ts'
import type { OpenedStudy } from '../data/engine.ts'
import { Artifacts } from '../pages/study/trial/artifacts.tsx'
import { OutputViewer } from '../pages/study/trial/output-viewer.tsx'
import { shownAs } from '../pages/study/trial/shown-as.ts'
import { trialPath, useTrialDetails } from '../pages/study/trial/trial-details.ts'
import { Markdown } from '../steer/markdown.tsx'
import { useStudy } from '../steer/use-study.ts'
import { formatFull, formatNumber } from '../ui/format.ts'

export interface TrialCardProps {
  readonly study: OpenedStudy
  readonly trial: number
  readonly values: Values
  /** In place of "Trial 17". */
  readonly title?: string
  /** Parameters that are marked, because others beside it have other values. */
  readonly differing?: ReadonlySet<string>
  /** What people are asked for, which is not told beforehand; other metrics are shown. */
  readonly asked?: readonly string[] | undefined
  /** Whether it is the one that is judged now. */
  readonly isNew?: boolean
  readonly children?: ComponentChildren
}

/** A trial as somebody sees it who says how good it is: what it made, what it is, what was noted. */
export function TrialCard(props: TrialCardProps) {
  const { study, trial, values, title, differing, asked, isNew, children } = props
  const { value: view } = useStudy(study, (s) => s.trial(trial), [trial])
  const { details } = useTrialDetails(trial, view?.state ?? 'waiting')
  const files = details?.artifacts ?? []
  const images = files.filter((file) => shownAs(file) === 'image')
  const sounds = files.filter((file) => shownAs(file) === 'audio')
  const hasMedia = images.length + sounds.length > 0
  const others = files.filter((file) => !['image', 'audio'].includes(shownAs(file)))
  const metrics = (view?.metrics ?? []).filter(({ name }) => asked?.includes(name) === false)
  const hasOutput = (details?.output.stdout ?? 0) + (details?.output.stderr ?? 0) > 0
  return (
    <article
      class={`judge-card panel${isNew === true ? ' new' : ''}`}
      aria-label={`Trial ${trial}`}
    >
      <h3>{title ?? `Trial ${trial}`}</h3>
      {images.map(({ name }) => (
        <figure key={name}>
          <img src={apiUrl(artifactPath(study.id, trial, name))} alt={name} loading="lazy" />
          <figcaption class="soft">{name}</figcaption>
        </figure>
      ))}
      {sounds.map(({ name }) => (
        <figure key={name}>
          <audio src={apiUrl(artifactPath(study.id, trial, name))} controls preload="metadata" />
          <figcaption class="soft">{name}</figcaption>
        </figure>
      ))}
      {hasMedia && children}
      <dl class="judge-values">
        {Object.entries(values).map(([name, value]) => (
          <div key={name} class={differing?.has(name) === true ? 'differs' : ''}>
            <dt class="cut" title={name}>
              {name}
            </dt>
            <dd class="cut" title={typeof value === 'number' ? formatFull(value) : String(value)}>
              {typeof value === 'number' ? formatNumber(value) : String(value)}
            </dd>
          </div>
        ))}
        {metrics.map(({ name, value, full }) => (
          <div key={`metric ${name}`} class="judge-metric">
            <dt class="cut" title={name}>
              {name}
            </dt>
            <dd class="cut" title={full}>
              {value}
            </dd>
          </div>
        ))}
      </dl>
      {view?.note === undefined ? null : <Markdown text={view.note.text} />}
      {others.length > 0 && <Artifacts trial={trial} artifacts={others} />}
      {hasOutput && details !== undefined && <OutputViewer trial={trial} sizes={details.output} />}
      {!hasMedia && children}
    </article>
  )
}

function artifactPath(id: string, trial: number, name: string): string {
  return `${trialPath(id, trial)}/artifacts/${name.split('/').map(encodeURIComponent).join('/')}`
}

/** The names of parameters that not all of these trials have with the same value. */
export function differingNames(all: readonly Values[]): Set<string> {
  const names = new Set(all.flatMap((values) => Object.keys(values)))
  const [first, ...others] = all
  return new Set(
    [...names].filter((name) => others.some((values) => values[name] !== first?.[name])),
  )
}
