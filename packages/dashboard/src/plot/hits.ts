import type { Axis } from '@attune/core'

import { barBoxes, cellGrid, spanEnds, spanHeight } from './draw-areas.ts'
import { formatAt } from './format-value.ts'
import type { HitGrid } from './hit-grid.ts'
import { createHitGrid } from './hit-grid.ts'
import type { PackedLine, PackedMark, PackedPlane } from './packed-chart.ts'
import type { Scene } from './scene.ts'
import { pointX, pointY } from './scene.ts'

/** What a pointer has found. */
export interface Hit {
  readonly mark: PackedMark
  /** Of the point, bar, cell or span. */
  readonly index: number
  /** -1 for none. */
  readonly trial: number
  /** Where it stands in the picture. */
  readonly x: number
  readonly y: number
  /** Its place among all that arrow keys walk along; -1 for none. */
  readonly place: number
}

export interface Hits {
  /** What lies under a pointer; undefined for nothing. */
  at(x: number, y: number, radius: number): Hit | undefined
  /** Places that arrow keys walk along, x, y after one another in pixels. */
  readonly xy: Float32Array
  hitAt(place: number): Hit | undefined
  /** Where a trial stands first. */
  ofTrial(trial: number): Hit | undefined
}

/** Places of lines that tell of a trial lie about so many pixels apart. */
const sampled = 8
/** Of lines that tell of no trial those with more points are not found. */
const mostPoints = 2000
/** Where lines have so many points together no places between them are needed. */
const enoughPoints = 40_000

/** Sorts what a picture holds, for pointers and keys. */
export function createHits(scene: Scene): Hits {
  const { marks, area } = scene
  const places = placesOf(scene)
  const { xy, owner, place } = places
  const [right, bottom] = [area.left + area.width, area.top + area.height]
  for (let i = 0; i < xy.length; i += 2) {
    const [x, y] = [xy[i]!, xy[i + 1]!]
    const isSeen = x >= area.left - 4 && x <= right + 4 && y >= area.top - 4 && y <= bottom + 4
    if (!isSeen) xy[i] = Number.NaN
  }
  let grid: HitGrid | undefined
  let first: Int32Array | undefined
  const hitAt = (i: number): Hit | undefined => {
    const mark = marks[owner[i] ?? -1]
    if (mark === undefined) return undefined
    const index = place[i]!
    return { mark, index, trial: trialOf(mark, index), x: xy[2 * i]!, y: xy[2 * i + 1]!, place: i }
  }
  return {
    xy,
    hitAt,
    at(x, y, radius) {
      grid ??= createHitGrid(xy, right + 8, bottom + 8)
      const inside = x >= area.left - 6 && x <= right + 6 && y >= area.top - 6 && y <= bottom + 6
      if (!inside) return undefined
      const near = grid.nearest(x, y, radius)
      const mark = marks[owner[near] ?? -1]
      if (mark !== undefined && mark.kind !== 'bars' && mark.kind !== 'spans') return hitAt(near)
      return areaHit(scene, x, y, places, hitAt)
    },
    ofTrial(trial) {
      if (first === undefined) {
        const wide = owner.reduce((most, m, i) => Math.max(most, trialOf(marks[m]!, place[i]!)), -1)
        first = new Int32Array(wide + 1).fill(-1)
        for (let i = 0; i < owner.length; i++) {
          const own = trialOf(marks[owner[i]!]!, place[i]!)
          if (own >= 0 && !Number.isNaN(xy[2 * i]!)) first[own] = i
        }
      }
      return hitAt(first[trial] ?? -1)
    },
  }
}

/** What can be found: where it stands in pixels, its mark and its place within that. */
interface Places {
  readonly xy: Float32Array
  readonly owner: Uint32Array
  readonly place: Uint32Array
}

