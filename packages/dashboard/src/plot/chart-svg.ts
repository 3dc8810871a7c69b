import { axisTitle } from '@attune/core'

import { formatNumber } from '../ui/format.ts'
import { drawParallel, lineColours } from './draw-parallel.ts'
import { drawPlane } from './draw-plane.ts'
import { drawSpace } from './draw-space.ts'
import type { FrameLine, FrameText, Measure } from './frame.ts'
import { fitted, frameOf } from './frame.ts'
import type { LegendEntry } from './legend-entries.ts'
import { legendEntries } from './legend-entries.ts'
import { paletteAt, shadeEnds } from './look.ts'
import type { PlotLook } from './look.ts'
import type { PackedChart, PackedParallel, PackedPlane, PackedSpace } from './packed-chart.ts'
import type { ParallelFrame } from './parallel-frame.ts'
import { asideY, keptLines, parallelFrame } from './parallel-frame.ts'
import type { Pixels } from './pen.ts'
import { spaceScene } from './space-scene.ts'
import { coloursOf, shadingOf, tellsTrials } from './scene.ts'
import type { Work } from './slices.ts'
import { escapeText, svgPen, svgText } from './svg-pen.ts'
import { symbolPath } from './symbols.ts'
import type { ChartView } from './zoom-store.ts'

export interface ChartSvgOptions {
  readonly width: number
  readonly height: number
  readonly look: PlotLook
  readonly measure: Measure
  readonly view: ChartView
  /** By trial 1 for those that are selected. */
  readonly selection?: Uint8Array | undefined
  /** Pixels as the URL of a picture, for what is drawn as density. */
  readonly toUrl: (pixels: Pixels) => string
}

const margin = 16
const sizes = { title: 15, text: 12 } as const

/** A chart as an SVG file: what the page shows of it, with its title and legend. */
export function chartSvg(chart: PackedChart, options: ChartSvgOptions): string {
  const { look, measure } = options
  const room = options.width - 2 * margin
  const subtitle =
    chart.subtitle === undefined ? [] : wrapped(chart.subtitle, room, sizes.text, measure)
  const head = [
    svgText(look.font, fitted(chart.title, room, sizes.title, measure), margin, 26, {
      ...{ size: sizes.title, colour: look.ink, bold: true },
    }),
    ...subtitle.map((line, i) =>
      svgText(look.font, line, margin, 44 + 16 * i, { size: sizes.text, colour: look.soft }),
    ),
  ]
  const legendTop = 34 + 16 * subtitle.length + 8
  const legend =
    chart.kind !== 'parallel'
      ? legendSvg(legendEntries(chart), legendTop, room, options)
      : { parts: [], rows: 0 }
  const top = legendTop + 20 * legend.rows
  const height = options.height - top - 34
  const inside =
    chart.note !== undefined
      ? noteSvg(chart.note, top + height / 2, options)
      : chart.kind === 'plane'
        ? planeSvg(chart, room, height, options)
        : chart.kind === 'space'
          ? spaceSvg(chart, room, height, options)
          : parallelSvg(chart, room, height, options)
  const width = Math.max(options.width, inside.width + 2 * margin)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${options.height}" viewBox="0 0 ${width} ${options.height}" role="img">`,
    `<title>${escapeText(chart.title)}</title><desc>${escapeText(chart.summary)}</desc>`,
    `<rect width="${width}" height="${options.height}" fill="${look.ground}"/>`,
    ...head,
    ...legend.parts,
    `<g transform="translate(${margin} ${top})">`,
    ...inside.parts,
    '</g></svg>',
  ].join('\n')
}

interface Part {
  readonly parts: readonly string[]
  readonly width: number
}

/** A text in lines that fit. */
function wrapped(text: string, room: number, size: number, measure: Measure): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (line !== '' && measure(longer, size) > room) {
      lines.push(line)
      line = word
    } else line = longer
  }
  return [...lines, line].map((one) => fitted(one, room, size, measure))
}

