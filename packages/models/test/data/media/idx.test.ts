import { describe, expect, it } from 'vitest'
import { parseIdx, readIdx } from '../../../src/data/media/idx.ts'
import { big32, gzipped, idxBytes } from './bytes-of.ts'

describe('IDX', () => {
  it('reads bytes of any rank', () => {
    const { shape, data } = parseIdx(idxBytes([2, 1, 3], [1, 2, 3, 4, 5, 255]))
    expect(shape).toEqual([2, 1, 3])
    expect(data).toEqual(Uint8Array.of(1, 2, 3, 4, 5, 255))
  })

  it('reads numbers of several bytes with the highest byte first', () => {
    const head = (type: number) => [0, 0, type, 1, ...big32(1)]
    const read = (type: number, bytes: number[]) =>
      parseIdx(Uint8Array.from([...head(type), ...bytes])).data
    expect(read(0x09, [0xff])).toEqual(Int8Array.of(-1))
    expect(read(0x0b, [0xff, 0xfe])).toEqual(Int16Array.of(-2))
    expect(read(0x0c, [0, 1, 0, 0])).toEqual(Int32Array.of(65_536))
    expect(read(0x0d, [0x3f, 0xc0, 0, 0])).toEqual(Float32Array.of(1.5))
    expect(read(0x0e, [0xc0, 0x04, 0, 0, 0, 0, 0, 0])).toEqual(Float64Array.of(-2.5))
  })

  it('reads gzip, and bytes that begin anywhere in their memory', async () => {
    const plain = idxBytes([3], [7, 8, 9])
    expect((await readIdx(await gzipped(plain))).data).toEqual(Uint8Array.of(7, 8, 9))
    const shifted = new Uint8Array(plain.length + 3)
    shifted.set(plain, 3)
    expect(parseIdx(shifted.subarray(3)).data).toEqual(Uint8Array.of(7, 8, 9))
  })

  it.each([
    ['is too short', [0, 0], 'file, byte 2: an IDX file has 4 bytes at least'],
    ['begins otherwise', [1, 0, 8, 1, 0, 0, 0, 0], 'byte 0'],
    ['has an unknown type', [0, 0, 0x0a, 1, 0, 0, 0, 0], 'byte 2: 0xa is no IDX type'],
    ['has no dimension', [0, 0, 8, 0, 1], 'byte 3'],
    ['ends in its sizes', [0, 0, 8, 2, 0, 0, 0, 1], 'byte 8: the file ends before the sizes'],
    ['lacks numbers', [0, 0, 8, 1, 0, 0, 0, 3, 1, 2], 'byte 10: the header says 3 numbers'],
    ['has too many', [0, 0, 8, 1, 0, 0, 0, 1, 1, 2], 'byte 9'],
    // 2^64 numbers are never made.
    [
      'is said to be huge',
      [0, 0, 8, 2, ...big32(0xffffffff, 0xffffffff)],
      '4294967295 x 4294967295',
    ],
  ])('refuses a file that %s', (_, bytes, message) => {
    expect(() => parseIdx(Uint8Array.from(bytes), 'file')).toThrow(
      expect.objectContaining({ code: 'data/format', message: expect.stringContaining(message) }),
    )
  })
})
