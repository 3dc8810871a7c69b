import { axisTitle, chartData, isParallel, isShown, isSpace, thinChart } from '@attune/core'
import type { AnyChart, Axis, Chart, LineMark, Mark, Position } from '@attune/core'
import { formatNumber } from '../text/format.ts'
import type { Line, Span, Style } from '../text/line.ts'
import { cutLine, joined, lineWidth, paint, span } from '../text/line.ts'
import { cut, pad, plain, textWidth } from '../text/text.ts'
import type { Canvas, Place } from './sketch-canvas.ts'
import { createCanvas } from './sketch-canvas.ts'
import { cellsOf, darkness, drawCells } from './sketch-cells.ts'
import { parallelAsLines, sharesName } from './sketch-parallel.ts'
import { spaceAsPairs } from './sketch-space.ts'
import { endText } from './ticks.ts'

export interface SketchOptions {
  /** Of the terminal. */
  readonly columns: number
  /** Of the field between the axes; default 14. */
  readonly rows?: number
  readonly color?: boolean
  /** Nothing but ASCII, for terminals without UTF-8; default false. */
  readonly ascii?: boolean
}

/** What each kind of thing is drawn with. */
interface Pen {
  readonly options: Required<SketchOptions>
  readonly canvas: Canvas
  readonly x: Scale
  readonly y: Scale
}

/** Where a value stands between the ends of an axis, from 0 to 1. */
interface Scale {
  readonly low: string
  readonly high: string
  shareOf(value: number): number
}

/** A chart as lines of text: a rough picture for a terminal. */
export function sketch(chart: AnyChart, given: SketchOptions): string[] {
  if (isSpace(chart)) {
    return spaceAsPairs(chart).flatMap((pair, i) => [
      ...(i === 0 ? [] : ['']),
      ...sketch(pair, given),
    ])
  }
  const options = { rows: 14, color: false, ascii: false, ...given }
  const flat = isParallel(chart) ? parallelAsLines(chart) : thinChart(chart)
  const head = [
    [span(flat.title, 'strong')],
    ...(flat.subtitle === undefined ? [] : [[span(flat.subtitle, 'faint')]]),
  ]
  const body = flat.note === undefined ? bodyOf(flat, options) : noteLines(flat.note, options)
  return [...head, ...body].map((line) => {
    const painted = paint(cutLine(line, options.columns), options.color)
    return options.ascii ? toAscii(painted) : painted
  })
}

/** A sentence in lines that fit. */
function noteLines(note: string, { columns }: Required<SketchOptions>): Line[] {
  const lines = ['']
  for (const word of plain(note).split(' ')) {
    const longer = `${lines.at(-1)} ${word}`
    if (textWidth(longer) > columns - 2 && lines.at(-1) !== '') lines.push(` ${word}`)
    else lines[lines.length - 1] = longer
  }
  return lines.map((line) => [span(` ${line}`)])
}

function bodyOf(chart: Chart, options: Required<SketchOptions>): Line[] {
  if (chart.marks.some(({ kind }) => kind === 'bars')) return barLines(chart, options)
  return fieldLines(chart, options)
}

function fieldLines(chart: Chart, options: Required<SketchOptions>): Line[] {
  const isRows = chart.y.scale === 'categories'
  const labels = isRows ? (chart.y.labels ?? []).map((text) => plain(text)) : []
  const rows = isRows ? Math.max(1, Math.min(40, labels.length * rowHeight(chart))) : options.rows
  const data = chartData(chart)
  const [x, y] = [
    scaleOf(chart.x, data.extentOf('x'), options),
    scaleOf(chart.y, data.extentOf('y'), options),
  ]
  const most = Math.max(0, ...labels.map(textWidth))
  const left = Math.min(Math.max(most, textWidth(y.low), textWidth(y.high)), isRows ? 24 : 12)
  const canvas = createCanvas(Math.max(16, options.columns - left - 3), rows, options.ascii)
  const pen: Pen = { options, canvas, x, y }
  for (const mark of chart.marks) draw(mark, chart, pen)
  const bar = options.ascii ? '|' : '│'
  const field = canvas.lines().map((line, i): Line => {
    const label = isRows
      ? rowLabel(labels, i, rows)
      : i === 0
        ? y.high
        : i === rows - 1
          ? y.low
          : ''
    return [span(pad(cut(label, left), left, 'right'), 'faint'), span(` ${bar}`, 'faint'), ...line]
  })
  const corner = options.ascii ? '+' : '└'
  const dash = (options.ascii ? '-' : '─').repeat(canvas.columns)
  return [
    [
      span(
        `${' '.repeat(Math.max(0, left + 1 - textWidth(plain(chart.y.name))))}${axisTitle(chart.y)}`,
      ),
    ],
    ...field,
    [span(`${' '.repeat(left + 1)}${corner}${dash}`, 'faint')],
    [span(`${' '.repeat(left + 2)}${xLabels(chart.x, x, canvas.columns)}`)],
    ...legendLines(chart, options),
  ]
}

