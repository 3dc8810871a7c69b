import fc from 'fast-check'
import { expect, test } from 'vitest'

import { rowWindow, scrollToRow } from '../../src/pages/study/model/row-window.ts'
import { columnWindow } from '../../src/pages/study/trials/column-window.ts'

const height = 32

test('all rows that are seen are in the page, and never more than 40', () => {
  fc.assert(
    fc.property(
      fc.nat(100_000),
      fc.integer({ min: 100, max: 1200 }),
      fc.integer({ min: 1, max: 100_000 }),
      (scrolled, seen, total) => {
        const top = Math.min(scrolled, Math.max(0, total * height - seen))
        const { from, to } = rowWindow(top, seen, height, total)
        expect(to - from).toBeLessThanOrEqual(40)
        expect(from * height).toBeLessThanOrEqual(top)
        expect(to).toBeGreaterThanOrEqual(Math.min(total, Math.ceil((top + seen) / height)))
        expect(to).toBeLessThanOrEqual(total)
      },
    ),
  )
})

test('a table that has shrunk under its scroll shows its end', () => {
  expect(rowWindow(90_000, 320, height, 100)).toEqual({ from: 89, to: 100 })
  expect(rowWindow(90_000, 320, height, 3)).toEqual({ from: 0, to: 3 })
})

test('going to a row moves the table as little as it can', () => {
  expect(scrollToRow(3, 0, 320, height)).toBe(0)
  expect(scrollToRow(20, 0, 320, height)).toBe(352)
  expect(scrollToRow(1, 320, 320, height)).toBe(32)
})

test('columns that are seen are in the page, the others are room', () => {
  const widths = Array.from({ length: 60 }, (_, i) => 90 + (i % 5) * 10)
  const total = widths.reduce((a, b) => a + b, 0)
  fc.assert(
    fc.property(fc.nat(total - 800), (left) => {
      const { from, to, before, after } = columnWindow(left, 800, widths)
      const shown = widths.slice(from, to).reduce((a, b) => a + b, 0)
      expect(before + shown + after).toBe(total)
      expect(before).toBeLessThanOrEqual(left)
      expect(before + shown).toBeGreaterThanOrEqual(left + 800)
      expect(to - from).toBeLessThanOrEqual(13)
    }),
  )
})

test('no columns are no trouble', () => {
  expect(columnWindow(0, 800, [])).toEqual({ from: 0, to: 0, before: 0, after: 0 })
})
