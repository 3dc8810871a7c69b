import { chartOption, chartSummary, hashText, isParallel, isSpace, thinChart } from '@attune/core'
import type { AnyChart } from '@attune/core'
import { parallelSvg } from './parallel-svg.ts'
import { spaceSvg } from './space-svg.ts'
import { escapeText } from './svg-text.ts'

export interface RenderSvgOptions {
  /** Of one chart, in pixels; default 640. */
  readonly width?: number
  /** Of one chart, in pixels; default 400. */
  readonly height?: number
  /** Default light. */
  readonly theme?: 'light' | 'dark'
  /** Charts that stand side by side; default 1. */
  readonly columns?: number
  /** What the picture is called for those who do not see it; default: the title of the first chart. */
  readonly title?: string
}

/**
 * A chart, or several in rows, as an SVG picture that needs nothing else and takes the width that it is
 * given. Charts with very much in them are thinned first. The same charts give the same bytes. Names within it begin with a hash of what is drawn, so
 * that several pictures stand in one page.
 *
 * @throws AttuneError `usage` for marks that do not fit their axes
 */
export async function renderSvg(
  charts: AnyChart | readonly AnyChart[],
  options: RenderSvgOptions = {},
): Promise<string> {
  const { width = 640, height = 400, theme = 'light', columns = 1 } = options
  const { drawSvg } = await import('./echarts.ts')
  const given = Array.isArray(charts) ? (charts as readonly AnyChart[]) : [charts as AnyChart]
  const all = given.map((chart) => thinChart(chart))
  const panels = all.map((chart, i) => {
    const body = isSpace(chart)
      ? spaceSvg(chart, { width, height, theme })
      : isParallel(chart)
        ? parallelSvg(chart, { width, height, theme })
        : bodyOf(drawSvg(chartOption(chart, { width, height, theme }), width, height))
    return { x: (i % columns) * width, y: Math.floor(i / columns) * height, body }
  })
  const whole = [Math.min(all.length, columns) * width, Math.ceil(all.length / columns) * height]
  const words = given.map(describe)
  const key = hashText(JSON.stringify([all, width, height, theme, columns]))
  const drawn = panels.map(({ x, y, body }, i) => {
    const named = body.replaceAll(/\bzr\d+-/g, `c${key}-${i}-`)
    return panels.length === 1 ? named : `<svg x="${x}" y="${y}">${named}</svg>`
  })
  const title = options.title ?? all[0]?.title ?? ''
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${whole.join(' ')}" width="100%" role="img" aria-labelledby="c${key}-t c${key}-d">
<title id="c${key}-t">${escapeText(title)}</title>
<desc id="c${key}-d">${escapeText(words.join(' '))}</desc>
${drawn.join('\n')}
</svg>
`
}

/** What stands within the outermost element, without what only a pointer would need. */
function bodyOf(svg: string): string {
  return svg
    .slice(svg.indexOf('>') + 1, svg.lastIndexOf('</svg>'))
    .replaceAll(/<style ?>.*?<\/style>/gs, '')
    .replaceAll(/ (class|pointer-events|ecmeta_[\w-]+)="[^"]*"/g, '')
    .trim()
}

/** A chart in a sentence or two. */
function describe(chart: AnyChart): string {
  const summary = chartSummary(chart)
  if (isParallel(chart) || isSpace(chart)) return summary
  if (chart.summary !== undefined || chart.note !== undefined) return summary
  const { title, subtitle, x, y, marks } = chart
  const names = [...new Set(marks.map(({ name }) => name))]
  const [across, up] = [x, y].map(({ name, unit }) =>
    unit === undefined ? name : `${name} in ${unit}`,
  )
  const about = subtitle === undefined ? '' : ` ${subtitle}.`
  return `${title}: ${up} by ${across}.${about} Shown: ${names.join(', ')}.`
}
