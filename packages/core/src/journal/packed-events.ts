import type { Json } from '../errors.ts'
import type { StudyEvent } from './event.ts'

/** A list of events that grows at its end, kept as bytes: a third of what they take as objects. */
export interface PackedEvents {
  length(): number
  push(event: StudyEvent): void
  /** The events from `start` up to, but without, `end`: equal to what was pushed, and new objects. */
  slice(start: number, end: number): StudyEvent[]
}

/** To find an event its chunk is read from the beginning, so that chunks are not large. */
const chunkBytes = 16_384

/**
 * The first byte of every value. Counts, lengths and integers from 0 to 2³¹ - 1 take seven bits a
 * byte, the lowest first; other numbers are Float64. Text has one byte for every code unit (narrow)
 * or two (wide). An object is a row of keys, each its place in a list of names counted from 1, and
 * values; then 0.
 */
const tag = {
  null: 0,
  true: 1,
  false: 2,
  integer: 3,
  number: 4,
  narrow: 5,
  wide: 6,
  list: 7,
  object: 8,
} as const

interface Chunk {
  /** The number of its first event. */
  readonly first: number
  readonly bytes: DataView<ArrayBuffer>
}

/**
 * Makes an empty list. What is pushed is read at once and may change afterwards. As in JSON,
 * properties that are undefined are left out.
 */
export function packedEvents(): PackedEvents {
  const names: string[] = []
  const places = new Map<string, number>()
  const chunks: Chunk[] = []
  let bytes = new DataView(new ArrayBuffer(0))
  let size = 0
  let length = 0
  /** Where the last whole event ends, and where the next byte is written. */
  let from = 0
  let at = 0

  /** An event lies in one chunk: what is written of it so far moves on to the next. */
  const nextChunk = (wanted: number): void => {
    const begun = new Uint8Array(bytes.buffer, from, at - from)
    size = Math.max(chunkBytes, 2 * (begun.length + wanted))
    bytes = new DataView(new ArrayBuffer(size))
    new Uint8Array(bytes.buffer).set(begun)
    if (from === 0) chunks.pop()
    chunks.push({ first: length, bytes })
    from = 0
    at = begun.length
  }
  const makeRoom = (wanted: number): void => {
    if (at + wanted > size) nextChunk(wanted)
  }
  const writeByte = (x: number): void => {
    makeRoom(1)
    bytes.setUint8(at++, x)
  }
  const writeCount = (count: number): void => {
    let rest = count
    for (; rest > 127; rest >>>= 7) writeByte((rest & 127) | 128)
    writeByte(rest)
  }
  const writeNumber = (x: number): void => {
    if ((x | 0) === x && x >= 0 && !Object.is(x, -0)) {
      writeByte(tag.integer)
      writeCount(x)
      return
    }
    makeRoom(9)
    bytes.setUint8(at, tag.number)
    bytes.setFloat64(at + 1, x)
    at += 9
  }
  const writeText = (text: string): void => {
    const start = at - from
    writeByte(tag.narrow)
    writeCount(text.length)
    makeRoom(text.length)
    const chunk = bytes
    let place = at
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i)
      if (unit > 255) {
        at = from + start
        writeWide(text)
        return
      }
      chunk.setUint8(place++, unit)
    }
    at = place
  }
  const writeWide = (text: string): void => {
    writeByte(tag.wide)
    writeCount(text.length)
    makeRoom(2 * text.length)
    for (let i = 0; i < text.length; i++, at += 2) bytes.setUint16(at, text.charCodeAt(i))
  }
  const placeOf = (name: string): number => {
    let place = places.get(name)
    if (place === undefined) {
      names.push(name)
      places.set(name, (place = names.length))
    }
    return place
  }
  const writeObject = (object: { readonly [name: string]: Json | undefined }): void => {
    writeByte(tag.object)
    for (const name in object) {
      const value = object[name]
      if (value === undefined) continue
      writeCount(placeOf(name))
      write(value)
    }
    writeCount(0)
  }
  const write = (value: Json): void => {
    if (typeof value === 'number') writeNumber(value)
    else if (typeof value === 'string') writeText(value)
    else if (typeof value === 'boolean') writeByte(value ? tag.true : tag.false)
    else if (value === null) writeByte(tag.null)
    else if (Array.isArray(value)) {
      writeByte(tag.list)
      writeCount(value.length)
      for (const item of value) write(item as Json)
    } else writeObject(value as { readonly [name: string]: Json })
  }

  return {
    length: () => length,
    push(event) {
      // What was begun and failed is written over.
      at = from
      write(event as unknown as Json)
      from = at
      length++
    },
    slice(start, end) {
      const events: StudyEvent[] = []
      let c = chunks.length - 1
      while (c > 0 && (chunks[c] as Chunk).first > start) c--
      for (let i = chunks[c]?.first ?? end; i < end; c++) {
        const next = valuesOf((chunks[c] as Chunk).bytes, names)
        for (const stop = Math.min(end, chunks[c + 1]?.first ?? end); i < stop; i++) {
          const event = next() as unknown as StudyEvent
          if (i >= start) events.push(event)
        }
      }
      return events
    },
  }
}

/** Makes a function that reads one value of a chunk after the other. */
function valuesOf(bytes: DataView, names: readonly string[]): () => Json {
  let at = 0
  const count = (): number => {
    let sum = 0
    for (let shift = 0; ; shift += 7) {
      const byte = bytes.getUint8(at++)
      sum |= (byte & 127) << shift
      if (byte < 128) return sum
    }
  }
  const text = (width: 1 | 2): string => {
    let units = ''
    for (let rest = count(); rest > 0; rest--, at += width) {
      units += String.fromCharCode(width === 1 ? bytes.getUint8(at) : bytes.getUint16(at))
    }
    return units
  }
  const object = (): Json => {
    const entries: [string, Json][] = []
    for (let place = count(); place > 0; place = count()) {
      entries.push([names[place - 1] as string, value()])
    }
    return Object.fromEntries(entries)
  }
  const value = (): Json => {
    switch (bytes.getUint8(at++)) {
      case tag.true:
        return true
      case tag.false:
        return false
      case tag.integer:
        return count()
      case tag.number:
        at += 8
        return bytes.getFloat64(at - 8)
      case tag.narrow:
        return text(1)
      case tag.wide:
        return text(2)
      case tag.list:
        return Array.from({ length: count() }, value)
      case tag.object:
        return object()
      default:
        return null
    }
  }
  return value
}
