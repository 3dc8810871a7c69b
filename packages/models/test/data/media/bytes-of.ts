/** Small files made byte by byte, for tests. */

/** 32-bit numbers, the highest byte first. */
export function big32(...values: number[]): number[] {
  return values.flatMap((v) => [(v >>> 24) & 255, (v >>> 16) & 255, (v >>> 8) & 255, v & 255])
}

/** A number of so many bytes, the lowest first. */
export function little(value: number, bytes: number): number[] {
  return Array.from({ length: bytes }, (_, i) => Math.floor(value / 2 ** (8 * i)) & 255)
}

export function ascii(text: string): number[] {
  return Array.from(text, (c) => c.charCodeAt(0))
}

/** Bytes in IDX. */
export function idxBytes(shape: readonly number[], data: readonly number[]): Uint8Array {
  return Uint8Array.from([0, 0, 0x08, shape.length, ...big32(...shape), ...data])
}

export interface WavParts {
  readonly code: number
  readonly bits: number
  readonly data: readonly number[]
  readonly channels?: number
  readonly sampleRate?: number
  /** Chunks before the sound. */
  readonly extra?: readonly number[]
}

/** A WAV file of these data bytes. */
export function wavBytes({
  code,
  bits,
  data,
  channels = 1,
  sampleRate = 8000,
  extra = [],
}: WavParts): Uint8Array {
  const align = (channels * bits) / 8
  const format = [
    ...little(code, 2),
    ...little(channels, 2),
    ...little(sampleRate, 4),
    ...little(sampleRate * align, 4),
    ...little(align, 2),
    ...little(bits, 2),
  ]
  const body = [
    ...ascii('WAVE'),
    ...ascii('fmt '),
    ...little(16, 4),
    ...format,
    ...extra,
    ...ascii('data'),
    ...little(data.length, 4),
    ...data,
  ]
  return Uint8Array.from([...ascii('RIFF'), ...little(body.length, 4), ...body])
}

export async function gzipped(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([bytes.slice()]).stream().pipeThrough(new CompressionStream('gzip'))
  return new Uint8Array(await new Response(stream).arrayBuffer())
}

/** A plain file in a tar archive; without the closing blocks. */
export function tarEntry(name: string, content: Uint8Array): Uint8Array {
  const header = new Uint8Array(512)
  header.set(ascii(name))
  header.set(ascii(content.length.toString(8).padStart(11, '0')), 124)
  header[156] = 0x30
  header.fill(0x20, 148, 156)
  const sum = header.reduce((a, b) => a + b, 0)
  header.set([...ascii(sum.toString(8).padStart(6, '0')), 0, 0x20], 148)
  const all = new Uint8Array(512 + Math.ceil(content.length / 512) * 512)
  all.set(header)
  all.set(content, 512)
  return all
}
