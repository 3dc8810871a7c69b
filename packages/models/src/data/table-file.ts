import { createReadStream, type ReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { brotliDecompressSync, createGunzip, gunzipSync, zstdDecompressSync } from 'node:zlib'
import { AttuneError, messageOf } from '@attune/core'
import { type CsvOptions, readCsv } from './csv.ts'
import { type ParquetOptions, readParquet } from './parquet.ts'
import { selectColumns, type Table } from './table.ts'
import { brokenGzip } from './text-decoding.ts'

/** Tables in files. */

export type TableFileOptions = CsvOptions & ParquetOptions

/**
 * Reads a table from a file: Parquet when it begins as such a file does, else delimited text, gzipped
 * or not. Text is read piece by piece, Parquet one group of rows after the other.
 *
 * @throws AttuneError `data/missing` when there is no such file; else as `readCsv` and `readParquet`
 */
export async function readTable(path: string, options: TableFileOptions = {}): Promise<Table> {
  const size = await sizeOf(path)
  try {
    const first = new Uint8Array(await readRange(path, 0, 4))
    if (String.fromCharCode(...first) === 'PAR1') {
      const file = { byteLength: size, slice: (a: number, b = size) => readRange(path, a, b) }
      return await readParquet(file, {
        ...options,
        compressors: { ...packers, ...options.compressors },
      })
    }
    const packed = first[0] === 0x1f && first[1] === 0x8b
    const table = await readCsv(() => (packed ? unpackedPieces(path) : piecesOf(path)), options)
    return options.columns === undefined ? table : selectColumns(table, options.columns)
  } catch (error) {
    throw inFile(path, error)
  }
}

const packers = {
  GZIP: (bytes: Uint8Array) => new Uint8Array(gunzipSync(bytes)),
  BROTLI: (bytes: Uint8Array) => new Uint8Array(brotliDecompressSync(bytes)),
  ZSTD: (bytes: Uint8Array) => new Uint8Array(zstdDecompressSync(bytes)),
}

async function sizeOf(path: string): Promise<number> {
  try {
    const found = await stat(path)
    if (found.isFile()) return found.size
  } catch (cause) {
    const text = `There is no file ${path} (${messageOf(cause)}).`
    throw new AttuneError('data/missing', text, { details: { path }, cause })
  }
  throw new AttuneError('data/missing', `${path} is not a file.`, { details: { path } })
}

function piecesOf(path: string): ReadStream {
  return createReadStream(path, { highWaterMark: 1 << 20 })
}

/** Node's own gunzip also reads what was put together of several archives. */
async function* unpackedPieces(path: string): AsyncGenerator<Uint8Array> {
  const pieces = piecesOf(path)
  const unpacked = createGunzip({ chunkSize: 1 << 18 })
  const done = pipeline(pieces, unpacked).catch(() => undefined)
  try {
    for await (const piece of unpacked) yield piece as Uint8Array
  } catch (cause) {
    throw brokenGzip(cause)
  } finally {
    // Whoever stops early has no use for what is left.
    pieces.destroy()
    await done
  }
}

async function readRange(path: string, start: number, end: number): Promise<ArrayBuffer> {
  const bytes = new Uint8Array(end - start)
  const file = await open(path)
  try {
    let done = 0
    while (done < bytes.length) {
      const { bytesRead } = await file.read(bytes, done, bytes.length - done, start + done)
      if (bytesRead === 0) break
      done += bytesRead
    }
    return bytes.buffer.slice(0, done)
  } finally {
    await file.close()
  }
}

/** The same error with the path before its text. */
function inFile(path: string, error: unknown): unknown {
  if (!(error instanceof AttuneError)) return error
  const text = `${path}: ${error.message}`
  return new AttuneError(error.code, text, { details: error.details, cause: error })
}
