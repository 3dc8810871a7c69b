import { AttuneError, type Json } from '@attune/core'

interface Arrays {
  readonly float32: Float32Array
  readonly float64: Float64Array
  readonly int32: Int32Array
}

const kinds = { float32: Float32Array, float64: Float64Array, int32: Int32Array } as const

/** Numbers as plain data, exactly: base64 (RFC 4648) of their bytes, little-endian as everywhere. */
export function packNumbers(values: Float32Array | Float64Array | Int32Array): Json {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  const parts: string[] = []
  // Arguments of a call are limited in number; a multiple of 3 bytes needs no filling.
  for (let at = 0; at < bytes.length; at += 12_288) {
    parts.push(btoa(String.fromCharCode(...bytes.subarray(at, at + 12_288))))
  }
  const kind =
    values instanceof Float32Array
      ? 'float32'
      : values instanceof Float64Array
        ? 'float64'
        : 'int32'
  return { kind, base64: parts.join('') }
}

/** @throws AttuneError `data/format` for anything but packed numbers of the kind */
export function unpackNumbers<K extends keyof Arrays>(json: Json | undefined, kind: K): Arrays[K] {
  const packed = json as { readonly kind?: unknown; readonly base64?: unknown } | null | undefined
  if (packed?.kind !== kind || typeof packed.base64 !== 'string') throw notPacked(kind)
  let text: string
  try {
    text = atob(packed.base64)
  } catch (cause) {
    throw notPacked(kind, cause)
  }
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  const array = kinds[kind]
  if (bytes.length % array.BYTES_PER_ELEMENT !== 0) throw notPacked(kind)
  return new array(bytes.buffer) as Arrays[K]
}

function notPacked(kind: string, cause?: unknown): AttuneError {
  return new AttuneError(
    'data/format',
    `A model holds ${kind} numbers as base64, but here are none: it was cut off or is of something else.`,
    { cause },
  )
}
