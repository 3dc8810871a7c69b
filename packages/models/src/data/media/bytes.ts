import { AttuneError, messageOf } from '@attune/core'

/** The error for a file that is not what it should be: which file, at which byte, and why. */
export function formatError(file: string, byte: number, reason: string): AttuneError {
  return new AttuneError('data/format', `${file}, byte ${byte}: ${reason}`, {
    details: { file, byte },
  })
}

/** A view for reading numbers of any byte order. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** Whether the bytes begin like a gzip file (RFC 1952: 1f 8b). */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes.length >= 2 && bytes[0] === 0x1f && bytes[1] === 0x8b
}

/** The most bytes a file may unpack to unless said otherwise: 1 GiB. */
export const unpackLimit: number = 2 ** 30

/**
 * Unpacks gzip; bytes that are not gzip come back as they are. Works in browsers too.
 *
 * @param file the name for messages
 * @param limit the most bytes to unpack to, so that a small file cannot fill the memory
 * @throws AttuneError `data/format` when the file is damaged, cut off or unpacks to more
 */
export async function gunzip(
  bytes: Uint8Array,
  file = 'gzip data',
  limit: number = unpackLimit,
): Promise<Uint8Array> {
  if (!isGzip(bytes)) return bytes
  const stream = new DecompressionStream('gzip')
  const writer = stream.writable.getWriter()
  // What goes wrong while writing is told by the reading side too.
  const written = writer.write(bytes.slice()).then(() => writer.close())
  written.catch(() => undefined)
  const reader = stream.readable.getReader()
  const chunks: Uint8Array[] = []
  let total = 0
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      total += value.length
      if (total > limit) break
      chunks.push(value)
    }
  } catch (cause) {
    throw new AttuneError(
      'data/format',
      `${file}: not a whole gzip file (${messageOf(cause)}); ${total} bytes came out before. ` +
        'Get the file again.',
      { details: { file, unpacked: total }, cause },
    )
  }
  if (total > limit) {
    reader.cancel().catch(() => undefined)
    throw new AttuneError(
      'data/format',
      `${file}: unpacks to more than ${limit} bytes, the limit for such a file.`,
      { details: { file, limit } },
    )
  }
  return joined(chunks, total)
}

function joined(chunks: readonly Uint8Array[], total: number): Uint8Array {
  const all = new Uint8Array(total)
  let at = 0
  for (const chunk of chunks) {
    all.set(chunk, at)
    at += chunk.length
  }
  return all
}
