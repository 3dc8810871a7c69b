import { AttuneError } from '@attune/core'
import fc from 'fast-check'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { gunzip } from '../../../src/data/media/bytes.ts'
import { parseCifar } from '../../../src/data/media/cifar.ts'
import { parseIdx } from '../../../src/data/media/idx.ts'
import { decodeImage } from '../../../src/data/media/images.ts'
import { readTar } from '../../../src/data/media/tar.ts'
import { readWav } from '../../../src/data/media/wav.ts'
import { gzipped, idxBytes, tarEntry, wavBytes } from './bytes-of.ts'

/** A file cut off somewhere, or with some bytes changed, or both. */
function damaged(whole: Uint8Array): fc.Arbitrary<Uint8Array> {
  const flip = fc.record({
    at: fc.nat({ max: Math.min(whole.length, 80) - 1 }),
    to: fc.nat({ max: 255 }),
  })
  return fc
    .record({
      length: fc.nat({ max: whole.length }),
      cut: fc.boolean(),
      flips: fc.array(flip, { maxLength: 4 }),
    })
    .map(({ length, cut, flips }) => {
      const bytes = whole.slice(0, cut ? length : whole.length)
      for (const { at, to } of flips) if (at < bytes.length) bytes[at] = to
      return bytes
    })
}

/** Whatever is read has the right shape; all else is one of our errors. */
async function readsOrRefuses<T>(
  read: () => T | Promise<T>,
  check: (result: T) => void,
): Promise<void> {
  let result: T
  try {
    result = await read()
  } catch (error) {
    expect(error).toBeInstanceOf(AttuneError)
    expect(error).toHaveProperty('code', 'data/format')
    return
  }
  check(result)
}

async function always<T>(
  whole: Uint8Array,
  read: (bytes: Uint8Array) => T | Promise<T>,
  check: (result: T, bytes: Uint8Array) => void,
  numRuns = 200,
): Promise<void> {
  const property = fc.asyncProperty(damaged(whole), (bytes) =>
    readsOrRefuses(
      () => read(bytes),
      (result) => check(result, bytes),
    ),
  )
  await fc.assert(property, { numRuns })
}

describe('damaged files either keep a right shape or are refused', () => {
  it('IDX', () =>
    always(idxBytes([2, 3], [1, 2, 3, 4, 5, 6]), parseIdx, ({ shape, data }) => {
      expect(data.length).toBe(shape.reduce((a, b) => a * b, 1))
    }))

  it('CIFAR', () =>
    always(new Uint8Array(2 * 3073), parseCifar, ({ count, images, labels }) => {
      expect([images.length, labels.length]).toEqual([count * 3072, count])
    }))

  it('WAV', () =>
    always(
      wavBytes({ code: 1, bits: 16, data: new Array(40).fill(7) }),
      readWav,
      (sound, bytes) => {
        expect(sound.samples.length).toBeLessThanOrEqual(bytes.length)
        expect(sound.samples.every(Number.isFinite)).toBe(true)
        expect(sound.sampleRate).toBeGreaterThan(0)
      },
    ))

  it('tar', () => {
    const archive = Uint8Array.from([
      ...tarEntry('a', Uint8Array.of(1, 2)),
      ...new Uint8Array(1024),
    ])
    return always(archive, readTar, (files, bytes) => {
      for (const content of files.values()) expect(content.length).toBeLessThanOrEqual(bytes.length)
    })
  })

  it('gzip', async () => {
    const packed = await gzipped(Uint8Array.from({ length: 200 }, (_, i) => (i * 37) % 256))
    await always(
      packed,
      (bytes) => gunzip(bytes, 'a.gz', 10_000),
      (bytes) => {
        expect(bytes.length).toBeLessThanOrEqual(10_000)
      },
    )
  })

  it('PNG', async () => {
    const pixels = Buffer.from(Array.from({ length: 300 }, (_, i) => (i * 37) % 256))
    const png = await sharp(pixels, { raw: { width: 10, height: 10, channels: 3 } })
      .png()
      .toBuffer()
    const options = { width: 4, height: 3 }
    const check = (numbers: Float32Array) => expect(numbers.length).toBe(36)
    await always(Uint8Array.from(png), (bytes) => decodeImage(bytes, options), check, 60)
  })
})
