import { formatNumber } from '../ui/format.ts'
import { paletteAt, partsOf, shadeAt, shadeEnds } from './look.ts'
import type {
  PackedBand,
  PackedBars,
  PackedCells,
  PackedRule,
  PackedSpans,
} from './packed-chart.ts'
import type { Box, Pen } from './pen.ts'
import type { Scale } from './scale.ts'
import type { Scene } from './scene.ts'
import { coloursOf } from './scene.ts'
import type { Work } from './slices.ts'

export function drawBand(pen: Pen, { x, y, look }: Scene, { xlh, step, colour }: PackedBand): void {
  const places: (readonly [x: number, low: number, high: number])[] = []
  for (let i = 0; i < xlh.length; i += 3) {
    const place = [x.at(xlh[i]!), y.at(xlh[i + 1]!), y.at(xlh[i + 2]!)] as const
    if (place.every(Number.isFinite)) places.push(place)
  }
  if (places.length === 0) return
  pen.begin()
  places.forEach(([a, , high], i) => {
    if (i === 0) pen.moveTo(a, high)
    else {
      if (step) pen.lineTo(a, places[i - 1]![2])
      pen.lineTo(a, high)
    }
  })
  places.toReversed().forEach(([a, low], i, back) => {
    // On the way back a level piece ends at the next point, which lies to the left.
    pen.lineTo(a, low)
    const next = back[i + 1]
    if (step && next !== undefined) pen.lineTo(a, next[1])
  })
  pen.fill(paletteAt(look, colour), 0.18)
}

/** The part of a category that its bars take together. */
const barShare = 0.7
const widestBar = 40

/** Where the bars of a mark stand, and how wide they are, in pixels beside the middle of a category. */
function barPlace(
  scene: Scene,
  mark: PackedBars,
): { readonly beside: number; readonly width: number } {
  const groups = scene.marks.filter(({ kind }) => kind === 'bars')
  const isUpright = scene.chart.x.scale === 'categories'
  const apart = Math.abs(isUpright ? scene.x.factor : scene.y.factor)
  const width = Math.min(widestBar, (barShare * apart) / Math.max(1, groups.length))
  return { beside: (groups.indexOf(mark) - (groups.length - 1) / 2) * width, width }
}

/** The box of each bar of a mark, by category; undefined where it has no value. */
export function barBoxes(scene: Scene, mark: PackedBars): (Box | undefined)[] {
  const { chart, x, y } = scene
  const isUpright = chart.x.scale === 'categories'
  const [categories, lengths] = isUpright ? [x, y] : [y, x]
  const { beside, width } = barPlace(scene, mark)
  const start = lengths.kind === 'log' ? lengths.at(lengths.low) : lengths.at(0)
  return Array.from(mark.values, (value, i): Box | undefined => {
    const end = lengths.at(value)
    if (!Number.isFinite(end)) return undefined
    const side = categories.at(i) + beside - width / 2
    const [from, long] = [Math.min(start, end), Math.abs(end - start)]
    return isUpright
      ? { left: side, top: from, width, height: long }
      : { left: from, top: side, width: long, height: width }
  })
}

export function drawBars(pen: Pen, scene: Scene, mark: PackedBars): void {
  const { chart, look, x, y } = scene
  const isUpright = chart.x.scale === 'categories'
  const lengths = isUpright ? y : x
  const boxes = barBoxes(scene, mark)
  const gap = Math.min(1, barPlace(scene, mark).width * 0.1)
  pen.begin()
  for (const box of boxes) {
    if (box === undefined) continue
    if (isUpright) pen.rect(box.left + gap / 2, box.top, box.width - gap, box.height)
    else pen.rect(box.left, box.top + gap / 2, box.width, box.height - gap)
  }
  pen.fill(paletteAt(look, mark.colour), 0.92)
  drawWhiskers(pen, scene, mark, boxes, lengths)
  nameValues(pen, scene, mark, boxes, lengths)
}

const middleOf = (box: Box, isUpright: boolean): number =>
  isUpright ? box.left + box.width / 2 : box.top + box.height / 2

