import { describe, expect, it } from 'vitest'

import { stampFrom, stampSheet } from '../../src/plot/stamp-sheet.ts'

/** A stamp of one colour all over. */
const square = (size: number, colour: readonly number[]): ReturnType<typeof stampFrom> => {
  const data = new Uint8ClampedArray(Array.from({ length: size * size }, () => colour).flat())
  return stampFrom({ data, width: size, height: size })
}

describe('a sheet of stamps', () => {
  const at = (sheet: ReturnType<typeof stampSheet>, x: number, y: number): number[] => {
    const { data, width } = sheet.pixels()
    return [...data.slice(4 * (y * width + x), 4 * (y * width + x) + 4)]
  }

  it('shows a stamp as it is, and nothing beside it', () => {
    const sheet = stampSheet(8, 6)
    sheet.put(square(2, [200, 100, 50, 255]), 3, 2)
    for (const [x, y] of [
      [3, 2],
      [4, 3],
    ] as const)
      expect(at(sheet, x, y)).toEqual([200, 100, 50, 255])
    for (const [x, y] of [
      [2, 2],
      [5, 2],
      [3, 1],
      [4, 4],
    ] as const)
      expect(at(sheet, x, y)).toEqual([0, 0, 0, 0])
  })

  it('puts what shines through over what is there as canvases do', () => {
    const sheet = stampSheet(2, 1)
    sheet.put(square(1, [255, 0, 0, 128]), 0, 0)
    sheet.put(square(1, [0, 0, 255, 128]), 0, 0)
    // Source over: alpha 1 - (1 - 0.502)², red (0.502 · 0.498), blue 0.502, each by that alpha.
    const [red, green, blue, alpha] = at(sheet, 0, 0) as [number, number, number, number]
    expect(Math.abs(alpha - 192)).toBeLessThanOrEqual(1)
    expect(green).toBe(0)
    expect(Math.abs(red - 84.7)).toBeLessThanOrEqual(2)
    expect(Math.abs(blue - 170.2)).toBeLessThanOrEqual(2)
  })

  it('stays as it is where many opaque ones lie over one another', () => {
    const sheet = stampSheet(1, 1)
    for (let i = 0; i < 1000; i++) sheet.put(square(1, [10, 20, 30, 255]), 0, 0)
    expect(at(sheet, 0, 0)).toEqual([10, 20, 30, 255])
  })

  it('cuts off what lies beyond its edges', () => {
    const sheet = stampSheet(3, 3)
    const stamp = square(2, [1, 2, 3, 255])
    for (const place of [-1, 2]) sheet.put(stamp, place, place)
    for (const place of [-5, 9]) sheet.put(stamp, place, 1)
    expect(at(sheet, 0, 0)).toEqual([1, 2, 3, 255])
    expect(at(sheet, 2, 2)).toEqual([1, 2, 3, 255])
    for (const [x, y] of [
      [1, 1],
      [2, 0],
      [0, 2],
      [0, 1],
      [2, 1],
    ] as const)
      expect(at(sheet, x, y)).toEqual([0, 0, 0, 0])
  })
})
