import type { JudgedMetric, Values } from '@attune/core'
import { useEffect, useRef, useState } from 'preact/hooks'
import { confirmBox } from '../app/confirm.ts'
import { useKeys } from '../app/keys.ts'
import { isNumber, setting } from '../app/settings.ts'
import { tell, tellError } from '../app/toasts.ts'
import type { Judging } from '../data/definition.ts'
import type { OpenedStudy } from '../data/engine.ts'
import { act, send } from '../steer/commands.ts'
import { Button } from '../ui/button.tsx'
import { Segmented, TextArea } from '../ui/field.tsx'
import { formatNumber } from '../ui/format.ts'
import { Comparison } from './comparison.tsx'
import type { MetricEntries } from './metric-fields.tsx'
import { MetricFields, metricsOf } from './metric-fields.tsx'
import type { Answer, Direction } from './placement.ts'
import { placementOf } from './placement.ts'
import { TrialCard } from './trial-card.tsx'

export interface JudgementProps {
  readonly study: OpenedStudy
  readonly trial: number
  readonly values: Values
  readonly form: readonly JudgedMetric[]
  /** Of the first objective. */
  readonly direction: Direction
  /** Whether the only objective may be judged by comparison although the study does not say so. */
  readonly canCompare: boolean
  readonly judged: Judging['judged']
  readonly onTold: () => void
}

/** How many judged trials are shown beside a new one. */
const beside = setting('judge.beside', 1, (x): x is number => isNumber(x) && x >= 1 && x <= 4)
/** What was begun and not told, so that another trial can be looked at meanwhile. */
const begun = new Map<string, Begun>()

interface Begun {
  readonly entries: MetricEntries
  readonly answers: readonly Answer[]
  readonly note: string
}

/** Says how good a trial is, and tells it. */
export function Judgement(props: JudgementProps) {
  const { study, trial, values, direction, canCompare, judged, onTold } = props
  const [way, setWay] = useState<'value' | 'compare'>('value')
  const form: readonly JudgedMetric[] =
    canCompare && way === 'compare'
      ? props.form.map(({ metric }) => ({ metric, kind: 'compare' }))
      : props.form
  const asked = form.map(({ metric }) => metric)
  const key = `${study.id} ${trial}`
  const [state, setState] = useState<Begun>(
    () => begun.get(key) ?? { entries: {}, answers: [], note: '' },
  )
  const [isStrict, setStrict] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const change = (changes: Partial<Begun>): void => {
    const next = { ...state, ...changes }
    begun.set(key, next)
    setState(next)
  }
  const compared = form.find(({ kind }) => kind === 'compare')
  const given = form.filter(({ kind }) => kind !== 'compare')
  const placement =
    compared === undefined ? undefined : placementOf(judged, direction, state.answers, beside.value)
  const isPlaced = placement === undefined || placement.kind === 'placed'

  const submit = async (): Promise<void> => {
    const metrics = metricsOf(given, state.entries)
    if (metrics === undefined || !isPlaced) return setStrict(true)
    if (isBusy) return
    if (compared !== undefined && placement?.kind === 'placed')
      metrics[compared.metric] = placement.value
    setBusy(true)
    try {
      if (state.note.trim() !== '') await addNote(study, trial, state.note.trim())
      await send(study, { kind: 'tell', trial, metrics })
      begun.delete(key)
      tell(`Trial ${trial}: ${metricsText(metrics)}.`, 'good')
      onTold()
    } catch (error) {
      tellError(error)
      setBusy(false)
    }
  }
  const giveUp = async (): Promise<void> => {
    const yes = await confirmBox({
      title: `Leave trial ${trial} out?`,
      text: 'It ends as pruned, without a result, and the search goes on with others.',
      yes: 'Leave it out',
    })
    if (!yes) return
    const done = await act(study, { kind: 'skip', trial }, { text: `Trial ${trial} is left out.` })
    if (done) onTold()
  }
  const firstChoice = given.find((metric) => metric.kind === 'choice')
  useEnter(() => void submit())
  useKeys(
    compared === undefined && firstChoice?.kind === 'choice'
      ? firstChoice.labels.slice(0, 9).map(({ label, value }, i) => ({
          keys: String(i + 1),
          about: `${firstChoice.metric}: ${label}`,
          act: () => change({ entries: { ...state.entries, [firstChoice.metric]: String(value) } }),
        }))
      : [],
  )
  return (
    <form
      class="judgement stack"
      onSubmit={(event) => {
        event.preventDefault()
        void submit()
      }}
    >
      {canCompare && (
        <Segmented
          label="How to judge"
          value={way}
          options={[
            { value: 'value', label: 'Give a value' },
            { value: 'compare', label: 'Compare with others' },
          ]}
          onChange={setWay}
        />
      )}
      {compared === undefined ? (
        <TrialCard {...{ study, trial, values, asked }} isNew />
      ) : (
        <>
          <BesideChoice />
          <Comparison
            {...{ study, trial, values, judged, direction, asked }}
            answers={state.answers}
            beside={beside.value}
            onAnswers={(answers) => change({ answers })}
          />
        </>
      )}
      {isPlaced && (
        <div class="panel stack">
          {given.length > 0 && <h2>How good is trial {trial}?</h2>}
          <MetricFields
            form={given}
            entries={state.entries}
            isStrict={isStrict}
            onChange={(entries) => change({ entries })}
          />
          <TextArea
            label="Note (optional)"
            rows={2}
            value={state.note}
            onInput={(note) => change({ note })}
          />
          <div class="row">
            <Button type="submit" look="primary" isBusy={isBusy}>
              Tell <kbd>Enter</kbd>
            </Button>
            <Button onClick={() => void giveUp()}>Leave it out</Button>
          </div>
        </div>
      )}
      {compared !== undefined && <Meaning metric={compared.metric} direction={direction} />}
    </form>
  )
}

