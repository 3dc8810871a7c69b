import { createHash } from 'node:crypto'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { AttuneError, messageOf } from '@attune/core'
import { gunzip } from './bytes.ts'

/** A file on the web whose contents are known beforehand. */
export interface KnownFile {
  /** Tried in this order. */
  readonly urls: readonly string[]
  /** SHA-256, hexadecimal. */
  readonly sha256: string
  /** Whether the checksum is of the file as it comes or of what it unpacks to. */
  readonly of: 'file' | 'unpacked'
  /** No more bytes than these are taken. */
  readonly limit: number
}

/**
 * Fetches a file, checks it, and only then puts it in its place.
 *
 * @param path where it shall stand; its folder is made
 * @throws AttuneError `data/missing` when no address gives it, and `data/format` when what came is
 *   something else
 */
export async function download(known: KnownFile, path: string): Promise<void> {
  const bytes = await fetchFirst(known, basename(path))
  await checkSum(bytes, known, basename(path))
  await mkdir(dirname(path), { recursive: true })
  const part = `${path}.${process.pid}.part`
  try {
    await writeFile(part, bytes)
    await rename(part, path)
  } catch (cause) {
    await rm(part, { force: true })
    throw new AttuneError('data/missing', `${path} cannot be written: ${messageOf(cause)}`, {
      cause,
    })
  }
}

/** The contents as they come, checked. */
export async function fetchKnown(known: KnownFile, name: string): Promise<Uint8Array> {
  const bytes = await fetchFirst(known, name)
  await checkSum(bytes, known, name)
  return bytes
}

async function checkSum(bytes: Uint8Array, known: KnownFile, name: string): Promise<void> {
  const content = known.of === 'file' ? bytes : await gunzip(bytes, name)
  const sum = createHash('sha256').update(content).digest('hex')
  if (sum === known.sha256) return
  throw new AttuneError(
    'data/format',
    `${name} as downloaded has SHA-256 ${sum}, not ${known.sha256}: it is not the known file, so it ` +
      'is not kept.',
    { details: { file: name, expected: known.sha256, got: sum } },
  )
}

async function fetchFirst(known: KnownFile, name: string): Promise<Uint8Array> {
  const reasons: string[] = []
  for (const url of known.urls) {
    try {
      return await fetchBytes(url, known.limit)
    } catch (cause) {
      reasons.push(`${url}: ${reasonOf(cause)}`)
    }
  }
  throw new AttuneError(
    'data/missing',
    `${name} cannot be downloaded. ${reasons.join('; ')}. Put it into the folder by hand, or try ` +
      'again with a network.',
    { details: { file: name, reasons } },
  )
}

/** Ten minutes: longer than the largest of the known files takes on a slow line. */
const patience = 600_000

async function fetchBytes(url: string, limit: number): Promise<Uint8Array> {
  const response = await fetch(url, { signal: AbortSignal.timeout(patience) })
  if (!response.ok || response.body === null) {
    throw new AttuneError('data/missing', `the server says ${response.status}`)
  }
  const chunks: Uint8Array[] = []
  let total = 0
  for await (const chunk of response.body) {
    total += chunk.length
    if (total > limit) throw new AttuneError('data/format', `more than ${limit} bytes come`)
    chunks.push(chunk)
  }
  const bytes = new Uint8Array(total)
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  return bytes
}

/** `fetch failed` says nothing; what it was caused by does. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
  return messageOf(cause)
}
