import { AttuneError } from '@attune/core'

/** Bytes to text: unpacked, checked, in pieces. */

/** Where text comes from. Bytes may be gzipped. A function is called once for every reading. */
export type TextSource = string | Uint8Array | Blob | (() => AsyncIterable<Uint8Array>)

const pieceSize = 1 << 20

/**
 * The text of a source in pieces of about a megabyte, without the mark of byte order. Gzip and UTF-16
 * (by its mark) are recognised; everything else must be what `encoding` says.
 *
 * @param encoding a label of the WHATWG encoding standard; default 'utf-8', which is checked strictly
 * @throws AttuneError `data/format` for bytes that are not text of this encoding, with line and
 *   position; `models/options` for an unknown encoding
 */
export async function* decodeText(
  source: TextSource,
  encoding = 'utf-8',
): AsyncGenerator<string, void, undefined> {
  checkEncoding(encoding)
  if (typeof source === 'string') {
    const start = source.charCodeAt(0) === 0xfeff ? 1 : 0
    for (let at = start; at < source.length; at += pieceSize) yield source.slice(at, at + pieceSize)
    return
  }
  const pieces = unpacked(bytesOf(source))
  let decode: ((bytes: Uint8Array, last: boolean) => string) | undefined
  for await (const bytes of pieces) {
    decode ??= decoderFor(bytes, encoding)
    const text = decode(bytes, false)
    if (text !== '') yield text
  }
  const rest = decode?.(new Uint8Array(0), true) ?? ''
  if (rest !== '') yield rest
}

async function* bytesOf(source: Exclude<TextSource, string>): AsyncGenerator<Uint8Array> {
  if (source instanceof Uint8Array) {
    for (let at = 0; at < source.length; at += pieceSize) yield source.subarray(at, at + pieceSize)
  } else if (typeof source === 'function') {
    yield* source()
  } else {
    for (let at = 0; at < source.size; at += pieceSize) {
      yield new Uint8Array(await source.slice(at, at + pieceSize).arrayBuffer())
    }
  }
}

/** Unpacks what starts as gzip does (RFC 1952); passes on everything else. */
async function* unpacked(pieces: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  const first = await firstBytes(pieces)
  if (first.length < 2 || first[0] !== 0x1f || first[1] !== 0x8b) {
    refuseBinary(first)
    if (first.length > 0) yield first
    yield* pieces
    return
  }
  const packed = streamOf(first, pieces)
  const reader = packed.pipeThrough(new DecompressionStream('gzip')).getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } catch (cause) {
    throw cause instanceof AttuneError ? cause : brokenGzip(cause)
  } finally {
    // Whoever stops early has no use for what is left, nor for what is wrong with it.
    await reader.cancel().catch(() => undefined)
  }
}

/** The first bytes, at least four when there are so many. */
async function firstBytes(pieces: AsyncGenerator<Uint8Array>): Promise<Uint8Array> {
  let first = new Uint8Array(0)
  while (first.length < 4) {
    const { done, value } = await pieces.next()
    if (done === true) break
    const joined = new Uint8Array(first.length + value.length)
    joined.set(first)
    joined.set(value, first.length)
    first = joined
  }
  return first
}

function streamOf(
  first: Uint8Array,
  rest: AsyncGenerator<Uint8Array>,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  let pending: Uint8Array | undefined = first
  return new ReadableStream({
    async pull(controller) {
      const value: Uint8Array | undefined = pending ?? (await rest.next()).value ?? undefined
      pending = undefined
      if (value === undefined) controller.close()
      else controller.enqueue(value as Uint8Array<ArrayBuffer>)
    },
    async cancel() {
      await rest.return(undefined)
    },
  })
}

export function brokenGzip(cause: unknown): AttuneError {
  const text = 'The gzip data is broken or cut off; fetch or pack the file again.'
  return new AttuneError('data/format', text, { cause })
}

function refuseBinary(first: Uint8Array): void {
  const magic = String.fromCharCode(...first.subarray(0, 4))
  const found = magic.startsWith('PK\u0003\u0004')
    ? 'a zip archive, such as a spreadsheet; save it as CSV'
    : magic === 'PAR1'
      ? 'a Parquet file; read it with readParquet'
      : undefined
  if (found === undefined) return
  throw new AttuneError('data/format', `A text table was expected, but this is ${found}.`)
}

