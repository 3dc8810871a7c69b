import type { PackedNumbers } from './pack-numbers.ts'
import { packedSize, packNumbers, unpackNumbers } from './pack-numbers.ts'

/** How the columns of a parcel stand in it, in order. */
interface Block extends PackedNumbers {
  readonly rows: number
}

/** Plain data with columns of numbers beside it, on the way into bytes. */
export interface ParcelWriter {
  /** Adds a column; it is read in the same order. */
  add(values: Float64Array, reference?: Float64Array): void
  /** Adds bytes as they are. */
  addBytes(bytes: Uint8Array): void
  /** All of it with `data`, which goes through JSON. */
  finish(data: unknown): Uint8Array<ArrayBuffer>
}

export interface ParcelReader {
  readonly data: unknown
  /** Writes the next column into an array of at least as many rows, which rows without a number keep. */
  next(out: (rows: number) => Float64Array, reference?: Float64Array): Float64Array
  nextBytes(): Uint8Array
}

/**
 * The first byte is the layout; then come the length of the JSON text in four bytes, the lowest first,
 * the text in UTF-8, and the columns.
 */
const layout = 1

export function parcelWriter(): ParcelWriter {
  const blocks: (Block | { readonly bytes: number })[] = []
  const parts: Uint8Array[] = []
  return {
    add(values, reference) {
      const { about, bytes } = packNumbers(values, reference)
      blocks.push({ rows: values.length, ...about })
      parts.push(...bytes)
    },
    addBytes(bytes) {
      blocks.push({ bytes: bytes.length })
      parts.push(bytes)
    },
    finish(data) {
      const text = new TextEncoder().encode(JSON.stringify({ data, blocks }))
      const size = parts.reduce((sum, part) => sum + part.length, 5 + text.length)
      const all = new Uint8Array(size)
      all[0] = layout
      new DataView(all.buffer).setUint32(1, text.length, true)
      all.set(text, 5)
      let at = 5 + text.length
      for (const part of parts) {
        all.set(part, at)
        at += part.length
      }
      return all
    },
  }
}

/** @throws Error when the bytes are not those of a parcel of this layout */
export function parcelReader(bytes: Uint8Array): ParcelReader {
  if (bytes[0] !== layout) throw new Error('These bytes are no packed study of this version.')
  const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(1, true)
  const text = new TextDecoder().decode(bytes.subarray(5, 5 + length))
  const { data, blocks } = JSON.parse(text) as {
    readonly data: unknown
    readonly blocks: readonly (Block | { readonly bytes: number })[]
  }
  let at = 5 + length
  let place = 0
  const take = (size: number): Uint8Array => {
    const part = bytes.subarray(at, at + size)
    at += size
    return part
  }
  return {
    data,
    next(out, reference) {
      const block = blocks[place++] as Block
      const values = out(block.rows)
      unpackNumbers(block, take(packedSize(block, block.rows)), block.rows, values, reference)
      return values
    },
    nextBytes: () => take((blocks[place++] as { readonly bytes: number }).bytes),
  }
}

/** A new array of nothing, for columns that have no other place. */
export const emptyColumn = (rows: number): Float64Array => new Float64Array(rows).fill(Number.NaN)
