import { stateOf, trialsToJudge } from '@attune/core'
import { barLine } from './bar-line.ts'
import { bestLines } from './best-lines.ts'
import type { Section } from './fit.ts'
import { fitSections } from './fit.ts'
import type { FrameModel } from './frame-model.ts'
import { arrows } from './frame-model.ts'
import type { Line } from '../text/line.ts'
import { cutLine, joined, lineWidth, span } from '../text/line.ts'
import type { ProgressStart } from './progress-contract.ts'
import { shownPath } from '../text/shown-path.ts'
import { cut } from '../text/text.ts'
import { failureLines, runningLines } from './trial-lines.ts'

/** Narrower terminals get short labels. */
const wideEnough = 64
const shownNotes = 3

/**
 * The lines of the screen: each narrower than `columns`, fewer than `rows`. At the end there may be
 * more, because nothing is drawn over them.
 */
export function frame(model: FrameModel, columns: number, rows: number): Line[] {
  // A line that fills the last column leaves some terminals undecided where the cursor is.
  const width = Math.max(1, columns - 1)
  const room = rows - 1
  const labels = columns >= wideEnough ? longLabels : shortLabels
  const indent = labels.none
  const part = (name: keyof Labels, lines: readonly Line[]): Line[] =>
    lines.map((line, i) => [span(i === 0 ? labels[name] : indent, 'faint'), ...line])
  const more = (): Line => [span(`${indent}…`, 'faint')]
  const best = bestLines(model, Math.max(1, width - indent.length))
  const outcome: Section[] = [
    { lines: [headerLine(model.info, width)], rank: 6 },
    { lines: [barLine(model, width)], rank: 9 },
    { lines: [statesLine(model)], rank: 5 },
    { lines: part('best', best.values), rank: 8, gap: true, most: 2 + (room >> 2), more },
  ]
  const notes = model.notes.slice(-shownNotes).map((note) => [span(note)])
  const present: Section[] = [
    {
      lines: part('none', best.params),
      rank: 3,
      core: 2,
      most: Math.max(2, room >> 2),
      more,
    },
    {
      lines: part('running', runningLines(model)),
      rank: 4,
      core: 2,
      gap: true,
      most: Math.max(2, room >> 1),
      more: (hidden) => [span(`${indent}… and ${hidden} more`, 'faint')],
    },
    { lines: part('failed', failureLines(model)), rank: 2, gap: true },
    { lines: part('note', notes), rank: 1, gap: true },
    { lines: [hintLine(model.info)], rank: 0, gap: true },
  ]
  const lines = model.ended
    ? fitSections(outcome, Number.POSITIVE_INFINITY)
    : fitSections([...outcome, ...present], room)
  return lines.map((line) => cutLine(line, width))
}

type Labels = Readonly<Record<'best' | 'running' | 'failed' | 'note' | 'none', string>>
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

function headerLine({ study, workers }: ProgressStart, width: number): Line {
  const { sampler, scheduler, seed, objectives } = study.config
  const meta = [
    sampler.name,
    ...(scheduler.name === 'none' ? [] : [scheduler.name]),
    `seed ${seed}`,
    workers === 1 ? '1 worker' : `${workers} workers`,
  ].join(' · ')
  const aims = objectives.map((o) => span(`${o.name} ${arrows[o.direction]}`))
  const rest = [span('  '), ...joined(aims, ', '), span('  '), span(meta, 'faint')]
  const name = span(study.name, 'strong')
  const room = Math.max(width >> 1, width - lineWidth(rest))
  return [{ ...name, text: cut(name.text, room) }, ...rest]
}

function statesLine({ info, tracker }: FrameModel): Line {
  const { history } = info.study
  const open = [...history.open]
  const toJudge = trialsToJudge(history).length
  const started = open.filter((trial) => stateOf(history, trial) === 'running').length
  const counts: [number, string][] = [
    [tracker.count('complete'), 'complete'],
    [tracker.count('pruned'), 'pruned'],
    [tracker.count('failed'), 'failed'],
    [tracker.count('paused'), 'paused'],
    [started - toJudge, 'running'],
    [toJudge, 'to be judged'],
    [open.length - started, 'waiting'],
  ]
  const states = counts
    .filter(([n, name]) => n > 0 || name === 'complete')
    .map(([n, name]) => span(`${n} ${name}`, name === 'failed' ? 'bad' : undefined))
  if (history.steering?.command === 'pause') states.push(span('paused by attune pause', 'bad'))
  const before = info.resumedFrom
  if (before > 0) states.push(span(`${before} before this run`, 'faint'))
  return joined(states, '  ')
}

function hintLine({ journal }: ProgressStart): Line {
  return [
    span(`Ctrl-C stops; the same command continues. Stored in ${shownPath(journal)}.`, 'faint'),
  ]
}
