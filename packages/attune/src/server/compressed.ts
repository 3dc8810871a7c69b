import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

export type Encoding = 'br' | 'gzip' | 'identity'

const toBrotli = promisify(brotliCompress)
const toGzip = promisify(gzip)
/** Less is not worth it. */
const leastBytes = 1_024
const largeBytes = 2_000_000

/** The best encoding that a reader takes, by its `Accept-Encoding`. */
export function encodingFor(header: string | undefined): Encoding {
  const accepted = new Set<string>()
  for (const part of (header ?? '').toLowerCase().split(',')) {
    const [name = '', ...parameters] = part.split(';').map((each) => each.trim())
    const isRefused = parameters.some((each) => /^q=0(\.0*)?$/.test(each))
    if (!isRefused) accepted.add(name)
  }
  if (accepted.has('br')) return 'br'
  return accepted.has('gzip') ? 'gzip' : 'identity'
}

/** Bytes that are compressed once for each way, when somebody asks, off the main thread. */
export interface Compressible {
  as(encoding: Encoding): Promise<{ readonly bytes: Uint8Array; readonly encoding: Encoding }>
}

export function compressible(bytes: Uint8Array): Compressible {
  const made = new Map<Encoding, Promise<Uint8Array>>()
  return {
    async as(encoding) {
      if (encoding === 'identity' || bytes.length < leastBytes) {
        return { bytes, encoding: 'identity' }
      }
      const done = made.get(encoding) ?? compress(bytes, encoding)
      made.set(encoding, done)
      return { bytes: await done, encoding }
    },
  }
}

function compress(bytes: Uint8Array, encoding: 'br' | 'gzip'): Promise<Uint8Array> {
  if (encoding === 'gzip') return toGzip(bytes, { level: bytes.length > largeBytes ? 1 : 5 })
  return toBrotli(bytes, {
    params: {
      // Of large studies a few per cent more are sooner there.
      [constants.BROTLI_PARAM_QUALITY]: bytes.length > largeBytes ? 1 : 4,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  })
}
