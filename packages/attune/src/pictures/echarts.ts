import { BarChart, HeatmapChart, LineChart, ScatterChart } from 'echarts/charts'
import {
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TitleComponent,
  VisualMapComponent,
} from 'echarts/components'
import { init, use } from 'echarts/core'
import type { EChartsCoreOption } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'

// What is published has the parts of ECharts that stand here within this file; see
// scripts/bundle-pictures.mjs.
use([BarChart, HeatmapChart, LineChart, ScatterChart])
use([GridComponent, LegendComponent, MarkLineComponent, TitleComponent, VisualMapComponent])
use([SVGRenderer])

/** An option of ECharts as the text of an SVG picture of this size, in pixels. */
export function drawSvg(option: object, width: number, height: number): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height })
  try {
    chart.setOption(option as EChartsCoreOption)
    return chart.renderToSVGString({ useViewBox: true })
  } finally {
    // Its timer would keep the process running.
    chart.dispose()
  }
}
