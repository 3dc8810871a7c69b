import type { Shape } from './symbols.ts'

export interface Box {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

export interface StrokeStyle {
  readonly colour: string
  readonly width: number
  readonly alpha?: number
  readonly dash?: readonly number[]
}

export interface SymbolStyle {
  readonly shape: Shape
  /** In pixels. */
  readonly size: number
  readonly alpha: number
  /** By the shade of a point; with one colour all have it. */
  readonly colours: readonly string[]
  /** The colour of an outline that parts what lies on each other. */
  readonly halo?: string
}

export interface TextStyle {
  readonly size: number
  readonly colour: string
  readonly anchor?: 'start' | 'middle' | 'end'
  readonly bold?: boolean
  readonly halo?: string
  /** Degrees, clockwise. */
  readonly turn?: number
}

/** Pixels as a picture has them: red, green, blue, alpha of each, row by row from the top. */
export interface Pixels {
  readonly width: number
  readonly height: number
  readonly data: Uint8ClampedArray<ArrayBuffer>
}

/** What draws marks: on a canvas, or into an SVG file. Lengths are in CSS pixels. */
export interface Pen {
  begin(): void
  moveTo(x: number, y: number): void
  lineTo(x: number, y: number): void
  rect(x: number, y: number, width: number, height: number): void
  stroke(style: StrokeStyle): void
  fill(colour: string, alpha?: number): void
  /**
   * Points as symbols, in order.
   * @param xy x, y after one another
   * @param shades by point its place among the colours
   */
  symbols(style: SymbolStyle, xy: Float32Array, count: number, shades?: Uint8Array): void
  image(pixels: Pixels, box: Box): void
  text(text: string, x: number, y: number, style: TextStyle): void
  /** From here to `unclip` only what lies in a box is drawn. */
  clip(box: Box): void
  unclip(): void
}
