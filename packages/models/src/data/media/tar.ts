import { formatError } from './bytes.ts'

const block = 512

/**
 * The plain files of a tar archive (POSIX.1-1988 ustar) by name; longer names, links and folders are
 * passed over. The contents share the memory of the archive.
 *
 * @throws AttuneError `data/format` when a header is damaged or a file goes beyond the end
 */
export function readTar(bytes: Uint8Array, file = 'tar archive'): Map<string, Uint8Array> {
  const found = new Map<string, Uint8Array>()
  for (let at = 0; at + block <= bytes.length;) {
    const header = bytes.subarray(at, at + block)
    // The end is marked by empty blocks.
    if (header.every((byte) => byte === 0)) return found
    const stated = octal(header, 148, 8)
    if (stated !== checksumOf(header)) throw formatError(file, at + 148, 'a damaged tar header.')
    const size = octal(header, 124, 12)
    const start = at + block
    if (!(size <= bytes.length - start)) {
      throw formatError(
        file,
        at + 124,
        `a file of ${size} bytes; ${bytes.length - start} are left.`,
      )
    }
    const type = header[156]
    // '0', and nothing in older archives.
    if (type === 0x30 || type === 0)
      found.set(text(header, 0, 100), bytes.subarray(start, start + size))
    at = start + Math.ceil(size / block) * block
  }
  throw formatError(file, bytes.length, 'the archive ends without its closing blocks.')
}

function text(header: Uint8Array, from: number, length: number): string {
  const field = header.subarray(from, from + length)
  const end = field.indexOf(0)
  return String.fromCharCode(...(end < 0 ? field : field.subarray(0, end)))
}

/** NaN when it is none. */
function octal(header: Uint8Array, from: number, length: number): number {
  const digits = text(header, from, length).trim()
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : NaN
}

/** The sum of all bytes, its own field counted as spaces. */
function checksumOf(header: Uint8Array): number {
  let sum = 0
  for (let i = 0; i < block; i++) sum += i >= 148 && i < 156 ? 0x20 : header[i]!
  return sum
}
