import type { History, TrialRecord, Values } from '@attune/core'
import { recordOf, shortName } from '@attune/core'
import { formatLabel, formatNumber, formatValues, sparkline } from '../text/format.ts'
import type { FrameModel } from './frame-model.ts'
import { arrows } from './frame-model.ts'
import type { Line, Span } from '../text/line.ts'
import { aligned, lineWidth, span } from '../text/line.ts'
import { cut, pad, plain, textWidth } from '../text/text.ts'
import { trialLabels } from './trial-lines.ts'

const shortestSparkline = 8
const longestSparkline = 30
const widestName = 28
const widestValue = 24
const betweenParams = 4
const shownFront = 12

/** The best so far: its value or the Pareto front, and its parameters in aligned columns. */
export interface BestLines {
  readonly values: readonly Line[]
  readonly params: readonly Line[]
}

export function bestLines(model: FrameModel, width: number): BestLines {
  const { info, tracker } = model
  const [first] = tracker.best()
  if (first === undefined) return { values: [[span(noneYet(model), 'faint')]], params: [] }
  if (info.study.config.objectives.length > 1) return { values: frontLines(model), params: [] }
  const record = recordOf(info.study.history, first)
  return { values: [valueLine(model, record, width)], params: paramLines(model, record, width) }
}

function noneYet({ info, tracker }: FrameModel): string {
  const complete = tracker.count('complete')
  if (complete === 0) return 'no trial is complete yet'
  return `${complete} complete, but none meets ${info.study.config.constraints.join(', ')}`
}

function valueLine({ info, tracker }: FrameModel, record: TrialRecord, width: number): Line {
  const { name = '' } = info.study.config.objectives[0] ?? {}
  const value = formatNumber(record.objectives[0] ?? Number.NaN)
  const line: Span[] = [span(`${name} `), span(value, 'good'), span(`  trial ${record.number}`)]
  const since = span(`, ${ago(tracker.sinceBest())}`, 'faint')
  if (lineWidth([...line, since]) <= width) line.push(since)
  const room = Math.min(longestSparkline, width - lineWidth(line) - 3)
  if (Math.min(room, tracker.finished) < shortestSparkline) return line
  return [...line, span('   '), span(sparkline(tracker.curve(room)), 'accent')]
}

function ago(trials: number): string {
  if (trials === 0) return 'just now'
  return trials === 1 ? '1 trial ago' : `${trials} trials ago`
}

/** Names and values side by side, read downwards, in as many columns as there is room for. */
function paramLines({ info }: FrameModel, { values }: TrialRecord, width: number): Line[] {
  const named = shortNamed(info.study.history, values)
  const params = Object.entries(named).map(([name, value]) => ({
    name: cut(plain(name), Math.min(widestName, width >> 1)),
    value: cut(formatLabel(value), widestValue),
  }))
  const nameWidth = Math.max(...params.map((p) => textWidth(p.name)))
  const valueWidth = Math.max(...params.map((p) => textWidth(p.value)))
  const cell = nameWidth + 2 + valueWidth + betweenParams
  const columns = Math.max(1, Math.floor((width + betweenParams) / cell))
  const rows = Math.ceil(params.length / columns)
  return Array.from({ length: rows }, (_, row) =>
    params
      .filter((_p, i) => i % rows === row)
      .flatMap(({ name, value }) => [
        span(pad(name, nameWidth + 2), 'faint'),
        span(pad(value, valueWidth + betweenParams)),
      ]),
  )
}

function frontLines({ info, tracker }: FrameModel): Line[] {
  const { history, config } = info.study
  const front = tracker.best().slice(0, shownFront)
  const n = tracker.best().length
  const size = n === 1 ? '1 trial is' : `${n} trials are`
  const head = [
    span(`${size} on the Pareto front`),
    span(`, changed ${ago(tracker.sinceBest())}`, 'faint'),
  ]
  const label = trialLabels(front)
  const rows = front.map((trial) => {
    const { objectives, values } = recordOf(history, trial)
    const cells = config.objectives.map(({ name, direction }, i) =>
      span(`${name} ${arrows[direction]} ${formatNumber(objectives[i] ?? Number.NaN)}`, 'good'),
    )
    return [span(label(trial)), ...cells, span(formatValues(shortNamed(history, values)), 'faint')]
  })
  return [head, ...aligned(rows, '   ')]
}

function shortNamed(history: History, values: Values): Values {
  const entries = Object.entries(values)
  return Object.fromEntries(entries.map(([name, value]) => [shortName(history, name), value]))
}