function drawWhiskers(
  pen: Pen,
  { chart, look }: Scene,
  { intervals }: PackedBars,
  boxes: readonly (Box | undefined)[],
  lengths: Scale,
): void {
  if (intervals.length === 0) return
  const isUpright = chart.x.scale === 'categories'
  pen.begin()
  boxes.forEach((box, i) => {
    const [low, high] = [lengths.at(intervals[2 * i]!), lengths.at(intervals[2 * i + 1]!)]
    if (box === undefined || !Number.isFinite(low) || !Number.isFinite(high)) return
    const at = middleOf(box, isUpright)
    const half = Math.min(4, 0.3 * (isUpright ? box.width : box.height))
    const draw = (a: number, b: number, c: number, d: number): void => {
      if (isUpright) {
        pen.moveTo(b, a)
        pen.lineTo(d, c)
      } else {
        pen.moveTo(a, b)
        pen.lineTo(c, d)
      }
    }
    draw(low, at, high, at)
    draw(low, at - half, low, at + half)
    draw(high, at - half, high, at + half)
  })
  pen.stroke({ colour: look.ink, width: 1.2 })
}

/** Lying bars of one mark have their values beside them, where there is room. */
function nameValues(
  pen: Pen,
  { chart, look, area, marks }: Scene,
  { values, intervals }: PackedBars,
  boxes: readonly (Box | undefined)[],
  lengths: Scale,
): void {
  const isOnly = marks.filter(({ kind }) => kind === 'bars').length === 1
  if (!isOnly || chart.x.scale === 'categories') return
  boxes.forEach((box, i) => {
    if (box === undefined || box.height < 8) return
    const high = intervals.length === 0 ? Number.NaN : lengths.at(intervals[2 * i + 1]!)
    const end = Math.max(box.left + box.width, Number.isFinite(high) ? high : 0) + 6
    const text = formatNumber(values[i]!, 3)
    const isInside = end + 8 * text.length > area.left + area.width
    const x = isInside ? area.left + area.width - 4 : end
    pen.text(text, x, box.top + box.height / 2 + 4, {
      ...{ size: 11, colour: isInside ? look.ink : look.soft, anchor: isInside ? 'end' : 'start' },
      ...(isInside ? { halo: look.ground } : {}),
    })
  })
}

/** Where the cells of a mark begin and end on an axis, in whole pixels. */
function cellEdges(scale: Scale, cells: number, [from, to]: readonly [number, number]): number[] {
  if (scale.kind === 'categories') {
    return Array.from({ length: cells + 1 }, (_, i) => Math.round(scale.at(i - 0.5)))
  }
  const isLog = scale.kind === 'log'
  const [a, b] = isLog ? [Math.log10(from), Math.log10(to)] : [from, to]
  return Array.from({ length: cells + 1 }, (_, i) => {
    const place = a + ((b - a) * i) / cells
    return Math.round(scale.at(isLog ? 10 ** place : place))
  })
}

/** Where the cells of a mark stand, from the left and from the bottom. */
export function cellGrid(
  { chart, x, y }: Scene,
  { columns, rows }: PackedCells,
): { readonly across: readonly number[]; readonly up: readonly number[] } {
  return {
    across: cellEdges(x, columns, [chart.x.min ?? x.low, chart.x.max ?? x.high]),
    up: cellEdges(y, rows, [chart.y.min ?? y.low, chart.y.max ?? y.high]),
  }
}

export function drawCells(pen: Pen, scene: Scene, mark: PackedCells): void {
  const { chart, look } = scene
  const { across, up } = cellGrid(scene, mark)
  const [low, high] = shadeEnds(mark.value, mark.values)
  const colours = coloursOf(look, false)
  if (chart.x.scale !== 'categories' && chart.y.scale !== 'categories') {
    drawSurface(pen, mark, colours, [low, high], {
      ...{ left: across[0]!, top: up.at(-1)! },
      width: across.at(-1)! - across[0]!,
      height: up[0]! - up.at(-1)!,
    })
    return
  }
  // Categories stand apart, as nothing lies between them.
  const gapX = chart.x.scale === 'categories' ? 1 : 0
  const gapY = chart.y.scale === 'categories' ? 1 : 0
  const byShade: number[][] = colours.map(() => [])
  mark.values.forEach((value, cell) => byShade[shadeAt(value, low, high)]?.push(cell))
  byShade.forEach((cells, shade) => {
    if (cells.length === 0) return
    pen.begin()
    for (const cell of cells) {
      const [i, j] = [cell % mark.columns, Math.floor(cell / mark.columns)]
      const [left, bottom] = [across[i]!, up[j]!]
      pen.rect(left, up[j + 1]! + gapY, across[i + 1]! - left - gapX, bottom - up[j + 1]! - gapY)
    }
    pen.fill(colours[shade]!)
  })
}

