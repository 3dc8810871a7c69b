import { expect, it } from 'vitest'
import { gunzip } from '../../../src/data/media/bytes.ts'
import { readTar } from '../../../src/data/media/tar.ts'
import { gzipped, tarEntry } from './bytes-of.ts'

const refused = (message: string) =>
  expect.objectContaining({ code: 'data/format', message: expect.stringContaining(message) })

it('unpacks gzip, and leaves other bytes alone', async () => {
  const bytes = Uint8Array.from({ length: 20_000 }, (_, i) => (i * i) % 251)
  expect(await gunzip(await gzipped(bytes))).toEqual(bytes)
  expect(await gunzip(bytes)).toBe(bytes)
})

it('refuses gzip that is cut off or unpacks to too much', async () => {
  const packed = await gzipped(new Uint8Array(300_000))
  await expect(gunzip(packed.subarray(0, packed.length - 9), 'a.gz')).rejects.toThrow(
    refused('a.gz: not a whole gzip file'),
  )
  await expect(gunzip(packed, 'a.gz', 299_999)).rejects.toThrow(refused('more than 299999 bytes'))
  expect((await gunzip(packed, 'a.gz', 300_000)).length).toBe(300_000)
})

it('reads the files of a tar archive', () => {
  const one = tarEntry('folder/a.bin', Uint8Array.of(1, 2, 3))
  const two = tarEntry('b', new Uint8Array(600).fill(9))
  const archive = Uint8Array.from([...one, ...two, ...new Uint8Array(1024)])
  const files = readTar(archive)
  expect([...files.keys()]).toEqual(['folder/a.bin', 'b'])
  expect(files.get('folder/a.bin')).toEqual(Uint8Array.of(1, 2, 3))
  expect(files.get('b')?.length).toBe(600)
  expect(() => readTar(one, 'x.tar')).toThrow(refused('x.tar, byte 1024'))
  const damaged = archive.slice()
  damaged[3] = 1
  expect(() => readTar(damaged)).toThrow(refused('byte 148: a damaged tar header'))
  expect(() => readTar(archive.subarray(0, 1100), 'x.tar')).toThrow(refused('byte 1100'))
  expect(() => readTar(two.subarray(0, 700), 'x.tar')).toThrow(refused('byte 124: a file of 600'))
})
