import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

export function readJson(...path: string[]): unknown {
  return JSON.parse(readFileSync(join(...path), 'utf8'))
}

/** A gzip of float32 little-endian. */
export function readFloats(...path: string[]): Float32Array {
  const bytes = gunzipSync(readFileSync(join(...path)))
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))
}

/** A table with a header as columns of numbers. */
export function readColumns(...path: string[]): Map<string, Float64Array> {
  const bytes = readFileSync(join(...path))
  const text = (path.at(-1)?.endsWith('.gz') === true ? gunzipSync(bytes) : bytes).toString('utf8')
  const [header = '', ...lines] = text.trim().split(/\r?\n/)
  const rows = lines.map((line) => line.split(',').map(Number))
  const names = header.split(',')
  return new Map(names.map((name, k) => [name, Float64Array.from(rows, (row) => row[k]!)]))
}

/** The names of the tables in a folder, without their ending; none when there is no folder. */
export function tablesIn(folder: string, ending: string): string[] {
  if (!existsSync(folder)) return []
  const found = readdirSync(folder).filter((file) => file.endsWith(ending))
  return found.sort().map((file) => file.slice(0, -ending.length))
}
