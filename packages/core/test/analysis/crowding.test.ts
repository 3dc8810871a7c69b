import { describe, expect, it } from 'vitest'
import { crowdingDistances } from '../../src/analysis/crowding.ts'

describe('crowdingDistances', () => {
  it('sums the gaps between neighbours as shares of the range, in each front alone', () => {
    const points = [
      [0, 10],
      [2, 6],
      [5, 5],
      [10, 0],
      [50, 60],
    ]
    const expected = [Infinity, 5 / 10 + 5 / 10, 8 / 10 + 6 / 10, Infinity, Infinity]
    expect([...crowdingDistances(points, [0, 0, 0, 0, 1])]).toEqual(expected)
  })

  it('counts nothing for losses that are all equal and for gaps that are infinite', () => {
    expect([
      ...crowdingDistances(
        [
          [1, 0],
          [1, 1],
          [1, 4],
        ],
        [0, 0, 0],
      ),
    ]).toEqual([Infinity, 1, Infinity])
    const endless = crowdingDistances([[-Infinity], [0], [1], [Infinity]], [0, 0, 0, 0])
    expect([...endless]).toEqual([Infinity, 0, 0, Infinity])
    expect([...crowdingDistances([], [])]).toEqual([])
  })
})
