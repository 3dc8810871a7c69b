import type { Box, Pen, Pixels, StrokeStyle, SymbolStyle, TextStyle } from './pen.ts'
import type { Stamp } from './stamp-sheet.ts'
import { stampFrom, stampSheet } from './stamp-sheet.ts'
import { tracePath } from './symbols.ts'

/** Of more symbols each is a stamp on whole pixels, not a path. */
const mostPaths = 1500

/** A pen on a canvas whose pixels are `ratio` times as many as those of CSS. */
export function canvasPen(ctx: CanvasRenderingContext2D, ratio: number, font: string): Pen {
  return {
    begin: () => ctx.beginPath(),
    moveTo: (x, y) => ctx.moveTo(x, y),
    lineTo: (x, y) => ctx.lineTo(x, y),
    rect: (x, y, width, height) => ctx.rect(x, y, width, height),
    stroke({ colour, width, alpha = 1, dash = [] }: StrokeStyle) {
      ctx.strokeStyle = colour
      ctx.lineWidth = width
      ctx.lineJoin = 'round'
      ctx.globalAlpha = alpha
      ctx.setLineDash([...dash])
      ctx.stroke()
      ctx.globalAlpha = 1
    },
    fill(colour, alpha = 1) {
      ctx.fillStyle = colour
      ctx.globalAlpha = alpha
      ctx.fill()
      ctx.globalAlpha = 1
    },
    symbols(style, xy, count, shades) {
      if (count <= mostPaths) paths(ctx, style, xy, count, shades)
      else stamps(ctx, ratio, style, xy, count, shades)
    },
    image: (pixels, box) => drawImage(ctx, pixels, box),
    text: (text, x, y, style) => drawText(ctx, font, text, x, y, style),
    clip({ left, top, width, height }: Box) {
      ctx.save()
      ctx.beginPath()
      ctx.rect(left, top, width, height)
      ctx.clip()
    },
    unclip: () => ctx.restore(),
  }
}

function paths(
  ctx: CanvasRenderingContext2D,
  { shape, size, alpha, colours, halo }: SymbolStyle,
  xy: Float32Array,
  count: number,
  shades: Uint8Array | undefined,
): void {
  ctx.setLineDash([])
  ctx.lineJoin = 'miter'
  for (let i = 0; i < count; i++) {
    ctx.beginPath()
    tracePath(ctx, shape, xy[2 * i]!, xy[2 * i + 1]!, size)
    if (halo !== undefined) {
      ctx.globalAlpha = 0.9
      ctx.strokeStyle = halo
      ctx.lineWidth = 1.6
      ctx.stroke()
    }
    ctx.globalAlpha = alpha
    ctx.fillStyle = colours[shades === undefined ? 0 : shades[i]!]!
    ctx.fill()
  }
  ctx.globalAlpha = 1
}

/** A symbol drawn once, in pixels of the canvas. */
function symbolStamp(ratio: number, style: SymbolStyle, colour: string): Stamp {
  const { shape, size, alpha, halo } = style
  const half = Math.ceil((size / 2 + 1) * ratio)
  const canvas = document.createElement('canvas')
  canvas.width = 2 * half
  canvas.height = 2 * half
  const ctx = canvas.getContext('2d', { willReadFrequently: true })!
  ctx.scale(ratio, ratio)
  ctx.beginPath()
  tracePath(ctx, shape, half / ratio, half / ratio, size)
  if (halo !== undefined) {
    ctx.strokeStyle = halo
    ctx.lineWidth = 1
    ctx.globalAlpha = 0.7
    ctx.stroke()
  }
  ctx.globalAlpha = alpha
  ctx.fillStyle = colour
  ctx.fill()
  return stampFrom(ctx.getImageData(0, 0, 2 * half, 2 * half))
}

function stamps(
  ctx: CanvasRenderingContext2D,
  ratio: number,
  style: SymbolStyle,
  xy: Float32Array,
  count: number,
  shades: Uint8Array | undefined,
): void {
  const made: Stamp[] = []
  const box = boxOf(ctx, ratio, xy, count, style.size + 2)
  if (box.width <= 0 || box.height <= 0) return
  const sheet = stampSheet(box.width, box.height)
  for (let i = 0; i < count; i++) {
    const shade = shades === undefined ? 0 : shades[i]!
    const stamp = (made[shade] ??= symbolStamp(ratio, style, style.colours[shade]!))
    const half = stamp.size / 2
    const x = Math.round(xy[2 * i]! * ratio) - half - box.left
    const y = Math.round(xy[2 * i + 1]! * ratio) - half - box.top
    sheet.put(stamp, x, y)
  }
  ctx.save()
  // On whole pixels they are copied as they are.
  ctx.setTransform(1, 0, 0, 1, 0, 0)
  ctx.drawImage(canvasOf(sheet.pixels()), box.left, box.top)
  ctx.restore()
}

/** What of a canvas symbols cover, in its pixels. */
function boxOf(
  { canvas }: CanvasRenderingContext2D,
  ratio: number,
  xy: Float32Array,
  count: number,
  size: number,
): Box {
  let [left, top, right, bottom] = [canvas.width, canvas.height, 0, 0]
  for (let i = 0; i < count; i++) {
    const [x, y] = [xy[2 * i]! * ratio, xy[2 * i + 1]! * ratio]
    left = Math.min(left, x)
    right = Math.max(right, x)
    top = Math.min(top, y)
    bottom = Math.max(bottom, y)
  }
  const room = Math.ceil(size * ratio)
  left = Math.max(0, Math.floor(left) - room)
  top = Math.max(0, Math.floor(top) - room)
  return {
    left,
    top,
    width: Math.min(canvas.width, Math.ceil(right) + room) - left,
    height: Math.min(canvas.height, Math.ceil(bottom) + room) - top,
  }
}

function canvasOf({ data, width, height }: Pixels): HTMLCanvasElement {
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  canvas.getContext('2d')!.putImageData(new ImageData(data, width, height), 0, 0)
  return canvas
}

function drawImage(ctx: CanvasRenderingContext2D, pixels: Pixels, box: Box): void {
  ctx.imageSmoothingQuality = 'high'
  ctx.drawImage(canvasOf(pixels), box.left, box.top, box.width, box.height)
}

function drawText(
  ctx: CanvasRenderingContext2D,
  font: string,
  text: string,
  x: number,
  y: number,
  { size, colour, anchor = 'start', bold = false, halo, turn = 0 }: TextStyle,
): void {
  ctx.save()
  ctx.font = `${bold ? '600 ' : ''}${size}px ${font}`
  ctx.textAlign = anchor === 'middle' ? 'center' : anchor
  ctx.translate(x, y)
  ctx.rotate((turn * Math.PI) / 180)
  if (halo !== undefined) {
    ctx.strokeStyle = halo
    ctx.lineWidth = 3
    ctx.lineJoin = 'round'
    ctx.setLineDash([])
    ctx.strokeText(text, 0, 0)
  }
  ctx.fillStyle = colour
  ctx.fillText(text, 0, 0)
  ctx.restore()
}
