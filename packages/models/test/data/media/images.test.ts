import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeImage, readImageFolder } from '../../../src/data/media/images.ts'

const png = async (width: number, height: number, channels: 3 | 4, pixels: number[]) =>
  Uint8Array.from(
    await sharp(Uint8Array.from(pixels), { raw: { width, height, channels } }).png().toBuffer(),
  )

const redBlue = () => png(2, 1, 3, [255, 0, 0, 0, 0, 255])

describe('decodeImage', () => {
  it('puts channels first, 0 … 1', async () => {
    const size = { width: 2, height: 1 }
    expect([...(await decodeImage(await redBlue(), size))]).toEqual([1, 0, 0, 0, 0, 1])
  })

  it('makes grey of colour and colour of grey', async () => {
    const size = { width: 1, height: 1 }
    const white = await png(1, 1, 3, [255, 255, 255])
    expect([...(await decodeImage(white, { ...size, colour: 'grey' }))]).toEqual([1])
    const grey = Uint8Array.from(await sharp(white).toColourspace('b-w').png().toBuffer())
    expect([...(await decodeImage(grey, size))]).toEqual([1, 1, 1])
    const tall = await decodeImage(await redBlue(), { width: 3, height: 5, colour: 'grey' })
    expect(tall.length).toBe(15)
  })

  it('takes what is transparent for black', async () => {
    const glass = await png(1, 1, 4, [255, 255, 255, 0])
    expect([...(await decodeImage(glass, { width: 1, height: 1 }))]).toEqual([0, 0, 0])
  })

  it('fits into other proportions by stretching, cutting or filling up', async () => {
    const wide = await png(4, 2, 3, new Array(24).fill(255))
    const dark = async (fit: 'stretch' | 'cover' | 'contain') =>
      (await decodeImage(wide, { width: 4, height: 4, fit, colour: 'grey' })).filter((v) => v < 0.1)
        .length
    expect([await dark('stretch'), await dark('cover'), await dark('contain')]).toEqual([0, 0, 8])
  })

  it('refuses what is no whole picture, and impossible sizes', async () => {
    const whole = await png(
      8,
      8,
      3,
      Array.from({ length: 192 }, (_, i) => (i * 37) % 256),
    )
    const size = { width: 2, height: 2 }
    const refused = expect.objectContaining({
      code: 'data/format',
      message: expect.stringContaining('a.png'),
    })
    await expect(decodeImage(whole.subarray(0, whole.length - 30), size, 'a.png')).rejects.toThrow(
      refused,
    )
    await expect(decodeImage(Uint8Array.of(1, 2, 3), size, 'a.png')).rejects.toThrow(refused)
    await expect(decodeImage(new Uint8Array(0), size, 'a.png')).rejects.toThrow(refused)
    await expect(decodeImage(whole, { width: 0, height: 1.5 })).rejects.toThrow(/2 problems/)
  })

  it('reads 16 bits and CMYK as 8 bits and red, green, blue', async () => {
    const size = { width: 1, height: 1 }
    const deep = sharp(Uint16Array.of(0x8000), { raw: { width: 1, height: 1, channels: 1 } })
    const grey = await deep.toColourspace('grey16').png().toBuffer()
    const [level] = await decodeImage(Uint8Array.from(grey), { ...size, colour: 'grey' })
    expect(level).toBeCloseTo(0.5, 2)
    const print = sharp(await redBlue())
      .toColourspace('cmyk')
      .jpeg()
    const cmyk = await decodeImage(Uint8Array.from(await print.toBuffer()), { width: 2, height: 1 })
    expect(cmyk.length).toBe(6)
    expect(cmyk[0]).toBeGreaterThan(cmyk[2]!)
  })

  it('refuses drawings, which can ask for other files', async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"/>'
    await expect(
      decodeImage(new TextEncoder().encode(svg), { width: 2, height: 2 }, 'a.png'),
    ).rejects.toThrow(/a\.png is svg/)
  })

  it('refuses a picture that says it is too large, before it is unpacked', async () => {
    const whole = await png(1, 1, 3, [1, 2, 3])
    // The checksum of the header is wrong then, too; either is told.
    whole.set([0, 0x10, 0, 0], 16)
    await expect(decodeImage(whole, { width: 2, height: 2 })).rejects.toThrow(
      expect.objectContaining({ code: 'data/format' }),
    )
  })
})

describe('readImageFolder', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'attune-images-'))
    for (const name of ['dog', 'cat', 'empty', '.hidden']) await mkdir(join(folder, name))
    await writeFile(join(folder, 'dog', '1.png'), await redBlue())
    await writeFile(join(folder, 'cat', 'b.PNG'), await redBlue())
    await writeFile(join(folder, 'cat', 'a.png'), await redBlue())
    await writeFile(join(folder, 'cat', 'notes.txt'), 'no picture')
    await writeFile(join(folder, '.hidden', 'x.png'), 'no picture')
  })
  afterAll(() => rm(folder, { recursive: true }))

  const size = { width: 2, height: 1 }

  it('takes a subfolder for a class', async () => {
    const set = await readImageFolder(folder, size)
    expect(set).toMatchObject({ count: 3, shape: [3, 1, 2], classes: ['cat', 'dog'] })
    expect([...set.labels]).toEqual([0, 0, 1])
    expect(set.files.map((file) => file.slice(folder.length + 1))).toEqual([
      join('cat', 'a.png'),
      join('cat', 'b.PNG'),
      join('dog', '1.png'),
    ])
    expect([...set.x.subarray(12)]).toEqual([1, 0, 0, 0, 0, 1])
  })

  it('tells what is wrong with a folder', async () => {
    const fails = (place: string, code: string) =>
      expect(readImageFolder(place, size)).rejects.toThrow(expect.objectContaining({ code }))
    await fails(join(folder, 'absent'), 'data/missing')
    await fails(join(folder, 'dog'), 'models/data')
    await expect(readImageFolder(folder, { ...size, limit: 2 })).rejects.toThrow(/has 3 pictures/)
  })
})
