import type { JSX } from 'preact'

import { setQuery } from '../model/page-query.ts'
import type { StudyFacts } from '../../../data/engine.ts'
import { Badge } from '../../../ui/badge.tsx'
import { CopyButton } from '../../../ui/copy-button.tsx'
import {
  countOf,
  formatCount,
  formatDuration,
  formatFull,
  formatNumber,
} from '../../../ui/format.ts'
import { Skeleton } from '../../../ui/skeleton.tsx'
import { StateBar, StateLegend } from '../../../ui/state-bar.tsx'
import { Ago } from '../../../ui/time.tsx'
import { useStudy } from '../model/study-model.ts'
import { useElapsed } from '../model/use-elapsed.ts'
import { CopyParams } from './copy-params.tsx'
import { ExportMenu } from './export-menu.tsx'
import { SteerSlot } from './steer-slot.tsx'

/** What is asked of a study first: its best result, how far it is, and what went wrong. */
export function StudyHeader(): JSX.Element {
  const { opened, facts } = useStudy()
  const { about } = opened
  const known = facts.value
  const title = known?.title ?? about.name
  return (
    <header class="study-head">
      <div class="study-title">
        <h1 class="study-name" title={title === about.name ? title : `${title} (${about.name})`}>
          {title}
        </h1>
        <p class="objectives">
          {about.objectives.slice(0, 4).map(({ name, direction }) => (
            <span key={name} class="cut" title={`${direction} ${name}`}>
              <span aria-hidden="true">{direction === 'minimize' ? '↓' : '↑'}</span> {direction}{' '}
              <b>{name}</b>
            </span>
          ))}
          {about.objectives.length > 4 ? <span>and {about.objectives.length - 4} more</span> : null}
          <Marks facts={known} />
        </p>
        <div class="study-actions">
          <SteerSlot />
          <ExportMenu />
        </div>
      </div>
      <div class="facts">
        <Best facts={known} />
        <Progress facts={known} />
        <Pace facts={known} />
        <Gain facts={known} />
      </div>
    </header>
  )
}

interface FactsProps {
  readonly facts: StudyFacts | undefined
}

function Marks({ facts }: FactsProps): JSX.Element {
  const { canWrite } = useStudy()
  const steering = facts?.steering
  const paused = steering?.command === 'pause'
  const stopped = steering?.command === 'stop'
  return (
    <>
      {paused && !canWrite ? <Badge tone="warn">paused{why(steering.why)}</Badge> : null}
      {stopped ? <Badge tone="warn">stopped{why(steering.why)}</Badge> : null}
      {facts?.archived === true ? <Badge>archived</Badge> : null}
      {facts?.tags.slice(0, 6).map((tag) => (
        <Badge key={tag}>{tag}</Badge>
      ))}
    </>
  )
}

const why = (text: string | undefined): string => (text === undefined ? '' : `: ${text}`)

function Best({ facts }: FactsProps): JSX.Element {
  const { opened } = useStudy()
  const { objectives } = opened.about
  const best = facts?.best
  if (best === undefined) {
    return (
      <section class="fact fact-best" aria-label="Best result">
        <h2>Best</h2>
        {facts === undefined ? <Skeleton width={140} height={34} /> : <p class="big">–</p>}
        <p class="soft">{facts === undefined ? ' ' : whyNone(facts)}</p>
      </section>
    )
  }
  const { trial, estimate } = best
  const main = best.metrics.filter(({ name }) => objectives.some((each) => each.name === name))
  const shown = (main.length === 0 ? best.metrics : main).slice(0, 3)
  const isFront = objectives.length > 1
  return (
    <section class="fact fact-best" aria-label="Best result">
      <h2>{isFront ? `${countOf(best.front, 'trial')} on the front` : 'Best'}</h2>
      <p class={isFront ? 'big big-many' : 'big'}>
        {shown.map(({ name, value }) => (
          <span key={name} title={`${name} ${formatFull(value)}`}>
            {isFront ? <small class="soft cut">{name} </small> : null}
            {formatNumber(value)}
          </span>
        ))}
        <CopyButton
          label="Copy the result in full"
          text={shown.map(({ value }) => formatFull(value)).join(', ')}
          isSmall
        />
      </p>
      {estimate === undefined ? (
        <p>&nbsp;</p>
      ) : (
        <p
          class="soft cut"
          title="What a model of all results expects of this trial when it is run again, with an interval of 90 %: the best of many is luckier than it is good."
        >
          expect about {formatNumber(estimate.value, 3)} ({formatNumber(estimate.low, 3)} to{' '}
          {formatNumber(estimate.high, 3)})
        </p>
      )}
      <p class="fact-links">
        <button type="button" class="link" onClick={() => setQuery({ trial: String(trial) })}>
          trial {trial}
        </button>
        <CopyParams
          trial={trial}
          values={() => Promise.resolve({ nested: best.params, flat: best.flat })}
          isSmall
        />
      </p>
    </section>
  )
}

