import { extname } from 'node:path'

import type { AnyChart } from '@attune/core'
import { AttuneError, chartSummary, chartTable, csvLine } from '@attune/core'

import { chartPage } from '../pictures/chart-page.ts'
import type { PictureSize } from '../pictures/picture-size.ts'
import { pictureSize } from '../pictures/picture-size.ts'
import { rasterize } from '../pictures/rasterize.ts'
import { renderSvg } from '../pictures/render-svg.ts'
import { writeFile } from './write-file.ts'

export interface PlotLook {
  readonly theme: 'light' | 'dark'
  /** Of one chart; default: what it needs. */
  readonly width: number | undefined
  readonly height: number | undefined
  /** What the picture or page is called. */
  readonly title: string
  /** Small multiples. */
  readonly small: boolean
}

const endings = ['.svg', '.html', '.png', '.json', '.csv'] as const
type Ending = (typeof endings)[number]

/**
 * Refuses a file of a kind that is not written.
 * @throws AttuneError `usage`
 */
export function checkEnding(file: string | undefined): void {
  if (file !== undefined) endingOf(file)
}

function endingOf(file: string): Ending {
  const ending = extname(file).toLowerCase()
  const found = endings.find((each) => each === ending)
  if (found !== undefined) return found
  throw new AttuneError(
    'usage',
    `--output ${file}: its ending says what is written. There are ${endings.join(', ')}.`,
  )
}

/** Writes charts to a file of the kind that its ending says. */
export async function writePlot(
  charts: readonly AnyChart[],
  file: string,
  look: PlotLook,
): Promise<void> {
  const size = pictureSize(charts, look)
  await writeFile(file, pieces(charts, file, look, size))
}

async function* pieces(
  charts: readonly AnyChart[],
  file: string,
  { theme, title }: PlotLook,
  size: PictureSize,
): AsyncGenerator<string | Uint8Array> {
  switch (endingOf(file)) {
    case '.svg':
      return yield await renderSvg(charts, { ...size, theme, title })
    case '.html':
      return yield await chartPage(charts, { ...size, theme, title })
    case '.png':
      return yield await rasterize(await renderSvg(charts, { ...size, theme, title }), size)
    case '.json':
      return yield `${JSON.stringify({ charts: charts.map(asJson) }, plainNumbers)}\n`
    case '.csv':
      return yield* csvOf(charts)
  }
}

const asJson = (chart: AnyChart): object => ({
  summary: chartSummary(chart),
  chart,
  table: chartTable(chart),
})

/** NaN and infinities by name, for which JSON has no words. */
const plainNumbers = (_: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isFinite(value) ? String(value) : value

/** One table, of several charts with a first column that says which. */
function* csvOf(charts: readonly AnyChart[]): Generator<string> {
  const tables = charts.map((chart) => ({ title: chart.title, ...chartTable(chart) }))
  const [only] = tables
  if (only !== undefined && tables.length === 1) {
    yield csvLine(only.columns)
    yield only.rows.map((row) => csvLine(row.map((cell) => cell ?? undefined))).join('')
    return
  }
  // Charts of a picture may have different axes; their tables follow each other with their own names.
  const isSame = tables.every(({ columns }) => columns.join('\n') === only?.columns.join('\n'))
  for (const [i, { title, columns, rows }] of tables.entries()) {
    if (i === 0 || !isSame) yield `${i === 0 ? '' : '\r\n'}${csvLine(['chart', ...columns])}`
    yield rows.map((row) => csvLine([title, ...row.map((cell) => cell ?? undefined)])).join('')
  }
}
