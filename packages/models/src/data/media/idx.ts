import { formatError, gunzip, viewOf } from './bytes.ts'

export type IdxNumbers =
  | Uint8Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Float32Array
  | Float64Array

/** An array of numbers of any rank, the last dimension running fastest. */
export interface IdxArray<D extends IdxNumbers = IdxNumbers> {
  readonly shape: readonly number[]
  /** As many numbers as the product of the shape. */
  readonly data: D
}

interface ElementType {
  readonly bytes: number
  read(view: DataView, count: number, start: number): IdxNumbers
}

function elements(
  bytes: number,
  make: (count: number) => IdxNumbers,
  get: (view: DataView, at: number) => number,
): ElementType {
  return {
    bytes,
    read(view, count, start) {
      const data = make(count)
      for (let i = 0; i < count; i++) data[i] = get(view, start + i * bytes)
      return data
    },
  }
}

/** By the third byte of a file. Numbers of several bytes have the highest first. */
const elementTypes: ReadonlyMap<number, ElementType> = new Map([
  [
    0x08,
    {
      bytes: 1,
      read: (view, count, start) => new Uint8Array(view.buffer, view.byteOffset + start, count),
    },
  ],
  [
    0x09,
    {
      bytes: 1,
      read: (view, count, start) => new Int8Array(view.buffer, view.byteOffset + start, count),
    },
  ],
  [
    0x0b,
    elements(
      2,
      (n) => new Int16Array(n),
      (view, at) => view.getInt16(at),
    ),
  ],
  [
    0x0c,
    elements(
      4,
      (n) => new Int32Array(n),
      (view, at) => view.getInt32(at),
    ),
  ],
  [
    0x0d,
    elements(
      4,
      (n) => new Float32Array(n),
      (view, at) => view.getFloat32(at),
    ),
  ],
  [
    0x0e,
    elements(
      8,
      (n) => new Float64Array(n),
      (view, at) => view.getFloat64(at),
    ),
  ],
])

/**
 * Reads IDX, the format of MNIST (Y. LeCun, C. Cortes, C. Burges, "The MNIST database", file formats):
 * two zero bytes, the type of the numbers, the number of dimensions, the dimensions as 32-bit
 * numbers with the highest byte first, the numbers. Arrays of single bytes share the memory of the
 * file.
 *
 * @param bytes the file, unpacked or gzip
 * @param file its name, for messages
 * @throws AttuneError `data/format` when the header is not IDX or the length is not exactly what the
 *   header says
 */
export async function readIdx(bytes: Uint8Array, file = 'IDX data'): Promise<IdxArray> {
  return parseIdx(await gunzip(bytes, file), file)
}

/** As `readIdx`, of bytes that are unpacked already. */
export function parseIdx(bytes: Uint8Array, file = 'IDX data'): IdxArray {
  if (bytes.length < 4) {
    throw formatError(file, bytes.length, `an IDX file has 4 bytes at least, this ${bytes.length}.`)
  }
  if (bytes[0] !== 0 || bytes[1] !== 0) {
    throw formatError(file, 0, 'an IDX file begins with two zero bytes.')
  }
  const type = elementTypes.get(bytes[2]!)
  if (type === undefined) {
    throw formatError(
      file,
      2,
      `0x${bytes[2]!.toString(16)} is no IDX type (0x08, 0x09, 0x0b … 0x0e).`,
    )
  }
  const shape = shapeOf(bytes, file)
  const start = 4 + 4 * shape.length
  const count = shape.reduce((product, size) => product * size, 1)
  const expected = start + count * type.bytes
  if (bytes.length !== expected) {
    throw formatError(
      file,
      Math.min(bytes.length, expected),
      `the header says ${shape.join(' x ')} numbers of ${type.bytes} bytes, so ${expected} bytes in ` +
        `all, but there are ${bytes.length}.`,
    )
  }
  return { shape, data: type.read(viewOf(bytes), count, start) }
}

function shapeOf(bytes: Uint8Array, file: string): number[] {
  const rank = bytes[3]!
  if (rank === 0) throw formatError(file, 3, 'an IDX file has one dimension at least, this 0.')
  if (bytes.length < 4 + 4 * rank) {
    throw formatError(
      file,
      bytes.length,
      `the file ends before the sizes of its ${rank} dimensions.`,
    )
  }
  const view = viewOf(bytes)
  return Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i))
}
