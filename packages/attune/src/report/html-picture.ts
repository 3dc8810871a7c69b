import type { Chart } from '@attune/core'

import { renderSvg } from '../pictures/render-svg.ts'
import { drawable } from './drawable.ts'

/** Points of a chart that are drawn at most, in the picture for a page and in that for a phone. */
const pointsOf = { broad: 600, narrow: 250 } as const

/**
 * A chart as two SVG elements, one for a page and one for a phone, whose letters are as large as those of
 * the text. What they look like stands in attributes, so that a strict policy of the page allows it.
 */
export async function picturesOf(
  chart: Chart,
  aspect: number,
): Promise<{ readonly broad: string; readonly narrow: string }> {
  const broad = await renderSvg(drawable(chart, pointsOf.broad), {
    ...{ width: 736, height: Math.round(736 * aspect) },
  })
  const narrow = await renderSvg(drawable(chart, pointsOf.narrow), {
    ...{ width: 340, height: Math.round(Math.max(250, 340 * aspect * 1.6)) },
  })
  return { broad: withoutStyles(broad), narrow: withoutStyles(narrow) }
}

/** The same picture without style attributes; letters take the font of what is around. */
export function withoutStyles(svg: string): string {
  return svg.replaceAll(/ style="([^"]*)"/g, (_, style: string) => {
    const rules = style.split(';').map((rule) => rule.split(':').map((part) => part.trim()))
    return rules
      .flatMap(([name = '', value = '']) =>
        name === 'font-size' || name === 'font-weight' ? [` ${name}="${value}"`] : [],
      )
      .join('')
  })
}
