import { AttuneError } from '@attune/core'
import { formatError, viewOf } from './bytes.ts'
import { decoderOf, type Encoding, type SampleDecoder } from './wav-samples.ts'

export interface Sound {
  /** Samples a second. */
  readonly sampleRate: number
  /** One channel, -1 … 1 (floats in a file may go beyond). */
  readonly samples: Float32Array
  /** How many channels the file has. */
  readonly channels: number
  readonly encoding: Encoding
  readonly bitsPerSample: number
}

export interface WavOptions {
  /** The name of the file, for messages. */
  readonly file?: string
  /** Which channel to take, from 0. Default: the mean of all of them. */
  readonly channel?: number
}

interface Format {
  readonly channels: number
  readonly sampleRate: number
  readonly blockAlign: number
  readonly bits: number
  readonly encoding: Encoding
  readonly decoder: SampleDecoder
}

interface Chunk {
  readonly start: number
  readonly size: number
}

/**
 * Reads RIFF WAVE (Microsoft and IBM, "Multimedia Programming Interface and Data Specifications
 * 1.0", 1991, and WAVE_FORMAT_EXTENSIBLE): integers of 8, 16, 24 and 32 bits, floats of 32 and 64,
 * µ-law and A-law, any number of channels. Sizes of the headers are believed only as far as the
 * bytes are there.
 *
 * @throws AttuneError `data/format`, with the byte, when the file is cut off, contradicts itself or
 *   has another encoding; `models/options` when it lacks the channel asked for
 */
export function readWav(bytes: Uint8Array, options: WavOptions = {}): Sound {
  const { file = 'WAV data' } = options
  const chunks = chunksOf(bytes, file)
  const head = chunks.get('fmt ')
  const body = chunks.get('data')
  if (head === undefined) throw formatError(file, bytes.length, 'there is no `fmt ` chunk.')
  if (body === undefined) throw formatError(file, bytes.length, 'there is no `data` chunk.')
  const format = formatOf(bytes, head, file)
  if (body.size % format.blockAlign !== 0) {
    throw formatError(
      file,
      body.start + body.size,
      `${body.size} bytes of sound are no whole number of frames of ${format.blockAlign} bytes.`,
    )
  }
  const { sampleRate, channels, encoding, bits } = format
  const { channel } = options
  if (channel !== undefined && !(Number.isInteger(channel) && channel >= 0 && channel < channels)) {
    throw new AttuneError(
      'models/options',
      `channel: ${channel}; ${file} has channels 0 … ${channels - 1}.`,
    )
  }
  const samples = decode(viewOf(bytes), body, format, channel, file)
  return { sampleRate, samples, channels, encoding, bitsPerSample: bits }
}

function tag(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4))
}

/** The first chunk of every name that matters. */
function chunksOf(bytes: Uint8Array, file: string): Map<string, Chunk> {
  if (bytes.length < 12) {
    throw formatError(file, bytes.length, `a WAV file has 12 bytes at least, this ${bytes.length}.`)
  }
  if (tag(bytes, 0) !== 'RIFF') throw formatError(file, 0, 'a WAV file begins with `RIFF`.')
  if (tag(bytes, 8) !== 'WAVE') throw formatError(file, 8, '`WAVE` must stand here.')
  const view = viewOf(bytes)
  const end = view.getUint32(4, true) + 8
  // The byte that fills up an odd last chunk is often counted but not written.
  if (end > bytes.length + 1) {
    throw formatError(file, bytes.length, `the header says ${end} bytes; the file is cut off.`)
  }
  return walkChunks(bytes, Math.min(end, bytes.length), file)
}

function walkChunks(bytes: Uint8Array, end: number, file: string): Map<string, Chunk> {
  const view = viewOf(bytes)
  const chunks = new Map<string, Chunk>()
  for (let at = 12; at + 8 <= end;) {
    const name = tag(bytes, at)
    const size = view.getUint32(at + 4, true)
    if (at + 8 + size > end) {
      throw formatError(
        file,
        at + 4,
        `chunk \`${name}\` says ${size} bytes, but ${end - at - 8} are left.`,
      )
    }
    if (!chunks.has(name)) chunks.set(name, { start: at + 8, size })
    at += 8 + size + (size % 2)
  }
  return chunks
}

/** The encodings by their numbers in the header. */
const encodings: ReadonlyMap<number, Encoding> = new Map([
  [1, 'integer'],
  [3, 'float'],
  [6, 'a-law'],
  [7, 'mu-law'],
])

const extensible = 0xfffe

function formatOf(bytes: Uint8Array, head: Chunk, file: string): Format {
  const { start, size } = head
  if (size < 16) throw formatError(file, start - 4, `a \`fmt \` chunk has 16 bytes, this ${size}.`)
  const view = viewOf(bytes)
  let code = view.getUint16(start, true)
  if (code === extensible) {
    if (size < 40) {
      throw formatError(file, start - 4, `an extensible \`fmt \` chunk has 40 bytes, this ${size}.`)
    }
    code = view.getUint16(start + 24, true)
  }
  const channels = view.getUint16(start + 2, true)
  const sampleRate = view.getUint32(start + 4, true)
  const blockAlign = view.getUint16(start + 12, true)
  const bits = view.getUint16(start + 14, true)
  const encoding = encodings.get(code)
  const decoder = encoding === undefined ? undefined : decoderOf(encoding, bits)
  if (encoding === undefined || decoder === undefined) {
    throw formatError(
      file,
      start,
      `encoding ${code} with ${bits} bits is not read: integers of 8, 16, 24 or 32 bits, floats of ` +
        '32 or 64, A-law and µ-law of 8 are. Convert the file.',
    )
  }
  if (channels === 0) throw formatError(file, start + 2, 'the file says it has no channels.')
  if (sampleRate === 0) throw formatError(file, start + 4, 'the file says 0 samples a second.')
  if (blockAlign !== (channels * bits) / 8) {
    throw formatError(
      file,
      start + 12,
      `${channels} channels of ${bits} bits make frames of ${(channels * bits) / 8} bytes, but the ` +
        `header says ${blockAlign}.`,
    )
  }
  return { channels, sampleRate, blockAlign, bits, encoding, decoder }
}

function decode(
  view: DataView,
  body: Chunk,
  format: Format,
  channel: number | undefined,
  file: string,
): Float32Array {
  const { channels, blockAlign, decoder } = format
  const bytes = format.bits / 8
  const frames = body.size / blockAlign
  const samples = new Float32Array(frames)
  const [from, to] = channel === undefined ? [0, channels] : [channel, channel + 1]
  for (let i = 0; i < frames; i++) {
    const at = body.start + i * blockAlign
    let sum = 0
    for (let c = from; c < to; c++) sum += decoder(view, at + c * bytes)
    if (!Number.isFinite(sum)) throw formatError(file, at, 'a sample is not a finite number.')
    samples[i] = sum / (to - from)
  }
  return samples
}