function whyNone({ states }: StudyFacts): string {
  const ended = states.complete + states.pruned + states.failed + states.paused
  if (ended === 0) return 'No trial has ended yet.'
  if (states.failed === ended) return 'All trials failed.'
  return states.complete === 0 ? 'No trial ran to its end.' : 'No complete trial has a result.'
}

function Progress({ facts }: FactsProps): JSX.Element {
  const abandoned = (facts?.unattended ?? 0) - (facts?.toJudge ?? 0)
  const total = facts === undefined ? 0 : Object.values(facts.states).reduce((a, b) => a + b, 0)
  return (
    <section class="fact fact-progress" aria-label="Trials">
      <h2>Trials</h2>
      <p class="big">
        {facts === undefined ? <Skeleton width={90} height={34} /> : formatCount(total)}
        {facts?.asked === undefined ? null : (
          <small class="soft"> of {formatCount(facts.asked)}</small>
        )}
      </p>
      {facts === undefined ? (
        <Skeleton height={8} />
      ) : (
        <>
          <StateBar states={facts.states} asked={facts.asked} />
          <StateLegend states={facts.states} />
          {facts.toJudge === undefined ? null : (
            <p class="soft">{formatCount(facts.toJudge)} to be judged, not running any more</p>
          )}
          {abandoned > 0 ? (
            <p class="soft">{formatCount(abandoned)} left open by a process that died</p>
          ) : null}
          {facts.excluded > 0 ? (
            <p class="soft">{countOf(facts.excluded, 'trial')} excluded</p>
          ) : null}
        </>
      )}
    </section>
  )
}

function Pace({ facts }: FactsProps): JSX.Element {
  const elapsed = useElapsed(facts)
  const workers = facts?.workers ?? []
  const { trials: left, seconds } = facts?.left ?? {}
  return (
    <section class="fact" aria-label="Pace">
      <h2>Time</h2>
      <p class="big">{elapsed === undefined ? '–' : formatDuration(elapsed)}</p>
      <p class="soft">
        {[
          ...(facts?.perHour === undefined ? [] : [paceText(facts.perHour)]),
          ...(facts?.etaSeconds === undefined ? [] : [`${formatDuration(facts.etaSeconds)} to go`]),
          ...(left !== undefined && left > 0 ? [`${countOf(left, 'trial')} left`] : []),
          ...(seconds !== undefined && seconds > 0 && seconds !== facts?.etaSeconds
            ? [`${formatDuration(seconds)} of time left`]
            : []),
        ].join(', ') || ' '}
      </p>
      <p class="soft" title={workers.map(({ name }) => name).join(', ')}>
        <WhoRuns facts={facts} />
      </p>
    </section>
  )
}

function WhoRuns({ facts }: FactsProps): JSX.Element {
  if (facts === undefined) return <> </>
  const { workers, diedAfter } = facts
  if (diedAfter !== undefined) {
    return (
      <>
        its process died, last heard of <Ago at={diedAfter} />; the same command goes on
      </>
    )
  }
  return (
    <>{workers.length === 0 ? 'no worker runs' : `${countOf(workers.length, 'worker')} at work`}</>
  )
}

function paceText(perHour: number): string {
  if (perHour >= 3600) return `${formatNumber(perHour / 3600, 3)} a second`
  return perHour >= 60
    ? `${formatNumber(perHour / 60, 3)} a minute`
    : `${formatNumber(perHour, 3)} an hour`
}

function Gain({ facts }: FactsProps): JSX.Element {
  const gain = facts?.sinceGain
  const failure = facts?.lastFailure
  return (
    <section class="fact" aria-label="Since the last gain">
      <h2>No gain since</h2>
      <p class="big">
        {gain === undefined ? '–' : formatCount(gain.trials)}
        {gain === undefined ? null : (
          <small class="soft">
            {' '}
            {gain.trials === 1 ? 'trial' : 'trials'}, {formatDuration(gain.seconds)}
          </small>
        )}
      </p>
      {failure === undefined ? null : (
        <p class="last-failure soft" title={failure.text}>
          Last failure,{' '}
          <button
            type="button"
            class="link"
            onClick={() => setQuery({ trial: String(failure.trial) })}
          >
            trial {failure.trial}
          </button>
          : <span class="bad">{failure.text}</span>
        </p>
      )}
    </section>
  )
}
