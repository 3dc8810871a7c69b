import type { History, TrialRecord } from '@attune/core'
import { countStates, recordOf } from '@attune/core'
import { barLine } from './bar-line.ts'
import { bestLines } from './best-lines.ts'
import type { Section } from './fit.ts'
import { fitSections } from './fit.ts'
import { formatDuration, formatNumber } from './format.ts'
import type { Line, Span } from './line.ts'
import { aligned, cutLine, joined, lineWidth, span } from './line.ts'
import type { ProgressStart } from './progress.ts'
import { cut, firstLine } from './text.ts'
import type { Tracker } from './tracker.ts'

/** Everything the screen shows, at one moment. */
export interface FrameModel {
  readonly info: ProgressStart
  readonly tracker: Tracker
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  readonly now: number
  /** Trials a minute; NaN while unknown. */
  readonly rate: number
  readonly notes: readonly string[]
  /** The run is over: what runs and what may be pressed are left out, notes are whole. */
  readonly ended: boolean
}

/** Narrower terminals get short labels. */
const wideEnough = 64
const shownFailures = 3
const shownNotes = 3
const shownMetrics = 6

/** The lines of the screen: each narrower than `columns`, fewer than `rows`. */
export function frame(model: FrameModel, columns: number, rows: number): Line[] {
  // A line that fills the last column leaves some terminals undecided where the cursor is.
  const width = Math.max(1, columns - 1)
  const room = Math.max(1, rows - 1)
  const label = columns >= wideEnough ? longLabels : shortLabels
  const inner = Math.max(1, width - lineWidth([span(label.none)]))
  const part = (name: keyof Labels, lines: readonly Line[]): Line[] =>
    lines.map((line, i) => [span(label[i === 0 ? name : 'none'], 'faint'), ...line])
  const best = bestLines(model, inner)
  const sections: Section[] = [
    { lines: [headerLine(model.info, width)], rank: 6 },
    { lines: [barLine(model, width)], rank: 9 },
    { lines: [statesLine(model)], rank: 5 },
    { lines: part('best', best.values), rank: 8, gap: true, more: more(label.none) },
    {
      lines: part('none', best.params).slice(0, Math.max(2, room >> 2)),
      rank: 3,
      core: 2,
      more: more(label.none),
    },
    {
      lines: model.ended ? [] : part('running', runningLines(model)),
      rank: 4,
      core: 2,
      gap: true,
      more: more(label.none),
    },
    { lines: part('failed', failureLines(model)), rank: 2, gap: true },
    { lines: part('note', noteLines(model)), rank: 1, gap: true },
    { lines: model.ended ? [] : [hintLine(model.info)], rank: 0, gap: true },
  ]
  const whole = model.ended ? new Set(sections[7]?.lines) : new Set<Line>()
  return fitSections(sections, room).map((line) => (whole.has(line) ? line : cutLine(line, width)))
}

type Labels = Record<'best' | 'running' | 'failed' | 'note' | 'none', string>
const longLabels: Labels = {
  best: 'best     ',
  running: 'running  ',
  failed: 'failed   ',
  note: 'note     ',
  none: '         ',
}
const shortLabels: Labels = {
  best: 'best ',
  running: 'runs ',
  failed: 'fail ',
  note: 'note ',
  none: '     ',
}

const more =
  (indent: string) =>
  (hidden: number): Line => [span(indent), span(`… and ${hidden} more`, 'faint')]

export const arrows = { minimize: '↓', maximize: '↑' } as const

function headerLine({ study, workers }: ProgressStart, width: number): Line {
  const { sampler, scheduler, seed, objectives } = study.config
  const meta = [
    sampler.name,
    ...(scheduler.name === 'none' ? [] : [scheduler.name]),
    `seed ${seed}`,
    workers === 1 ? '1 worker' : `${workers} workers`,
  ].join(' · ')
  const rest = [
    ...joined(
      objectives.map((o) => span(`${o.name} ${arrows[o.direction]}`)),
      ', ',
    ),
    span('  '),
    span(meta, 'faint'),
  ]
  const name = span(study.name, 'strong')
  const room = Math.max(width >> 1, width - 2 - lineWidth(rest))
  return [{ ...name, text: cut(name.text, room) }, span('  '), ...rest]
}

function statesLine({ info, tracker }: FrameModel): Line {
  const { running, waiting } = openStates(info.study.history)
  const counts: [number, string][] = [
    [tracker.count('complete'), 'complete'],
    [tracker.count('pruned'), 'pruned'],
    [tracker.count('failed'), 'failed'],
    [running, 'running'],
    [waiting, 'waiting'],
  ]
  const spans = counts
    .filter(([n, name]) => n > 0 || name === 'complete')
    .map(([n, name]) => span(`${n} ${name}`, name === 'failed' ? 'bad' : undefined))
  const before = info.resumedFrom
  return joined([...spans, ...(before > 0 ? [span(`${before} before this run`, 'faint')] : [])], '   ')
}

function openStates(history: History): { running: number; waiting: number } {
  let running = 0
  for (const trial of history.open) if (recordState(history, trial)) running++
  return { running, waiting: history.open.size - running }
}
