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

/** What a checkpoint calls the segments, in their order; left out: their own names. */
type Names = readonly string[] | undefined

/**
 * The parameters, the state of their optimiser and its steps.
 * @param extra what the caller wants to find again, such as the epoch
 */
export function checkpointToBytes(
  optimizer: Optimizer,
  extra: Json = null,
  names?: Names,
): Uint8Array {
  const { parameters, spec, steps } = optimizer
  const header: Header = {
    segments: segmentsOf(parameters, names),
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
 * Puts parameters and optimiser back to where they were; the parameters must have been made alike. The
 * numbers of the optimiser, such as its momentum, may be others, and so may its kind: then it starts
 * anew, without steps, on the parameters of the checkpoint.
 *
 * @returns the caller's extra
 * @throws AttuneError `data/format` for bytes that are damaged, of a later version, or of another
 *   network; nothing is changed then
 */
export function checkpointFromBytes(bytes: Uint8Array, optimizer: Optimizer, names?: Names): Json {
  const { parameters, spec } = optimizer
  const { header, floatsAt } = readHeader(bytes)
  refuseSegments(header.segments, segmentsOf(parameters, names))
  if (bytes.length !== floatsAt + floatBytes(parameters) + 4) throw broken('its length is wrong')
  eachPart(parameters, floatsAt, (at, part) => part.set(bytes.subarray(at, at + part.length)))
  // What one kind remembers means nothing to another.
  optimizer.reset(header.optimizer === spec.kind ? header.steps : undefined)
  return header.extra
}

/**
 * The caller's extra alone.
 * @throws AttuneError `data/format` for bytes that are damaged or of a later version
 */
export function checkpointExtra(bytes: Uint8Array): Json {
  return readHeader(bytes).header.extra
}

function segmentsOf({ segments }: Parameters, names: Names): Header['segments'] {
  return segments.map(({ name, dims }, i) => ({ name: names?.[i] ?? name, dims }))
}

function refuseSegments(found: Header['segments'], wanted: Header['segments']): void {
  const said = (segment: Header['segments'][number] | undefined): string =>
    segment === undefined ? 'nothing' : `${segment.name} [${segment.dims.join(', ')}]`
  for (let i = 0; i < Math.max(found.length, wanted.length); i++) {
    if (said(found[i]) === said(wanted[i])) continue
    throw broken(
      `it is of a network with other parameters: it has ${said(found[i])} where this network has ${said(wanted[i])}`,
    )
  }
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
