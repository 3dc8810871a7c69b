import { describe, expect, it } from 'vitest'
import { bytesOf, parseSize } from '../../src/study-file/size.ts'

describe('parseSize', () => {
  it.each([
    ['512MB', 512_000_000],
    ['2GB', 2_000_000_000],
    ['1.5GiB', 1_610_612_736],
    ['1kB', 1000],
    ['4KiB', 4096],
    ['.5mb', 500_000],
    ['1TB', 1e12],
    ['1tib', 2 ** 40],
    [' 64 MiB ', 67_108_864],
    ['4096', 4096],
    ['4096B', 4096],
  ])('reads %j as %d bytes', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes)
  })

  it.each(['', 'GB', '2G', '2 gigabytes', '-1GB', '1e9', '999', '0.5kB', '1PB', '9'.repeat(40)])(
    'finds no size in %j',
    (text) => {
      expect(parseSize(text)).toBeUndefined()
    },
  )

  it('takes numbers for bytes', () => {
    expect([bytesOf(2_000_000), bytesOf(2), bytesOf('2MB')]).toEqual([2e6, undefined, 2e6])
  })
})