/** Between numbers colours go over into each other. */
function drawSurface(
  pen: Pen,
  { values, columns, rows }: PackedCells,
  colours: readonly string[],
  [low, high]: readonly [number, number],
  box: Box,
): void {
  const parts = colours.map(partsOf)
  const data = new Uint8ClampedArray(4 * columns * rows)
  for (let j = 0; j < rows; j++) {
    for (let i = 0; i < columns; i++) {
      const part = parts[shadeAt(values[j * columns + i]!, low, high)]
      // Pictures begin at the top, cells at the bottom.
      if (part !== undefined) data.set([...part, 255], 4 * ((rows - 1 - j) * columns + i))
    }
  }
  pen.image({ width: columns, height: rows, data }, box)
}

/** What the shortest span takes in pixels, so that it can be seen. */
const shortest = 1.5

/** How high the spans of a row are, in pixels. */
export const spanHeight = ({ y }: Scene): number =>
  Math.max(1.5, Math.min(18, 0.68 * Math.abs(y.factor)))

/** Where a span begins and ends in pixels; a gap tells neighbours apart, where there is room for it. */
export function spanEnds({ x }: Scene, spans: Float64Array, i: number): readonly [number, number] {
  const [from, to] = [x.at(spans[3 * i + 1]!), x.at(spans[3 * i + 2]!)]
  return [from, to - from > 4 ? to - 1 : Math.max(to, from + shortest)]
}

export function* drawSpans(pen: Pen, scene: Scene, mark: PackedSpans, keep?: Uint8Array): Work {
  const { y, look, area } = scene
  const height = spanHeight(scene)
  const right = area.left + area.width
  const { spans, trials } = mark
  // What lies within a pixel of the one before it on its row adds nothing.
  const drawnTo = new Map<number, number>()
  let inPath = 0
  pen.begin()
  for (let i = 0; i < spans.length / 3; i++) {
    if (keep !== undefined && keep[trials[i]!] !== 1) continue
    const [from, to] = spanEnds(scene, spans, i)
    if (!(to > area.left && from < right)) continue
    const row = spans[3 * i]!
    const last = drawnTo.get(row)
    if (last !== undefined && from >= last - 2 && to <= last + 0.3) continue
    drawnTo.set(row, to)
    pen.rect(from, y.at(row) - height / 2, to - from, height)
    if (++inPath < 1000) continue
    inPath = 0
    pen.fill(paletteAt(look, mark.colour))
    yield
    pen.begin()
  }
  pen.fill(paletteAt(look, mark.colour))
}

export function drawRule(pen: Pen, { x, y, area, look }: Scene, { at, colour }: PackedRule): void {
  const [right, bottom] = [area.left + area.width, area.top + area.height]
  pen.begin()
  if (at === 'diagonal') {
    // Straight where both axes are of one kind, which they are on such charts.
    const low = Math.max(x.low, y.low)
    const high = Math.min(x.high, y.high)
    pen.moveTo(x.at(low), y.at(low))
    pen.lineTo(x.at(high), y.at(high))
  } else if ('x' in at) {
    pen.moveTo(x.at(at.x), area.top)
    pen.lineTo(x.at(at.x), bottom)
  } else {
    pen.moveTo(area.left, y.at(at.y))
    pen.lineTo(right, y.at(at.y))
  }
  pen.stroke({ colour: paletteAt(look, colour), width: 1.5, dash: [6, 4] })
}