function placesOf(scene: Scene): Places {
  const { marks, y } = scene
  let room = 1024
  let count = 0
  let xy = new Float32Array(2 * room)
  let owner = new Uint32Array(room)
  let place = new Uint32Array(room)
  const grow = (more: number): void => {
    if (count + more <= room) return
    room = Math.max(2 * room, count + more)
    const old = { xy, owner, place }
    xy = new Float32Array(2 * room)
    owner = new Uint32Array(room)
    place = new Uint32Array(room)
    xy.set(old.xy)
    owner.set(old.owner)
    place.set(old.place)
  }
  const add = (mark: number, index: number, a: number, b: number): void => {
    xy[2 * count] = a
    xy[2 * count + 1] = b
    owner[count] = mark
    place[count] = index
    count++
  }
  const inLines = marks.reduce(
    (sum, mark) => sum + (mark.kind === 'line' ? mark.xy.length / 2 : 0),
    0,
  )
  const isSampled = inLines < enoughPoints
  marks.forEach((mark, m) => {
    if (mark.kind === 'points') {
      grow(mark.xy.length / 2)
      for (let i = 0; i < mark.xy.length / 2; i++) {
        add(m, i, pointX(scene, mark, i), pointY(scene, mark, i))
      }
    } else if (mark.kind === 'line') {
      if (mark.trial < 0 && mark.xy.length > 2 * mostPoints) return
      grow((isSampled ? 60 : 1) * mark.xy.length)
      addLine(scene, mark, isSampled, (index, a, b) => add(m, index, a, b))
    } else if (mark.kind === 'bars') {
      grow(mark.values.length)
      barBoxes(scene, mark).forEach((box, i) => {
        if (box !== undefined) add(m, i, box.left + box.width / 2, box.top + box.height / 2)
      })
    } else if (mark.kind === 'spans') {
      grow(mark.spans.length / 3)
      for (let i = 0; i < mark.spans.length / 3; i++) {
        const [from, to] = spanEnds(scene, mark.spans, i)
        add(m, i, (from + to) / 2, y.at(mark.spans[3 * i]!))
      }
    }
  })
  return {
    xy: xy.subarray(0, 2 * count),
    owner: owner.subarray(0, count),
    place: place.subarray(0, count),
  }
}

/** Points of a line, and of one that tells of a trial places between them. */
function addLine(
  { x, y }: Scene,
  { xy, trial, step }: PackedLine,
  isSampled: boolean,
  add: (index: number, x: number, y: number) => void,
): void {
  let [lastX, lastY] = [Number.NaN, Number.NaN]
  for (let i = 0; i < xy.length; i += 2) {
    const [a, b] = [x.at(xy[i]!), y.at(xy[i + 1]!)]
    const long = Math.hypot(a - lastX, b - lastY)
    const isLong = isSampled && trial >= 0 && !step && Number.isFinite(long)
    const parts = isLong ? Math.min(60, Math.floor(long / sampled)) : 0
    for (let k = 1; k < parts; k++) {
      // A place between two points tells of the nearer one.
      const share = k / parts
      add(i / 2 - (share < 0.5 ? 1 : 0), lastX + share * (a - lastX), lastY + share * (b - lastY))
    }
    if (Number.isFinite(a) && Number.isFinite(b)) add(i / 2, a, b)
    lastX = a
    lastY = b
  }
}

/** Bars, spans and cells are found where they lie. */
function areaHit(
  scene: Scene,
  x: number,
  y: number,
  places: Places,
  hitAt: (place: number) => Hit | undefined,
): Hit | undefined {
  const { marks } = scene
  for (let m = marks.length - 1; m >= 0; m--) {
    const mark = marks[m]!
    const index = areaIndex(scene, mark, x, y)
    if (index < 0) continue
    const known = mark.kind === 'cells' ? -1 : placeOf(places, m, index)
    const found = known < 0 ? undefined : hitAt(known)
    return { mark, index, trial: trialOf(mark, index), x, y, place: found?.place ?? -1 }
  }
  return undefined
}

function placeOf({ owner, place }: Places, m: number, index: number): number {
  for (let i = owner.indexOf(m); i >= 0 && owner[i] === m; i++) if (place[i] === index) return i
  return -1
}

function areaIndex(scene: Scene, mark: PackedMark, x: number, y: number): number {
  if (mark.kind === 'bars') {
    const isUpright = scene.chart.x.scale === 'categories'
    return barBoxes(scene, mark).findIndex((box) => {
      if (box === undefined) return false
      const isAcross = isUpright || (y >= box.top && y <= box.top + box.height)
      const isUp = !isUpright || (x >= box.left && x <= box.left + box.width)
      return isAcross && isUp
    })
  }
  if (mark.kind === 'spans') {
    const half = spanHeight(scene) / 2 + 1
    for (let i = mark.spans.length / 3 - 1; i >= 0; i--) {
      if (Math.abs(scene.y.at(mark.spans[3 * i]!) - y) > half) continue
      const [from, to] = spanEnds(scene, mark.spans, i)
      if (x >= from - 1 && x <= to + 1) return i
    }
    return -1
  }
  if (mark.kind !== 'cells') return -1
  const { across, up } = cellGrid(scene, mark)
  const column = across.findLastIndex((edge) => edge <= x)
  const row = up.findLastIndex((edge) => edge >= y)
  if (column < 0 || row < 0 || column >= mark.columns || row >= mark.rows) return -1
  const index = row * mark.columns + column
  return Number.isFinite(mark.values[index]!) ? index : -1
}