function legendSvg(
  entries: readonly LegendEntry[],
  top: number,
  room: number,
  { look, measure, view }: ChartSvgOptions,
): { readonly parts: string[]; readonly rows: number } {
  const shown = entries.filter(({ name }) => !view.hidden.has(name))
  let [x, row] = [0, 0]
  const parts = shown.map((entry) => {
    const name = fitted(entry.name, room - 40, sizes.text, measure)
    const width = 26 + measure(name, sizes.text) + 14
    if (x > 0 && x + width > room) {
      x = 0
      row++
    }
    const [left, y] = [margin + x, top + 8 + 20 * row]
    x += width
    return `${signSvg(entry, left, y, look)}${svgText(look.font, name, left + 24, y + 4, { size: sizes.text, colour: look.ink })}`
  })
  return { parts, rows: shown.length === 0 ? 0 : row + 1 }
}

function signSvg(
  { sign, colour: place }: LegendEntry,
  x: number,
  y: number,
  look: PlotLook,
): string {
  const colour = paletteAt(look, place)
  if (sign === 'box')
    return `<rect x="${x + 4}" y="${y - 5}" width="10" height="10" fill="${colour}"/>`
  if (sign === 'band') {
    return `<rect x="${x}" y="${y - 5}" width="18" height="10" fill="${colour}" fill-opacity="0.25"/>`
  }
  if (sign === 'line' || sign === 'dashes') {
    const dash = sign === 'dashes' ? ' stroke-dasharray="5 2.5"' : ''
    return `<path d="M${x} ${y}h18" stroke="${colour}" stroke-width="2"${dash}/>`
  }
  return `<path d="${symbolPath(sign, x + 9, y, 9)}" fill="${colour}"/>`
}

function noteSvg(note: string, y: number, { width, look, measure }: ChartSvgOptions): Part {
  const lines = wrapped(note, width - 120, sizes.text, measure)
  const parts = lines.map((line, i) =>
    svgText(look.font, line, width / 2 - margin, y - 60 + 17 * i, {
      ...{ size: sizes.text, colour: look.soft, anchor: 'middle' },
    }),
  )
  return { parts, width: 0 }
}

const linesSvg = (lines: readonly FrameLine[], { grid, line }: PlotLook): string[] =>
  lines.map(({ kind, x1, y1, x2, y2 }) => {
    const colour = kind === 'grid' || kind === 'minor' ? grid : line
    return `<path d="M${x1.toFixed(1)} ${y1.toFixed(1)}L${x2.toFixed(1)} ${y2.toFixed(1)}" stroke="${colour}"/>`
  })

const textsSvg = (texts: readonly FrameText[], { font }: PlotLook): string[] =>
  texts.map(({ text, x, y, ...style }) => svgText(font, text, x, y, style))

/** What is drawn, faint where a selection leaves only a part of it, with that part on top. */
function marksSvg(
  draw: (pen: ReturnType<typeof svgPen>, isSelected: boolean) => Work,
  isDimmed: boolean,
  { look, toUrl }: ChartSvgOptions,
): string[] {
  const layer = (isSelected: boolean, ids: string): string[] => {
    const pen = svgPen(look.font, toUrl, ids)
    for (const _ of draw(pen, isSelected));
    return [...pen.parts]
  }
  if (!isDimmed) return layer(false, 'all')
  return ['<g opacity="0.22">', ...layer(false, 'all'), '</g>', ...layer(true, 'selected')]
}

function planeSvg(
  chart: PackedPlane,
  width: number,
  height: number,
  options: ChartSvgOptions,
): Part {
  const { look, measure, view, selection } = options
  const { scene, lines, texts } = frameOf(chart, { width, height, look, measure, ...view })
  const shading = shadingOf(chart)
  const isDimmed = selection !== undefined && scene.marks.some(tellsTrials)
  const parts = [
    ...linesSvg(lines, look),
    ...marksSvg(
      (pen, isSelected) => drawPlane(pen, scene, isSelected ? selection : undefined),
      isDimmed,
      options,
    ),
    ...textsSvg(texts, look),
    ...(shading === undefined
      ? []
      : barSvg(
          axisTitle(shading.value),
          shading.ends,
          coloursOf(look, shading.onGround),
          width,
          height,
          options,
        )),
  ]
  return { parts, width }
}

