import { fileName } from '../pages/study/model/download.ts'
import { chartRows, rowsToCsv } from './chart-rows.ts'
import { chartSvg } from './chart-svg.ts'
import { readLook } from './look.ts'
import { measureIn } from './measure-text.ts'
import type { PackedChart } from './packed-chart.ts'
import type { Pixels } from './pen.ts'
import type { ChartView } from './zoom-store.ts'

export type FileType = 'png' | 'svg' | 'csv' | 'json'

export interface ChartFile {
  readonly name: string
  readonly content: string | Uint8Array<ArrayBuffer>
  /** As MIME has it. */
  readonly type: string
}

/** Pictures are as large as this, in CSS pixels; those of many parallel axes are wider. */
const pictureSize = { width: 900, height: 540 } as const
/** On every machine, so that a file looks the same everywhere. */
const font = 'Helvetica, Arial, sans-serif'
/** How much finer PNG files are. */
const fineness = 2

/** What a chart shows as a file: a picture, or its data. */
export async function chartFile(
  type: FileType,
  chart: PackedChart,
  options: {
    readonly theme: 'light' | 'dark'
    readonly view: ChartView
    readonly selection?: Uint8Array | undefined
  },
): Promise<ChartFile> {
  const name = `${fileName(chart.title)}.${type}`
  if (type === 'csv') return { name, content: rowsToCsv(chartRows(chart)), type: 'text/csv' }
  if (type === 'json') {
    const { title, subtitle, summary } = chart
    const content = JSON.stringify({ title, subtitle, summary, ...chartRows(chart) }, undefined, 1)
    return { name, content, type: 'application/json' }
  }
  const { theme, view, selection } = options
  const look = { ...readLook(theme), font }
  const svg = chartSvg(chart, {
    ...pictureSize,
    look,
    measure: measureIn(font),
    view,
    selection,
    toUrl,
  })
  if (type === 'svg') return { name, content: svg, type: 'image/svg+xml' }
  return { name, content: await toPng(svg), type: 'image/png' }
}

function toUrl({ width, height, data }: Pixels): string {
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  canvas.getContext('2d')!.putImageData(new ImageData(data, width, height), 0, 0)
  return canvas.toDataURL('image/png')
}

async function toPng(svg: string): Promise<Uint8Array<ArrayBuffer>> {
  const image = new Image()
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`
  await image.decode()
  const canvas = document.createElement('canvas')
  canvas.width = fineness * image.naturalWidth
  canvas.height = fineness * image.naturalHeight
  canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height)
  const blob = await new Promise<Blob>((resolve, reject) => {
    canvas.toBlob((made) =>
      made === null ? reject(new Error('The picture is too large.')) : resolve(made),
    )
  })
  return new Uint8Array(await blob.arrayBuffer())
}