/** The rows of text that a category takes. */
function rowHeight({ marks }: Chart): number {
  return marks.some(({ kind }) => kind === 'spans') ? 1 : 3
}

function rowLabel(labels: readonly string[], row: number, rows: number): string {
  const share = labels.length / rows
  const place = labels.length - 1 - Math.floor((row + 0.5) * share)
  const before = labels.length - 1 - Math.floor((row - 0.5) * share)
  const isFirst = row === 0 || before !== place
  const size = 1 / share
  if (size <= 1) return labels[place] ?? ''
  // In the middle of the rows that it has.
  const within = row - Math.round((labels.length - 1 - place) * size)
  return within === Math.floor(size / 2) || (size < 2 && isFirst) ? (labels[place] ?? '') : ''
}

function scaleOf(
  axis: Axis,
  extent: readonly [number, number] | undefined,
  options: Required<SketchOptions>,
): Scale {
  const { scale, labels, min, max } = axis
  if (scale === 'categories') {
    const size = Math.max(1, labels?.length ?? 1)
    return { low: '', high: '', shareOf: (value) => (value + 0.5) / size }
  }
  const [low, high] = [min ?? extent?.[0] ?? 0, max ?? extent?.[1] ?? 1]
  const bend = scale === 'log' ? Math.log : (x: number): number => x
  const [a, b] = [bend(low), bend(high)]
  return {
    low: axis.name === sharesName ? '' : endText(axis, low),
    high: axis.name === sharesName ? '' : endText(axis, high),
    // Without a range everything stands in the middle; the ends keep half a letter free.
    shareOf(value) {
      const share = b > a ? (bend(value) - a) / (b - a) : 0.5
      return options.ascii ? share : 0.01 + 0.98 * share
    },
  }
}

function xLabels(axis: Axis, scale: Scale, width: number): string {
  if (axis.scale === 'categories') {
    const labels = axis.labels ?? []
    const room = Math.max(1, Math.floor(width / Math.max(1, labels.length)))
    if (room < 2) return cut(axisTitle(axis), width)
    return labels
      .map((label) => {
        const text = cut(plain(label), room - 1)
        return pad(`${' '.repeat(Math.floor((room - textWidth(text)) / 2))}${text}`, room)
      })
      .join('')
  }
  const name = cut(
    plain(axisTitle(axis)),
    Math.max(4, width - scale.low.length - scale.high.length - 4),
  )
  const middle = Math.max(1, Math.floor((width - textWidth(name)) / 2) - scale.low.length)
  const start = `${scale.low}${' '.repeat(middle)}${name}`
  return `${start}${' '.repeat(Math.max(1, width - textWidth(start) - scale.high.length))}${scale.high}`
}

/** Styles of marks that are not faint, by the order of their names. */
const styles: readonly (Style | undefined)[] = ['accent', 'good', undefined, 'bad', 'strong']

function styleOf(mark: Mark, { marks }: Chart): Style | undefined {
  if (isFaint(mark)) return 'faint'
  if (mark.name.startsWith('failed')) return 'bad'
  if (mark.name === 'best' || mark.name === 'front') return 'good'
  const names = [...new Set(marks.filter((one) => !isFaint(one)).map(({ name }) => name))]
  return styles[names.indexOf(mark.name) % styles.length]
}

const isFaint = (mark: Mark): boolean =>
  (mark.kind === 'line' && mark.faint === true) || mark.kind === 'rule' || mark.kind === 'band'