function spaceSvg(
  chart: PackedSpace,
  width: number,
  height: number,
  options: ChartSvgOptions,
): Part {
  const { look, measure, view, selection } = options
  const { turn, hidden } = view
  const scene = spaceScene(chart, { width, height, look, measure, turn, hidden })
  const { lines, texts } = scene.frame
  const parts = [
    ...linesSvg(
      lines.map((line) => ({ ...line, kind: line.kind === 'edge' ? 'axis' : 'grid' })),
      look,
    ),
    ...marksSvg(
      (pen, isSelected) => drawSpace(pen, scene, isSelected ? selection : undefined),
      selection !== undefined,
      options,
    ),
    ...texts.map(({ kind, text, x, y, anchor }) =>
      svgText(look.font, text, x, y, {
        ...{ size: kind === 'tick' ? 11 : 12, colour: kind === 'tick' ? look.soft : look.ink },
        ...{ anchor, halo: look.ground },
      }),
    ),
  ]
  return { parts, width }
}

function parallelSvg(
  chart: PackedParallel,
  width: number,
  height: number,
  options: ChartSvgOptions,
): Part {
  const { look, measure, view, selection } = options
  const frame = parallelFrame(chart, { width, height, look, order: view.order, measure })
  const keep = keptLines(chart, selection, view.top)
  const colours = lineColours(look)
  const bar = chart.good === 'low' ? colours : colours.toReversed()
  const parts = [
    ...marksSvg(
      (pen, isSelected) => drawParallel(pen, frame, isSelected ? keep : undefined),
      keep !== undefined,
      options,
    ),
    ...axesSvg(frame, measure),
    ...barSvg(
      axisTitle(chart.value),
      shadeEnds(chart.value, chart.shades),
      bar,
      frame.width,
      height,
      options,
    ),
  ]
  return { parts, width: frame.width }
}

function axesSvg(frame: ParallelFrame, measure: Measure): string[] {
  const { axes, top, bottom, look, chart } = frame
  const asideX = axes.find(({ index }) => index === chart.asideAxis)?.x ?? 0
  return [
    ...axes.flatMap(({ x, title, texts, nameLeft, nameWidth, isRaised }) => [
      `<path d="M${x.toFixed(1)} ${top}V${bottom}" stroke="${look.line}" stroke-width="1.2"/>`,
      svgText(
        look.font,
        fitted(title, nameWidth, 12, measure),
        nameLeft + nameWidth / 2,
        isRaised ? top - 29 : top - 12,
        {
          ...{ size: 12, colour: look.ink, anchor: 'middle', halo: look.ground },
        },
      ),
      ...textsSvg(texts, look),
    ]),
    ...chart.aside.map((group, i) =>
      svgText(look.font, group, asideX - 7, asideY(frame, i) + 4, {
        ...{ size: 11, colour: look.soft, anchor: 'end', halo: look.ground },
      }),
    ),
  ]
}

/** A scale of colours below the axes, at the right. */
function barSvg(
  name: string,
  [low, high]: readonly [number, number],
  colours: readonly string[],
  width: number,
  height: number,
  { look, measure }: ChartSvgOptions,
): string[] {
  const size = 140
  const most = formatNumber(high, 3)
  const left = width - 12 - measure(most, 12) - 6 - size
  const cell = size / colours.length
  const y = height + 8
  return [
    ...colours.map(
      (colour, i) =>
        `<rect x="${(left + i * cell).toFixed(2)}" y="${y}" width="${(cell + 0.3).toFixed(2)}" height="10" fill="${colour}"/>`,
    ),
    svgText(look.font, most, left + size + 6, y + 9, { size: 12, colour: look.ink }),
    svgText(
      look.font,
      `${fitted(name, Math.max(60, left - 80), 12, measure)}  ${formatNumber(low, 3)}`,
      left - 6,
      y + 9,
      {
        ...{ size: 12, colour: look.ink, anchor: 'end' },
      },
    ),
  ]
}