const ownEnter = 'a, button, input, select, textarea, summary, [role="button"], [contenteditable]'

/** Enter where nothing has the focus; fields and buttons have a meaning of their own for it. */
function useEnter(act: () => void): void {
  const current = useRef(act)
  current.current = act
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'Enter' || event.defaultPrevented || event.ctrlKey || event.metaKey) return
      const { target } = event
      if (!(target instanceof Element) || target.closest(ownEnter) !== null) return
      if (document.querySelector('dialog[open]') !== null) return
      event.preventDefault()
      current.current()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])
}

/** Puts a note behind the one that a trial has, if it has one. */
async function addNote(study: OpenedStudy, trial: number, text: string): Promise<void> {
  const { note } = await study.trial(trial)
  const whole = note === undefined ? text : `${note.text}\n\n${text}`
  await send(study, { kind: 'annotate', trial, note: whole, was: note?.seq ?? 0 })
}

function metricsText(metrics: Readonly<Record<string, number>>): string {
  return Object.entries(metrics)
    .map(([name, value]) => `${name} ${formatNumber(value)}`)
    .join(', ')
}

function BesideChoice() {
  return (
    <div class="row">
      <span class="field-label">Compare with</span>
      <Segmented
        label="Compare with"
        value={String(beside.value)}
        options={[1, 2, 3, 4].map((n) => ({ value: String(n), label: String(n) }))}
        onChange={(n) => {
          beside.value = Number(n)
        }}
      />
      <span class="soft">{beside.value === 1 ? 'trial at a time' : 'trials at a time'}</span>
    </div>
  )
}

function Meaning(props: { readonly metric: string; readonly direction: Direction }) {
  return (
    <details class="soft judge-meaning">
      <summary>What the value of {props.metric} means</summary>
      <p>
        Nothing but an order. A new trial is put in its place among the judged ones, each question
        halving what is left, so that 100 trials take 7 questions. Its value lies half-way between
        those of its neighbours; at the ends it is one{' '}
        {props.direction === 'maximize' ? 'more' : 'less'} than the best, one{' '}
        {props.direction === 'maximize' ? 'less' : 'more'} than the worst. Equally good trials share
        a value, and the first one has 0. Samplers need no more than that; how far apart two values
        are says nothing.
      </p>
    </details>
  )
}
