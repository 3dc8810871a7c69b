import type { IncomingMessage } from 'node:http'

import type { Access, Role } from './access.ts'
import { Refusal } from './refusal.ts'

/** What every answer says, so that nothing of a study is ever run, framed, guessed or sent along. */
export const safeHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data: blob:",
    "media-src 'self'",
    "worker-src 'self'",
    "font-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-frame-options': 'DENY',
  // Studies stay out of caches, but for what says otherwise.
  'cache-control': 'no-store',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
}

/** Who asks: what they may do, and whether a program asks that showed its token itself. */
export interface Caller {
  readonly role: Role | undefined
  readonly byToken: boolean
}

/** @throws Refusal of a request that comes by a name that is not ours, or from a page of others */
export function checkPlace(
  { headers }: IncomingMessage,
  isOurHost: (header: string | undefined) => boolean,
): void {
  if (!isOurHost(headers.host)) {
    throw new Refusal(
      403,
      'host',
      'This server does not answer to that name. If it is a proxy of yours: attune ui --allow-host NAME',
    )
  }
  const site = headers['sec-fetch-site']
  const isVisit = headers['sec-fetch-mode'] === 'navigate'
  if (site !== undefined && site !== 'same-origin' && site !== 'none' && !isVisit) {
    throw new Refusal(403, 'origin', 'Pages of other origins are not answered.')
  }
}

export function callerOf({ headers }: IncomingMessage, access: Access): Caller {
  const [, bearer] = /^Bearer (\S+)$/.exec(headers.authorization ?? '') ?? []
  if (bearer !== undefined) return { role: access.roleOfToken(bearer), byToken: true }
  return { role: access.roleOfCookies(headers.cookie), byToken: false }
}

/** What a write of each kind has as its body: commands, files, and nothing where a file goes. */
const writes: Readonly<Record<string, string | undefined>> = {
  POST: 'application/json',
  PUT: 'application/octet-stream',
  DELETE: undefined,
}

const fileMethods = ['PUT', 'DELETE']

/** @throws Refusal of a write by who may only look, from elsewhere, or in another form than it has */
export function checkWrite(
  { headers, method, url = '' }: IncomingMessage,
  { role, byToken }: Caller,
  readOnly: boolean,
): void {
  const isFile = /^[^?]*\/artifacts\/./.test(url)
  if (method === undefined || !(isFile ? fileMethods : ['POST']).includes(method)) {
    throw new Refusal(
      405,
      'method',
      `Only GET, HEAD${isFile ? ', PUT and DELETE' : ' and POST'} are answered here.`,
    )
  }
  const { origin, host } = headers
  const isOwn = origin === undefined ? byToken : originIs(origin, host)
  if (!isOwn) throw new Refusal(403, 'origin', 'Commands are taken from this page alone.')
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase()
  const wanted = writes[method]
  if (wanted !== undefined && type !== wanted) {
    const what = method === 'POST' ? 'Commands' : 'Files'
    throw new Refusal(415, 'content-type', `${what} are sent as ${wanted}.`)
  }
  if (readOnly || role !== 'write') {
    throw new Refusal(403, 'read-only', 'This page may only look: its server or its link says so.')
  }
}

function originIs(origin: string, host: string | undefined): boolean {
  try {
    const { protocol, host: own } = new URL(origin)
    const named = new URL(`${protocol}//${host}`).host
    return (protocol === 'http:' || protocol === 'https:') && own === named
  } catch {
    return false
  }
}

/**
 * The body of a request as JSON.
 * @throws Refusal when it is larger than `most` bytes, before it is read, or no JSON
 */
export async function readJson(incoming: IncomingMessage, most: number): Promise<unknown> {
  const tooLarge = (): Refusal =>
    new Refusal(413, 'too-large', `A command has at most ${most} bytes.`)
  if (Number(incoming.headers['content-length'] ?? 0) > most) throw tooLarge()
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > most) throw tooLarge()
    chunks.push(chunk)
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch {
    throw new Refusal(400, 'json', 'The body is no JSON.')
  }
}
