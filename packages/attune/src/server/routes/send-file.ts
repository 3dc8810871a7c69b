import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { AttuneError } from '@attune/core'

import { artifactType, isShown } from '../artifact-type.ts'
import type { UiRequest } from './entry.ts'
import { savedAs } from './study-routes.ts'

/** A page of its own without rights: what a trial left is never run. */
export const sandbox = "sandbox; default-src 'none'"

/** Sends a file, or the part of it that a player wants. */
export async function sendFile(c: UiRequest, file: string, name: string): Promise<Response> {
  const type = artifactType(name)
  const { size } = await stat(file).catch((cause: unknown) => {
    throw new AttuneError('usage', 'The file cannot be read.', { cause })
  })
  const headers = {
    'content-type': type,
    'content-security-policy': sandbox,
    'content-disposition': isShown(type) ? 'inline' : savedAs(name),
    'accept-ranges': 'bytes',
  }
  const range = rangeOf(c.req.header('range'), size)
  const { from, to } = range ?? { from: 0, to: size - 1 }
  const length = { 'content-length': String(Math.max(0, to - from + 1)) }
  if (c.req.method === 'HEAD' || size === 0) return c.body(null, 200, { ...headers, ...length })
  const body = Readable.toWeb(createReadStream(file, { start: from, end: to })) as ReadableStream
  if (range === undefined) return c.body(body, 200, { ...headers, ...length })
  return c.body(body, 206, {
    ...headers,
    ...length,
    'content-range': `bytes ${from}-${to}/${size}`,
  })
}

/** One range, as players ask for; whatever else is asked gets the whole file. */
function rangeOf(
  header: string | undefined,
  size: number,
): { readonly from: number; readonly to: number } | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? []
  if (first === '' && last === '') return undefined
  const from = first === '' ? Math.max(0, size - Number(last)) : Number(first)
  const to = first === '' || last === '' ? size - 1 : Math.min(size - 1, Number(last))
  return from <= to ? { from, to } : undefined
}