/** The letters of marks, by what they are; dots of braille are drawn without. */
function letterOf(mark: Mark, place: number, isAscii: boolean): string {
  if (mark.kind === 'spans') {
    return (isAscii ? ['#', '=', '%', '+', '~', 'x', 'o'] : ['█', '▓', '▒', '░', '▚', '▞', '▀'])[
      place % 7
    ]!
  }
  if (mark.kind === 'points') {
    const letters = { circle: '.', diamond: '*', triangle: '^', cross: 'x' }
    const signs = { circle: '•', diamond: '◆', triangle: '△', cross: '×' }
    return (isAscii ? letters : signs)[mark.shape ?? 'circle']
  }
  if (mark.kind === 'line') return isAscii ? (mark.faint === true ? "'" : '-') : '─'
  return isAscii ? ':' : '┄'
}

function draw(mark: Mark, chart: Chart, pen: Pen): void {
  const { canvas, x, y, options } = pen
  const style = styleOf(mark, chart)
  const letter = letterOf(mark, placeOf(mark, chart), options.ascii)
  const at = ([a, b]: Position): Place | undefined =>
    isShown(chart.x, a) && isShown(chart.y, b) ? [x.shareOf(a), y.shareOf(b)] : undefined
  switch (mark.kind) {
    case 'line':
      return drawLine(mark, at, style, letter, canvas)
    case 'band':
      for (const side of [1, 2] as const) {
        const points = mark.points.map((point): Position => [point[0], point[side]])
        drawLine({ kind: 'line', name: '', points }, at, 'faint', letter, canvas, 2)
      }
      return
    case 'points':
      return drawPoints(mark, at, style, letter, pen)
    case 'heat':
    case 'surface':
      return drawCells(mark, chart, canvas, options.ascii)
    case 'spans':
      for (const [row, from, to] of mark.spans) {
        const [a, b] = [x.shareOf(from), x.shareOf(to)]
        const first = Math.round(a * (canvas.columns - 1))
        const last = Math.max(first, Math.round(b * (canvas.columns - 1)) - 1)
        for (let k = first; k <= last; k++) {
          canvas.sign(k / (canvas.columns - 1), y.shareOf(row), letter, style)
        }
      }
      return
    case 'rule': {
      if (mark.at === 'diagonal') return canvas.line([0, 0], [1, 1], 'faint', letter, 3)
      if ('x' in mark.at) {
        const a = x.shareOf(mark.at.x)
        return canvas.line([a, 0], [a, 1], 'faint', letter, 2)
      }
      const b = y.shareOf(mark.at.y)
      return canvas.line([0, b], [1, b], 'faint', letter, 3)
    }
    case 'bars':
      return
  }
}

function drawLine(
  { points, step }: LineMark,
  at: (point: Position) => Place | undefined,
  style: Style | undefined,
  letter: string,
  canvas: Canvas,
  every = 1,
): void {
  let before: Place | undefined
  for (const point of points) {
    const place = at(point)
    if (place !== undefined && before !== undefined) {
      if (step === true) {
        canvas.line(before, [place[0], before[1]], style, letter, every)
        canvas.line([place[0], before[1]], place, style, letter, every)
      } else canvas.line(before, place, style, letter, every)
    } else if (place !== undefined) canvas.dot(...place, style, letter)
    before = place
  }
}

function drawPoints(
  mark: Extract<Mark, { kind: 'points' }>,
  at: (point: Position) => Place | undefined,
  style: Style | undefined,
  letter: string,
  { canvas, options }: Pen,
): void {
  // Signs are for what is rare; many points are dots.
  const asSign =
    options.ascii || mark.name === 'best' || (mark.shape !== undefined && mark.shape !== 'circle')
  const low = mark.shades?.value.min ?? 0
  const range = (mark.shades?.value.max ?? 1) - low
  mark.points.forEach((point, i) => {
    const place = at(point)
    if (place === undefined) return
    const value = mark.shades?.values[i]
    if (value !== undefined) {
      const shade = Math.floor(Math.min(0.999, Math.max(0, (value - low) / range)) * 5)
      const signs = options.ascii ? ['#', 'o', '+', '-', '.'] : ['◆', '●', '◍', '○', '·']
      canvas.sign(...place, signs[shade]!, shade === 0 ? 'good' : shade > 2 ? 'faint' : undefined)
    } else if (asSign) canvas.sign(...place, letter, style)
    else canvas.dot(...place, style, letter)
  })
}

