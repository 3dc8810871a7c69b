import type { JudgedMetric, StudyFacts } from '@attune/core'
import { useState } from 'preact/hooks'
import { useKeys } from '../app/keys.ts'
import { isBoolean, setting } from '../app/settings.ts'
import { tellError } from '../app/toasts.ts'
import type { Judging, StudyDefinition } from '../data/definition.ts'
import type { AboutStudy, OpenedStudy } from '../data/engine.ts'
import { isSteerable, send } from '../steer/commands.ts'
import { useStudy } from '../steer/use-study.ts'
import { StateBadge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Check } from '../ui/field.tsx'
import { IconPlus } from '../ui/icons.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { Judgement } from './judgement.tsx'
import './judge.css'

export interface JudgePageProps {
  readonly study: OpenedStudy
  readonly about: AboutStudy
  readonly facts: StudyFacts | undefined
}

/** Whether the next configuration is asked for as soon as one is judged. */
const asksNext = setting('judge.next', true, isBoolean)

/** Trials that people judge: by a form, or by comparing each with others. */
export function JudgePage({ study, facts }: JudgePageProps) {
  const { value: definition, problem } = useStudy(study, (s) => s.definition())
  const { value: judging } = useStudy(study, (s) => s.judging(), [], true)
  if (!isSteerable(study)) {
    return (
      <EmptyState title="Trials cannot be judged here">
        <p>This page is read-only. Open the study with attune ui where its journal is.</p>
      </EmptyState>
    )
  }
  if (problem !== undefined)
    return (
      <EmptyState title="The study did not answer">
        <p>{problem}</p>
      </EmptyState>
    )
  if (definition === undefined || judging === undefined) return <Skeleton height={420} />
  if (definition.hasProgram && definition.judge.length === 0 && judging.open.length === 0) {
    return <ByProgram />
  }
  const isPaused = facts?.steering?.command === 'pause'
  return <Judge study={study} definition={definition} judging={judging} isPaused={isPaused} />
}

function ByProgram() {
  return (
    <EmptyState title="A program judges the trials of this study">
      <p>
        While trials run, they can be ended here with values by hand. Where people are to judge what
        the program makes, write
        <code> judge: </code> into its study file, beside <code>command:</code>.
      </p>
    </EmptyState>
  )
}

/** The form of a study; without one its objectives as numbers. */
function formOf({ judge, objectives }: StudyDefinition): readonly JudgedMetric[] {
  if (judge.length > 0) return judge
  return objectives.map(({ name }) => ({ metric: name, kind: 'number' }))
}

interface JudgeProps {
  readonly study: OpenedStudy
  readonly definition: StudyDefinition
  readonly judging: Judging
  readonly isPaused: boolean
}

function Judge({ study, definition, judging, isPaused }: JudgeProps) {
  const [chosen, setChosen] = useState<number | undefined>()
  const [isAsking, setAsking] = useState(false)
  const { open } = judging
  const isShared = definition.hasProgram && definition.judge.length > 0
  const ready = open.filter(({ ran, state, values }) =>
    isShared ? ran : state === 'running' || Object.keys(values).length > 0,
  )
  const place = Math.max(
    0,
    ready.findIndex(({ trial }) => trial === chosen),
  )
  const current = ready[place]
  const canAsk = !definition.hasProgram && !isPaused

  const ask = async (): Promise<void> => {
    if (isAsking || !canAsk) return
    setAsking(true)
    try {
      const { trial } = await send(study, { kind: 'ask' })
      setChosen(trial)
    } catch (error) {
      tellError(error)
    }
    setAsking(false)
  }
  const move = (step: number): void => setChosen(ready[place + step]?.trial ?? chosen)
  useKeys([
    { keys: 'n', about: 'ask for the next configuration', act: () => void ask() },
    { keys: 'j', about: 'the next open trial', act: () => move(1) },
    { keys: 'k', about: 'the open trial before', act: () => move(-1) },
  ])
  const told = (): void => {
    const next = ready.find(({ trial }) => trial !== current?.trial)
    setChosen(next?.trial)
    if (next === undefined && asksNext.value && canAsk) void ask()
  }
  return (
    <div class="judge">
      <aside class="judge-list stack">
        {isShared ? (
          <ByBoth running={open.filter(({ ran, state }) => state === 'running' && !ran).length} />
        ) : definition.hasProgram ? (
          <p class="soft">
            A program runs these trials. Values that are told here end a trial at once, wherever it
            runs.
          </p>
        ) : (
          <>
            <Button
              look={current === undefined ? 'primary' : undefined}
              icon={<IconPlus size={14} />}
              isBusy={isAsking}
              disabled={isPaused}
              onClick={() => void ask()}
            >
              Next configuration <kbd>n</kbd>
            </Button>
            {isPaused && <p class="soft">The study is paused. Resume it to go on.</p>}
            <Check
              label="Ask for the next one by itself"
              isChecked={asksNext.value}
              onChange={(isOn) => {
                asksNext.value = isOn
              }}
            />
          </>
        )}
        <OpenTrials
          hasStates={!isShared}
          open={ready}
          current={current?.trial}
          onChoose={setChosen}
        />
        <p class="faint">{judging.judged.length} judged so far</p>
      </aside>
      <div class="judge-main">
        {current === undefined ? (
          <EmptyState title={isAsking ? 'Thinking of a configuration …' : 'No trial waits for you'}>
            <p>
              {canAsk
                ? 'Ask for the next configuration, try it, and say how good it is.'
                : isShared
                  ? 'Trials show up here as soon as their program has ended.'
                  : 'Trials show up here as soon as they are open.'}
            </p>
          </EmptyState>
        ) : (
          <Judgement
            key={current.trial}
            study={study}
            trial={current.trial}
            values={current.values}
            form={formOf(definition)}
            direction={definition.objectives[0]?.direction ?? 'minimize'}
            canCompare={definition.judge.length === 0 && definition.objectives.length === 1}
            judged={judging.judged}
            onTold={told}
          />
        )}
      </div>
    </div>
  )
}

/** What a program does meanwhile. */
function ByBoth({ running }: { readonly running: number }) {
  return (
    <p class="soft">
      {running === 0
        ? 'No program runs now; attune run starts them, and goes on when trials are judged.'
        : `A program runs in ${running === 1 ? '1 trial' : `${running} trials`}.`}
    </p>
  )
}

function OpenTrials(props: {
  /** Whether their states differ. */
  readonly hasStates: boolean
  readonly open: Judging['open']
  readonly current: number | undefined
  readonly onChoose: (trial: number) => void
}) {
  const { open, current, hasStates, onChoose } = props
  if (open.length === 0) return null
  return (
    <nav aria-label="Trials that wait">
      <h3>
        {open.length === 1 ? '1 trial waits' : `${open.length} trials wait`}
        {open.length > 1 && (
          <span class="faint">
            {' '}
            <kbd>j</kbd> <kbd>k</kbd>
          </span>
        )}
      </h3>
      <ul class="judge-open">
        {open.slice(0, 200).map(({ trial, state }) => (
          <li key={trial}>
            <button
              type="button"
              aria-current={trial === current ? 'true' : undefined}
              onClick={() => onChoose(trial)}
            >
              Trial {trial} {hasStates && <StateBadge state={state} />}
            </button>
          </li>
        ))}
      </ul>
    </nav>
  )
}
