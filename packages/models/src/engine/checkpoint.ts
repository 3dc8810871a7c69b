import { AttuneError, type Json } from '@attune/core'
import type { Optimizer } from './optimizer.ts'
import type { Parameters, Segment } from './parameters.ts'

/**
 * A training as bytes: `attuneCP`, the version and the length of a header as 32-bit numbers, the
 * header as JSON, the floats of all segments (values, then both states of the optimiser), and the
 * CRC-32 of all that; numbers are little-endian.
 */
const magic = 'attuneCP'
const version = 1
const headerAt = magic.length + 8

interface Header {
  readonly segments: readonly { readonly name: string; readonly dims: readonly number[] }[]
  readonly optimizer: string
  readonly steps: number
  readonly extra: Json
}

/**
 * The parameters, the state of their optimiser and its steps.
 * @param extra what the caller wants to find again, such as the epoch
 */
export function checkpointToBytes(optimizer: Optimizer, extra: Json = null): Uint8Array {
  const { parameters, spec, steps } = optimizer
  const header: Header = {
    segments: parameters.segments.map(({ name, dims }) => ({ name, dims })),
    optimizer: spec.kind,
    steps,
    extra,
  }
  const json = new TextEncoder().encode(JSON.stringify(header))
  const bytes = new Uint8Array(headerAt + json.length + floatBytes(parameters) + 4)
  const view = new DataView(bytes.buffer)
  bytes.set(new TextEncoder().encode(magic))
  view.setUint32(magic.length, version, true)
  view.setUint32(magic.length + 4, json.length, true)
  bytes.set(json, headerAt)
  eachPart(parameters, headerAt + json.length, (at, part) => bytes.set(part, at))
  view.setUint32(bytes.length - 4, crc32(bytes.subarray(0, -4)), true)
  return bytes
}

/**
 * Puts parameters and optimiser back to where they were; they must have been made alike, but for the
 * numbers of the optimiser, such as its momentum, which a population may have changed.
 *
 * @returns the caller's extra
 * @throws AttuneError `data/format` for bytes that are damaged, of a later version, or of another
 *   network or optimiser; nothing is changed then
 */
export function checkpointFromBytes(bytes: Uint8Array, optimizer: Optimizer): Json {
  const { parameters } = optimizer
  const { header, floatsAt } = readHeader(bytes)
  const wanted = JSON.stringify(parameters.segments.map(({ name, dims }) => ({ name, dims })))
  if (JSON.stringify(header.segments) !== wanted) {
    throw broken('it is of a network with other parameters')
  }
  if (header.optimizer !== optimizer.spec.kind) {
    throw broken(`its optimizer is ${header.optimizer}, but this one is ${optimizer.spec.kind}`)
  }
  if (bytes.length !== floatsAt + floatBytes(parameters) + 4) throw broken('its length is wrong')
  eachPart(parameters, floatsAt, (at, part) => part.set(bytes.subarray(at, at + part.length)))
  optimizer.reset(header.steps)
  return header.extra
}

function readHeader(bytes: Uint8Array): { header: Header; floatsAt: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < headerAt + 4 || decode(bytes.subarray(0, magic.length)) !== magic) {
    throw broken('it is not a checkpoint')
  }
  const found = view.getUint32(magic.length, true)
  if (found !== version) throw broken(`its version is ${found}, but this reads version ${version}`)
  if (crc32(bytes.subarray(0, -4)) !== view.getUint32(bytes.length - 4, true)) {
    throw broken('its checksum is wrong, so bytes were lost or changed')
  }
  const floatsAt = headerAt + view.getUint32(magic.length + 4, true)
  return { header: JSON.parse(decode(bytes.subarray(headerAt, floatsAt))) as Header, floatsAt }
}

function floatBytes(parameters: Parameters): number {
  return 12 * parameters.segments.reduce((sum, { size }) => sum + size, 0)
}

/** The bytes of each segment of the values and of both states, with their place in the checkpoint. */
function eachPart(
  parameters: Parameters,
  from: number,
  visit: (at: number, part: Uint8Array) => void,
): void {
  let at = from
  for (const flat of [parameters.values, ...parameters.states]) {
    for (const segment of parameters.segments) {
      const part = bytesOf(flat, segment)
      visit(at, part)
      at += part.length
    }
  }
}

function bytesOf(flat: Float32Array, { offset, size }: Segment): Uint8Array {
  return new Uint8Array(flat.buffer, flat.byteOffset + 4 * offset, 4 * size)
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}

function broken(why: string): AttuneError {
  return new AttuneError('data/format', `The checkpoint cannot be read: ${why}.`, {
    details: { reason: why },
  })
}

let crcTable: Uint32Array | undefined

/** CRC-32 of ISO 3309, as gzip and PNG have it (RFC 1952, section 8). */
function crc32(bytes: Uint8Array): number {
  const table = (crcTable ??= makeCrcTable())
  let crc = 0xffffffff
  for (let i = 0; i < bytes.length; i++) crc = table[(crc ^ bytes[i]!) & 255]! ^ (crc >>> 8)
  return (crc ^ 0xffffffff) >>> 0
}

function makeCrcTable(): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, entry) => {
    let crc = entry
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1
    return crc
  })
}
