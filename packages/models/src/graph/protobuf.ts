/**
 * The few rules of Protocol Buffers' wire format that writing a message takes (developers.google.com,
 * "Protocol Buffers: Encoding"): a field is a key of number and wire type, then a varint, four bytes
 * of little-endian float, or a length and bytes.
 */

export interface MessageWriter {
  /** A whole number of an int32, int64 or enum field; negative ones take ten bytes. */
  int(field: number, value: number): void
  /** A float field. */
  float(field: number, value: number): void
  /** A bytes field, or a message that was written before. */
  bytes(field: number, value: Uint8Array): void
  /** A string field, as UTF-8. */
  text(field: number, value: string): void
  message(field: number, write: (inner: MessageWriter) => void): void
  /** A copy of what was written. */
  finish(): Uint8Array
}

const varintType = 0
const lengthType = 2
const fixed32Type = 5
const encoder = new TextEncoder()

/** Starts a message. */
export function createMessage(): MessageWriter {
  let buffer = new Uint8Array(256)
  let view = new DataView(buffer.buffer)
  let length = 0

  function reserve(more: number): void {
    if (length + more <= buffer.length) return
    const grown = new Uint8Array(Math.max(2 * buffer.length, length + more))
    grown.set(buffer.subarray(0, length))
    buffer = grown
    view = new DataView(buffer.buffer)
  }

  function varint(value: bigint): void {
    reserve(10)
    let rest = BigInt.asUintN(64, value)
    while (rest > 127n) {
      buffer[length++] = Number(rest & 127n) | 128
      rest >>= 7n
    }
    buffer[length++] = Number(rest)
  }

  /** The same for whole numbers of up to 31 bits, which nearly all are. */
  function smallVarint(value: number): void {
    reserve(5)
    let rest = value
    while (rest > 127) {
      buffer[length++] = (rest & 127) | 128
      rest >>>= 7
    }
    buffer[length++] = rest
  }

  function key(field: number, type: number): void {
    smallVarint((field << 3) | type)
  }

  const writer: MessageWriter = {
    int(field, value) {
      key(field, varintType)
      if (value >= 0 && value < 2 ** 31) smallVarint(value)
      else varint(BigInt(value))
    },
    float(field, value) {
      key(field, fixed32Type)
      reserve(4)
      view.setFloat32(length, value, true)
      length += 4
    },
    bytes(field, value) {
      key(field, lengthType)
      smallVarint(value.length)
      reserve(value.length)
      buffer.set(value, length)
      length += value.length
    },
    text(field, value) {
      writer.bytes(field, encoder.encode(value))
    },
    message(field, write) {
      const inner = createMessage()
      write(inner)
      writer.bytes(field, inner.finish())
    },
    finish: () => buffer.slice(0, length),
  }
  return writer
}
