import { expect, it } from 'vitest'
import { sparkPath } from '../../src/ui/sparkline.tsx'

it('goes from edge to edge, the highest value at the top', () => {
  expect(sparkPath([1, 3, 2], 24, 10)).toBe('M2.0 8.0L12.0 2.0L22.0 5.0')
})

it('leaves gaps where there is no value, and shows a value between two as a dash', () => {
  expect(sparkPath([1, Number.NaN, 2, Infinity, 0], 42, 10)).toBe(
    'M2.0 5.0m-1.5 0h3M21.0 2.0m-1.5 0h3M40.0 8.0m-1.5 0h3',
  )
})

it('draws a constant in the middle, one value as a dash and none as nothing', () => {
  expect(sparkPath([5, 5], 24, 10)).toBe('M2.0 5.0L22.0 5.0')
  expect(sparkPath([5], 24, 10)).toBe('M12.0 5.0m-1.5 0h3')
  expect(sparkPath([], 24, 10)).toBe('')
})
