import { describe, expect, it } from 'vitest'
import { parseDuration } from '../../src/study-file/duration.ts'

describe('parseDuration', () => {
  it.each([
    ['90', 90],
    ['90s', 90],
    ['10m', 600],
    ['1.5h', 5400],
    ['2d', 172_800],
    ['500ms', 0.5],
    ['.5s', 0.5],
    [' 10 m ', 600],
    ['0', 0],
  ])('reads %j as %d seconds', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds)
  })

  it.each(['', 's', '10 min', '1h30m', '-5s', '1e3', '5.', 'ten', 'Infinity', '9'.repeat(400)])(
    'finds no duration in %j',
    (text) => {
      expect(parseDuration(text)).toBeUndefined()
    },
  )
})