function checkEncoding(encoding: string): void {
  try {
    void new TextDecoder(encoding)
  } catch (cause) {
    const text = `The encoding "${encoding}" is not known; common ones are "utf-8", "windows-1252" (Western Europe) and "utf-16le".`
    throw new AttuneError('models/options', text, { cause })
  }
}

function decoderFor(
  first: Uint8Array,
  encoding: string,
): (bytes: Uint8Array, last: boolean) => string {
  if (first[0] === 0xff && first[1] === 0xfe) return streamDecoder('utf-16le')
  if (first[0] === 0xfe && first[1] === 0xff) return streamDecoder('utf-16be')
  const label = new TextDecoder(encoding).encoding
  return label === 'utf-8' ? strictUtf8Decoder() : streamDecoder(label)
}

function streamDecoder(encoding: string): (bytes: Uint8Array, last: boolean) => string {
  const decoder = new TextDecoder(encoding, { fatal: true })
  return (bytes, last) => {
    try {
      return decoder.decode(bytes, { stream: !last })
    } catch (cause) {
      const text = `The bytes are not text in "${encoding}"; give the encoding of the file.`
      throw new AttuneError('data/format', text, { cause })
    }
  }
}

function strictUtf8Decoder(): (bytes: Uint8Array, last: boolean) => string {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let carried = new Uint8Array(0)
  let line = 1
  let position = 1
  let start = true
  return (bytes, last) => {
    const joined = carried.length === 0 ? bytes : joinedBytes(carried, bytes)
    const end = last ? joined.length : lastWholeCharacter(joined)
    const whole = joined.subarray(0, end)
    carried = joined.slice(end)
    let text: string
    try {
      text = decoder.decode(whole)
    } catch (cause) {
      throw badUtf8(whole, line, position, cause)
    }
    ;[line, position] = advance(text, line, position)
    if (start && text !== '') {
      start = false
      if (text.charCodeAt(0) === 0xfeff) return text.slice(1)
    }
    return text
  }
}

function joinedBytes(a: Uint8Array, b: Uint8Array): Uint8Array {
  const joined = new Uint8Array(a.length + b.length)
  joined.set(a)
  joined.set(b, a.length)
  return joined
}

/** Where the last character begins that may continue in the next piece, else the end. */
function lastWholeCharacter(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!
    if (byte < 0x80) return bytes.length
    if (byte >= 0xc0) return sequenceLength(byte) > back ? bytes.length - back : bytes.length
  }
  return bytes.length
}

/** How many bytes a character has that starts with this one; 0 for what cannot start one. */
function sequenceLength(byte: number): number {
  if (byte < 0x80) return 1
  if (byte < 0xc2 || byte > 0xf4) return 0
  return byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4
}

function advance(text: string, line: number, position: number): [number, number] {
  let lines = 0
  let after = 0
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) {
    lines++
    after = at + 1
  }
  return [line + lines, lines === 0 ? position + text.length : text.length - after + 1]
}

function badUtf8(bytes: Uint8Array, line: number, position: number, cause: unknown): AttuneError {
  const good = validPrefix(bytes)
  const before = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(0, good))
  const [badLine, badPosition] = advance(before, line, position)
  const byte = (bytes[good] ?? 0).toString(16).toUpperCase().padStart(2, '0')
  const text = `The text is not UTF-8: byte 0x${byte} in line ${badLine}, column ${badPosition}. If the file comes from an older program, give its encoding, such as "windows-1252".`
  return new AttuneError('data/format', text, {
    details: { line: badLine, column: badPosition },
    cause,
  })
}

/** How many bytes are valid UTF-8; found by halving, for a prefix of valid text is valid. */
function validPrefix(bytes: Uint8Array): number {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let good = 0
  let bad = bytes.length
  while (bad - good > 1) {
    const middle = (good + bad) >>> 1
    const prefix = bytes.subarray(0, middle)
    try {
      decoder.decode(prefix.subarray(0, lastWholeCharacter(prefix)))
      good = middle
    } catch {
      bad = middle
    }
  }
  return lastWholeCharacter(bytes.subarray(0, good))
}
