import { expect, it } from 'vitest'
import { parseCifar, readCifar } from '../../../src/data/media/cifar.ts'
import { gzipped } from './bytes-of.ts'

function record(labels: number[], first: number): number[] {
  return [...labels, ...Array.from({ length: 3072 }, (_, i) => (first + i) % 256)]
}

it('reads records of CIFAR-10, gzip or not', async () => {
  const bytes = Uint8Array.from([...record([3], 0), ...record([9], 5)])
  const plain = parseCifar(bytes)
  expect(plain.count).toBe(2)
  expect(plain.labels).toEqual(Int32Array.of(3, 9))
  expect(plain.images.length).toBe(2 * 3072)
  expect([plain.images[0], plain.images[3071], plain.images[3072]]).toEqual([0, 255, 5])
  expect(await readCifar(await gzipped(bytes))).toEqual(plain)
})

it('takes the fine label of CIFAR-100', () => {
  expect(parseCifar(Uint8Array.from(record([4, 99], 0)), { labelBytes: 2 }).labels[0]).toBe(99)
})

it('refuses what is no whole number of records, and labels that are too large', () => {
  const refuse = (bytes: number[], message: string) => {
    expect(() => parseCifar(Uint8Array.from(bytes), { file: 'a.bin' })).toThrow(
      expect.objectContaining({ code: 'data/format', message: expect.stringContaining(message) }),
    )
  }
  refuse([], 'a.bin, byte 0')
  refuse([...record([1], 0), 7], 'a.bin, byte 3073')
  refuse([...record([1], 0), ...record([10], 0)], 'byte 3073: label 10 of record 1')
})
