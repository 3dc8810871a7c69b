import type { Values } from '@attune/core'
import { useKeys } from '../app/keys.ts'
import type { OpenedStudy } from '../data/engine.ts'
import { Button } from '../ui/button.tsx'
import { formatNumber } from '../ui/format.ts'
import type { Answer, Direction, JudgedTrial, Placement } from './placement.ts'
import { placementOf } from './placement.ts'
import { differingNames, TrialCard } from './trial-card.tsx'

export interface ComparisonProps {
  readonly study: OpenedStudy
  readonly trial: number
  readonly values: Values
  readonly judged: readonly (JudgedTrial & { readonly values: Values })[]
  readonly direction: Direction
  readonly answers: readonly Answer[]
  readonly onAnswers: (answers: readonly Answer[]) => void
  /** What people are asked for. */
  readonly asked: readonly string[]
  /** How many judged trials are shown beside the new one. */
  readonly beside: number
}

/** Questions that put a new trial in its place among the judged ones. */
export function Comparison(props: ComparisonProps) {
  const { study, trial, values, judged, direction, answers, asked, onAnswers, beside } = props
  const placement = placementOf(judged, direction, answers, beside)
  const undo = (): void => onAnswers(answers.slice(0, -1))
  useKeys([{ keys: 'u', about: 'take the last answer back', act: undo }])
  return (
    <section class="stack" aria-label="Comparison">
      {placement.kind === 'ask' ? (
        <Question
          {...{ study, trial, values, judged, asked, placement }}
          onAnswer={(answer) => onAnswers([...answers, answer])}
        />
      ) : (
        <div class="judge-pair">
          <TrialCard {...{ study, trial, values, asked }} isNew />
          <Placed placement={placement} />
        </div>
      )}
      <History answers={answers} onUndo={undo} />
    </section>
  )
}

interface QuestionProps extends Pick<
  ComparisonProps,
  'study' | 'trial' | 'values' | 'judged' | 'asked'
> {
  readonly placement: Extract<Placement, { kind: 'ask' }>
  readonly onAnswer: (answer: Answer) => void
}

const letters = 'abcd'

function Question({ study, trial, values, judged, asked, placement, onAnswer }: QuestionProps) {
  const { pivots, left } = placement
  const isPair = pivots.length === 1
  const slot = (place: number): void => onAnswer({ pivots, slot: place })
  const equals = (place: number): void => onAnswer({ pivots, equals: place })
  const skip = (): void => onAnswer({ pivots, skipped: true })
  useKeys([
    ...Array.from({ length: pivots.length + 1 }, (_, i) => ({
      keys: String(i + 1),
      about: slotText(pivots, i, trial),
      act: () => slot(i),
    })),
    ...pivots.map((pivot, i) => ({
      keys: isPair ? '=' : (letters[i] as string),
      about: `as good as trial ${pivot}`,
      act: () => equals(i),
    })),
    { keys: 's', about: 'cannot say', act: skip },
  ])
  const shown = pivots.map((pivot) => judged.find((one) => one.trial === pivot)?.values ?? {})
  const differing = differingNames([values, ...shown])
  const title = `Trial ${trial}, new`
  return (
    <>
      <div class="row">
        <h2>{isPair ? 'Which one is better?' : `Where does trial ${trial} belong?`}</h2>
        <span class="soft">{left === 1 ? 'The last question.' : `At most ${left} questions.`}</span>
      </div>
      {isPair ? (
        <div class="judge-pair">
          <TrialCard {...{ study, trial, values, title, differing, asked }} isNew>
            <Button look="primary" onClick={() => slot(0)}>
              <kbd>1</kbd> This one is better
            </Button>
          </TrialCard>
          <TrialCard
            {...{ study, differing, asked }}
            trial={pivots[0] as number}
            values={shown[0] ?? {}}
          >
            <Button look="primary" onClick={() => slot(1)}>
              <kbd>2</kbd> This one is better
            </Button>
          </TrialCard>
        </div>
      ) : (
        <div class="judge-many">
          <TrialCard {...{ study, trial, values, title, differing, asked }} isNew />
          <ol class="judge-order" aria-label="Judged trials, best first">
            {pivots.map((pivot, i) => (
              <li key={pivot}>
                <Button class="judge-slot" onClick={() => slot(i)}>
                  <kbd>{i + 1}</kbd> {i === 0 ? 'Better than all of these' : 'Here, between'}
                </Button>
                <TrialCard {...{ study, differing, asked }} trial={pivot} values={shown[i] ?? {}}>
                  <Button isSmall onClick={() => equals(i)}>
                    <kbd>{letters[i]}</kbd> As good as this
                  </Button>
                </TrialCard>
              </li>
            ))}
            <li>
              <Button class="judge-slot" onClick={() => slot(pivots.length)}>
                <kbd>{pivots.length + 1}</kbd> Worse than all of these
              </Button>
            </li>
          </ol>
        </div>
      )}
      <div class="row judge-answers">
        {isPair && (
          <Button onClick={() => equals(0)}>
            <kbd>=</kbd> Equally good
          </Button>
        )}
        <Button onClick={skip}>
          <kbd>s</kbd> Cannot say
        </Button>
      </div>
    </>
  )
}

function slotText(pivots: readonly number[], slot: number, trial: number): string {
  if (pivots.length === 1) return `trial ${slot === 0 ? trial : pivots[0]} is better`
  if (slot === 0) return `trial ${trial} is better than all shown`
  return slot === pivots.length
    ? `trial ${trial} is worse than all shown`
    : `between trials ${pivots[slot - 1]} and ${pivots[slot]}`
}

function Placed({ placement }: { readonly placement: Extract<Placement, { kind: 'placed' }> }) {
  const { place, of, value, equals } = placement
  const isFirst = of === 1
  return (
    <div class="panel judge-placed" role="status">
      <span class="soft">{isFirst ? 'Nothing to compare it with yet' : 'Its place'}</span>
      <strong class="judge-place">
        {place} <span class="soft">of {of}</span>
      </strong>
      <span>
        Its value is <span class="mono">{formatNumber(value, 6)}</span>
        {equals.length === 0
          ? isFirst
            ? ', from which all others are counted.'
            : '.'
          : `, that of ${equals.length === 1 ? `trial ${equals[0]}` : `trials ${equals.join(', ')}`}.`}
      </span>
    </div>
  )
}

function History(props: { readonly answers: readonly Answer[]; readonly onUndo: () => void }) {
  const { answers, onUndo } = props
  if (answers.length === 0) return null
  return (
    <div class="judge-history">
      <div class="row">
        <h3>What you said</h3>
        <Button isSmall look="quiet" onClick={onUndo}>
          <kbd>u</kbd> Take the last back
        </Button>
      </div>
      <ol>
        {answers.map((answer, i) => (
          <li key={i}>{answerText(answer)}</li>
        ))}
      </ol>
    </div>
  )
}

function answerText(answer: Answer): string {
  const { pivots } = answer
  const list = (trials: readonly number[]): string =>
    trials.length === 1 ? `trial ${trials[0]}` : `trials ${trials.join(', ')}`
  if ('skipped' in answer) return `cannot say beside ${list(pivots)}`
  if ('equals' in answer) return `as good as ${list([pivots[answer.equals] as number])}`
  const worse = pivots.slice(0, answer.slot)
  const better = pivots.slice(answer.slot)
  return [
    ...(better.length === 0 ? [] : [`better than ${list(better)}`]),
    ...(worse.length === 0 ? [] : [`worse than ${list(worse)}`]),
  ].join(', ')
}