export function trialOf(mark: PackedMark, index: number): number {
  if (mark.kind === 'line') return mark.trial
  if (mark.kind === 'points' || mark.kind === 'spans') return mark.trials[index] ?? -1
  return -1
}

export interface Fact {
  readonly name: string
  readonly value: string
}

/** What a tooltip says of what was found. */
export interface Found {
  readonly title: string
  /** What the mark is called; undefined where the title says it. */
  readonly mark?: string
  readonly facts: readonly Fact[]
}

/** What was found in words, numbers with their units. */
export function describeHit(chart: PackedPlane, { mark, index, trial }: Hit, digits = 5): Found {
  const fact = (axis: Axis, x: number): Fact => ({
    name: axis.name,
    value: formatAt(axis, x, digits),
  })
  const { x, y } = chart
  const own = 'labels' in mark ? mark.labels?.[index] : undefined
  const title = own ?? (trial >= 0 ? `trial ${trial}` : mark.name)
  const named = title === mark.name ? {} : { mark: mark.name }
  // The number of a trial that the title has is not said again.
  const isTold = (axis: Axis): boolean => trial >= 0 && axis.column === 'trial'
  switch (mark.kind) {
    case 'points':
    case 'line': {
      const told = mark.kind === 'points' ? mark.told?.[index] : undefined
      const up =
        told === undefined
          ? edgeFact(y, mark.xy[2 * index + 1]!, digits)
          : typeof told === 'string'
            ? { name: y.name, value: told }
            : fact(y, told)
      const both = [fact(x, mark.xy[2 * index]!), up]
      const shade =
        mark.kind === 'points' && mark.shades !== undefined
          ? [fact(mark.shades.value, mark.shades.values[index]!)]
          : []
      return {
        title,
        ...named,
        facts: [...both.filter((_, i) => !isTold(i === 0 ? x : y)), ...shade],
      }
    }
    case 'bars': {
      const isUpright = x.scale === 'categories'
      const [category, length] = isUpright ? [x, y] : [y, x]
      const value = fact(length, mark.values[index]!)
      const [low, high] = [mark.intervals[2 * index], mark.intervals[2 * index + 1]]
      const interval =
        low === undefined || high === undefined
          ? []
          : [
              {
                name: 'interval',
                value: `${formatAt({ name: '' }, low, 4)} … ${formatAt(length, high, 4)}`,
              },
            ]
      return { title: formatAt(category, index), mark: mark.name, facts: [value, ...interval] }
    }
    case 'cells': {
      const [i, j] = [index % mark.columns, Math.floor(index / mark.columns)]
      const facts = [
        { name: x.name, value: cellName(x, i, mark.columns) },
        { name: y.name, value: cellName(y, j, mark.rows) },
      ]
      return {
        title: formatAt(mark.value, mark.values[index]!, digits),
        mark: mark.value.name,
        facts,
      }
    }
    case 'spans': {
      const [row, from, to] = mark.spans.subarray(3 * index, 3 * index + 3)
      const facts = [
        fact(y, row!),
        { name: 'from', value: formatAt(x, from!, digits) },
        { name: 'to', value: formatAt(x, to!, digits) },
        { name: 'took', value: formatAt(x, to! - from!, 3) },
      ]
      return { title, ...named, facts }
    }
    case 'band':
    case 'rule':
      return { title: mark.name, facts: [] }
  }
}

/** A value; what stands on an end that the axis was told is at least there. */
function edgeFact(axis: Axis, x: number, digits: number): Fact {
  const sign = x === axis.max ? '≥ ' : x === axis.min ? '≤ ' : ''
  return { name: axis.name, value: `${sign}${formatAt(axis, x, digits)}` }
}

/** The place of a cell: a category, or the middle of a part of the axis. */
function cellName(axis: Axis, cell: number, cells: number): string {
  const { scale, min = 0, max = 1 } = axis
  if (scale === 'categories') return formatAt(axis, cell)
  const share = (cell + 0.5) / cells
  const x = scale === 'log' ? min * (max / min) ** share : min + share * (max - min)
  return formatAt(axis, x, 3)
}