/** Bars lie, whichever way the chart has them. */
function barLines(chart: Chart, { columns, ascii }: Required<SketchOptions>): Line[] {
  const upright = chart.x.scale === 'categories'
  const [groups, values] = upright ? [chart.x, chart.y] : [chart.y, chart.x]
  const bars = chart.marks.filter((mark) => mark.kind === 'bars')
  const labels = (groups.labels ?? []).map((label) => plain(label))
  const order = upright ? labels.map((_, i) => i) : labels.map((_, i) => labels.length - 1 - i)
  const left = Math.min(28, Math.max(0, ...labels.map(textWidth)))
  const all = bars.flatMap((mark) => mark.values).filter(Number.isFinite)
  const most = Math.max(values.max ?? 0, ...all)
  const width = Math.max(8, Math.min(48, columns - left - 26))
  const filled = ascii ? '#' : '█'
  const lines = order.flatMap((i) =>
    bars.map((mark, k): Line => {
      const value = mark.values[i] ?? Number.NaN
      const share = most > 0 && value > 0 ? Math.min(1, value / most) : 0
      const [low, high] = mark.intervals?.[i] ?? []
      const around =
        low === undefined || high === undefined
          ? ''
          : `  ${formatNumber(low, 2)}..${formatNumber(high, 2)}`
      return [
        span(pad(k === 0 ? cut(labels[i]!, left) : '', left, 'right')),
        span(' '),
        span(filled.repeat(Math.round(share * width)), styles[k % styles.length]),
        span(` ${Number.isNaN(value) ? '-' : formatNumber(value, 3)}`),
        span(around, 'faint'),
      ]
    }),
  )
  const names = bars.length > 1 ? `: ${bars.map(({ name }) => name).join(', ')}` : ''
  return [[span(`${axisTitle(values)} by ${axisTitle(groups)}${names}`, 'faint')], ...lines]
}

const placeOf = ({ name, kind }: Mark, { marks }: Chart): number =>
  [...new Set(marks.filter((mark) => mark.kind === kind).map((mark) => mark.name))].indexOf(name)

function legendLines(chart: Chart, options: Required<SketchOptions>): Line[] {
  const names = new Map<string, Mark>()
  for (const mark of chart.marks) {
    if (mark.kind !== 'heat' && mark.kind !== 'surface') names.set(mark.name, mark)
  }
  const shaded = chart.marks.find(
    (mark) => mark.kind === 'heat' || mark.kind === 'surface' || mark.kind === 'points',
  )
  const entries = [...names].map(([name, mark]) => {
    const letter = letterOf(mark, placeOf(mark, chart), options.ascii)
    return span(`${letter} ${name}`, styleOf(mark, chart))
  })
  const lines: Line[] = entries.length > 1 ? wrapped(entries, options.columns - 2) : []
  const scale = shaded === undefined ? undefined : scaleLine(shaded, chart, options)
  return (scale === undefined ? lines : [...lines, [scale]]).map((line) => [span('  '), ...line])
}

/** Entries in lines that fit. */
function wrapped(entries: Line, width: number): Line[] {
  const lines: Span[][] = [[]]
  for (const entry of entries) {
    const last = lines.at(-1)!
    const longer = joined([...last, entry], '  ')
    if (last.length > 0 && lineWidth(longer) > width) lines.push([entry])
    else last.push(entry)
  }
  return lines.map((line) => joined(line, '  '))
}

function scaleLine(
  mark: Mark,
  chart: Chart,
  options: Required<SketchOptions>,
): Line[number] | undefined {
  if (mark.kind === 'heat' || mark.kind === 'surface') {
    const { low, high } = cellsOf(mark, chart)
    const signs = (options.ascii ? darkness.letters : darkness.blocks).join('')
    return span(`${axisTitle(mark.value)}: ${formatNumber(low)} [${signs}] ${formatNumber(high)}`)
  }
  if (mark.kind !== 'points' || mark.shades === undefined) return undefined
  const signs = options.ascii ? '# o + - .' : '◆ ● ◍ ○ ·'
  return span(`${axisTitle(mark.shades.value)}, from the best: ${signs}`)
}

const replaced: readonly (readonly [RegExp, string])[] = [
  [/…/gu, '~'],
  [/[–−─]/gu, '-'],
  [/±/gu, '+-'],
  [/²/gu, '2'],
  [/[×]/gu, 'x'],
]

function toAscii(text: string): string {
  const known = replaced.reduce((done, [from, to]) => done.replaceAll(from, to), text)
  return known.replaceAll(/[^\n\u001b -~]/gu, '?')
}
