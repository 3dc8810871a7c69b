/** How the samples of a sound file are written. */
export type Encoding = 'integer' | 'float' | 'a-law' | 'mu-law'

/** Reads the sample at a byte, as -1 … 1. */
export type SampleDecoder = (view: DataView, at: number) => number

/** Decoders by encoding and bits. Eight-bit integers have no sign in WAV: 128 is silence. */
const decoders: Readonly<Record<Encoding, ReadonlyMap<number, SampleDecoder>>> = {
  integer: new Map<number, SampleDecoder>([
    [8, (view, at) => (view.getUint8(at) - 128) / 128],
    [16, (view, at) => view.getInt16(at, true) / 2 ** 15],
    [24, (view, at) => (view.getUint16(at, true) + view.getInt8(at + 2) * 2 ** 16) / 2 ** 23],
    [32, (view, at) => view.getInt32(at, true) / 2 ** 31],
  ]),
  float: new Map<number, SampleDecoder>([
    [32, (view, at) => view.getFloat32(at, true)],
    [64, (view, at) => view.getFloat64(at, true)],
  ]),
  'a-law': new Map<number, SampleDecoder>([[8, (view, at) => aLaw(view.getUint8(at)) / 2 ** 15]]),
  'mu-law': new Map<number, SampleDecoder>([[8, (view, at) => muLaw(view.getUint8(at)) / 2 ** 15]]),
}

/** The decoder, or nothing when such samples are not read. */
export function decoderOf(encoding: Encoding, bits: number): SampleDecoder | undefined {
  return decoders[encoding].get(bits)
}

/**
 * The 16-bit number of a µ-law byte, -32,124 … 32,124 (ITU-T G.711, table 2): all bits inverted; the
 * sign, three bits of segment, four bits within; offset 33, which is 132 at 16 bits.
 */
export function muLaw(byte: number): number {
  const bits = ~byte & 0xff
  const size = ((((bits & 0x0f) << 3) + 132) << ((bits >> 4) & 7)) - 132
  return (bits & 0x80) !== 0 ? -size : size
}

/**
 * The 16-bit number of an A-law byte, -32,256 … 32,256 (ITU-T G.711, table 1): every other bit
 * inverted; the sign (1 is positive), three bits of segment, four bits within.
 */
export function aLaw(byte: number): number {
  const bits = byte ^ 0x55
  const segment = (bits >> 4) & 7
  const step = ((bits & 0x0f) << 4) + 8
  const size = segment === 0 ? step : (step + 256) << (segment - 1)
  return (bits & 0x80) !== 0 ? size : -size
}
