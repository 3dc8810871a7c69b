import { canvasPen } from './canvas-pen.ts'
import type { Pen } from './pen.ts'
import type { Work } from './slices.ts'
import { afterTurn, createSlices, turnOfPage } from './slices.ts'

export interface Picture {
  readonly width: number
  readonly height: number
  readonly font: string
  /** How many numbers there are to draw, about; of many the drawing is done in pieces. */
  readonly size: number
  draw(pen: Pen): Work
}

export interface Painter {
  /** Draws anew; what is still being drawn is dropped, and what was drawn stays until this is done. */
  paint(picture: Picture, done?: () => void): void
  /** The same in a turn of its own, for a canvas on which nothing stands yet. */
  paintNext(picture: Picture): void
  clear(): void
  stop(): void
}

const atOnce = 8000

/** What draws on a canvas that fills its box. */
export function createPainter(canvas: HTMLCanvasElement): Painter {
  const slices = createSlices(undefined, undefined, turnOfPage)
  const sized = (own: HTMLCanvasElement, { width, height }: Picture): CanvasRenderingContext2D => {
    const ratio = devicePixelRatio
    const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)]
    const ctx = own.getContext('2d')!
    if (own.width === wide && own.height === high) ctx.reset()
    else {
      own.width = wide
      own.height = high
    }
    ctx.scale(ratio, ratio)
    return ctx
  }
  let round = 0
  const paint: Painter['paint'] = (picture, done) => {
    round++
    slices.stop()
    if (picture.size <= atOnce) {
      const pen = canvasPen(sized(canvas, picture), devicePixelRatio, picture.font)
      for (const _ of picture.draw(pen));
      done?.()
      return
    }
    // Beside what is seen, so that nothing flickers.
    const spare = document.createElement('canvas')
    const pen = canvasPen(sized(spare, picture), devicePixelRatio, picture.font)
    slices.run(picture.draw(pen), () => {
      const ctx = sized(canvas, picture)
      ctx.setTransform(1, 0, 0, 1, 0, 0)
      ctx.drawImage(spare, 0, 0)
      done?.()
    })
  }
  return {
    paint,
    paintNext(picture) {
      const own = ++round
      afterTurn(() => {
        if (own === round) paint(picture)
      })
    },
    clear() {
      round++
      slices.stop()
      canvas.getContext('2d')?.reset()
    },
    stop() {
      round++
      slices.stop()
    },
  }
}
