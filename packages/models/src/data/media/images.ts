import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AttuneError, messageOf, refuseProblems, type Problem } from '@attune/core'
import { namesIn, readBytes } from './files.ts'
import type { MediaSet } from './media-set.ts'

export interface ImageOptions {
  /** Pixels. */
  readonly width: number
  readonly height: number
  /** Default `rgb`. */
  readonly colour?: 'rgb' | 'grey'
  /**
   * `stretch` (default) does not keep the proportions, `cover` cuts off what is too much, `contain` fills up
   * with black.
   */
  readonly fit?: 'stretch' | 'cover' | 'contain'
}

export interface ImageFolderOptions extends ImageOptions {
  /** The most images that are read; more are refused. Default 1,000,000. */
  readonly limit?: number
}

/** A picture with more pixels is refused before it is unpacked: 2^28, a square of 16,384. */
const pixelLimit = 2 ** 28
/** A picture that is longer on a side is refused: shrinking it overflows in places of libvips. */
const sideLimit = 2 ** 16
/** The most bytes of a picture file that are read: 256 MiB. */
const byteLimit = 2 ** 28
/** The most numbers of a whole folder: 2^30 floats are 4 GiB. */
const numberLimit = 2 ** 30

/** Kinds of pictures by the names of sharp. No drawings (SVG, PDF): they can ask for other files. */
const formats: ReadonlySet<string> = new Set(['png', 'jpeg', 'webp', 'gif', 'tiff', 'heif'])

const endings = /\.(?:png|jpe?g|webp|gif|tiff?|avif)$/i

/**
 * Decodes one picture: red, green and blue or grey, channels first, 0 … 1; what is transparent
 * becomes black. Turned upright when it says how it lies (EXIF).
 *
 * @param file the name for messages
 * @returns [channels][height][width]
 * @throws AttuneError `data/format` when it is no whole picture (PNG, JPEG, WebP, GIF, TIFF or AVIF), and
 *   `models/options` for impossible sizes
 */
export async function decodeImage(
  bytes: Uint8Array,
  options: ImageOptions,
  file = 'image',
): Promise<Float32Array> {
  refuseImageOptions(options)
  const { width, height, colour = 'rgb', fit = 'stretch' } = options
  const channels = colour === 'grey' ? 1 : 3
  if (bytes.length === 0) throw new AttuneError('data/format', `${file} is empty.`)
  // It is loaded late, as it is large and needs native code.
  const { default: sharp } = await import('sharp')
  const source = sharp(bytes, { limitInputPixels: pixelLimit, failOn: 'warning', pages: 1 })
  const refuse = (cause: unknown): never => {
    throw new AttuneError(
      'data/format',
      `${file} (${bytes.length} bytes) is no whole picture: ${messageOf(cause)}`,
      { details: { file }, cause },
    )
  }
  const head = await source.metadata().catch(refuse)
  if (!formats.has(head.format)) {
    throw new AttuneError(
      'data/format',
      `${file} is ${head.format}; PNG, JPEG, WebP, GIF, TIFF and AVIF are read.`,
    )
  }
  if (Math.max(head.width, head.height) > sideLimit) {
    throw new AttuneError(
      'data/format',
      `${file} says it has ${head.width} x ${head.height} pixels; ${sideLimit} a side are read at most.`,
    )
  }
  const { data, info } = await source
    .rotate()
    .flatten({ background: '#000' })
    .resize(width, height, { fit: fit === 'stretch' ? 'fill' : fit, background: '#000' })
    .toColourspace(colour === 'grey' ? 'b-w' : 'srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
    .catch(refuse)
  if (data.length !== width * height * info.channels || info.channels < channels) {
    throw new AttuneError('data/format', `${file}: decoded to ${data.length} bytes.`)
  }
  return channelsFirst(data, channels, info.channels, width * height)
}

function refuseImageOptions({ width, height }: ImageOptions): void {
  const problems: Problem[] = []
  for (const [path, side] of [['width', width] as const, ['height', height] as const]) {
    if (Number.isInteger(side) && side >= 1 && side <= 16_384) continue
    problems.push({ path, message: `${side}; an integer in 1 … 16384 is needed.` })
  }
  refuseProblems('models/options', 'Images', problems)
}

function channelsFirst(
  pixels: Uint8Array,
  channels: number,
  stride: number,
  plane: number,
): Float32Array {
  const out = new Float32Array(channels * plane)
  for (let c = 0; c < channels; c++) {
    for (let i = 0; i < plane; i++) out[c * plane + i] = pixels[i * stride + c]! / 255
  }
  return out
}

/**
 * Reads a folder with a subfolder a class, the classes in the order of their names, pictures of a
 * class likewise. Other files are passed over; a broken picture is an error.
 *
 * @throws AttuneError `data/missing` when there is no such folder, `models/data` when it has no
 *   pictures in subfolders or too many, and what `decodeImage` throws
 */
export async function readImageFolder(
  folder: string,
  options: ImageFolderOptions,
): Promise<MediaSet & { readonly files: readonly string[] }> {
  refuseImageOptions(options)
  const { width, height, colour = 'rgb', limit = 1_000_000 } = options
  const { classes, found } = await findPictures(folder)
  const size = (colour === 'grey' ? 1 : 3) * width * height
  if (found.length > limit || found.length * size > numberLimit) {
    throw new AttuneError(
      'models/data',
      `${folder} has ${found.length} pictures of ${size} numbers; ${limit} pictures and ${numberLimit} ` +
        'numbers in all are read at most.',
    )
  }
  const x = new Float32Array(found.length * size)
  for (const [i, { path }] of found.entries()) {
    x.set(await decodeImage(await readBytes(path, byteLimit), options, path), i * size)
  }
  return {
    name: folder,
    count: found.length,
    shape: [size / (width * height), height, width],
    x,
    labels: Int32Array.from(found, ({ label }) => label),
    classes,
    files: found.map(({ path }) => path),
  }
}

interface Picture {
  readonly path: string
  readonly label: number
}

async function findPictures(
  folder: string,
): Promise<{ readonly classes: readonly string[]; readonly found: readonly Picture[] }> {
  if (!(await isFolder(folder))) throw new AttuneError('data/missing', `${folder} is no folder.`)
  const classes: string[] = []
  const found: Picture[] = []
  for (const name of await namesIn(folder)) {
    const place = join(folder, name)
    if (name.startsWith('.') || !(await isFolder(place))) continue
    const pictures = (await namesIn(place)).filter((file) => endings.test(file))
    for (const file of pictures) found.push({ path: join(place, file), label: classes.length })
    if (pictures.length > 0) classes.push(name)
  }
  if (found.length > 0) return { classes, found }
  throw new AttuneError(
    'models/data',
    `${folder} has no subfolders with pictures; each class is a subfolder.`,
  )
}

async function isFolder(path: string): Promise<boolean> {
  const info = await stat(path).catch(() => undefined)
  return info?.isDirectory() ?? false
}
