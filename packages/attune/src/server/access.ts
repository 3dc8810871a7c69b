import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/** What somebody may do: everything, or only look. */
export type Role = 'write' | 'read'

/** Who is let in: the tokens of the links, and the cookies that they are traded for. */
export interface Access {
  /** The token of the link for each role. */
  readonly tokens: Readonly<Record<Role, string>>
  /** What somebody who shows a token may do; undefined for a wrong one. */
  roleOfToken(token: string): Role | undefined
  /** What somebody with this `Cookie` header may do. */
  roleOfCookies(header: string | undefined): Role | undefined
  /** The `Set-Cookie` header for a role. */
  cookieFor(role: Role, options: { readonly path: string; readonly secure: boolean }): string
}

/**
 * Makes tokens that nobody can guess. The cookie is another secret than the token, so that neither a
 * link in a history of pages nor a stolen cookie gives the other.
 *
 * @param name tells the cookie from those of other servers on this machine, since all ports share
 *   their cookies
 */
export function createAccess(name: string): Access {
  const random = (): string => randomBytes(24).toString('base64url')
  const tokens = { write: random(), read: random() }
  const secret = randomBytes(32)
  const seal = (role: Role): string => createHmac('sha256', secret).update(role).digest('base64url')
  const cookies = { write: seal('write'), read: seal('read') }
  return {
    tokens,
    roleOfToken: (token) => roleAmong(tokens, token),
    roleOfCookies(header) {
      for (const part of (header ?? '').split(';')) {
        const at = part.indexOf('=')
        if (at < 0 || part.slice(0, at).trim() !== name) continue
        const role = roleAmong(cookies, part.slice(at + 1).trim())
        if (role !== undefined) return role
      }
      return undefined
    },
    cookieFor: (role, { path, secure }) =>
      `${name}=${cookies[role]}; HttpOnly; SameSite=Strict; Path=${path}${secure ? '; Secure' : ''}`,
  }
}

/** Compares with all, in the same time whatever is given. */
function roleAmong(secrets: Readonly<Record<Role, string>>, given: string): Role | undefined {
  const isWrite = isSame(given, secrets.write)
  const isRead = isSame(given, secrets.read)
  if (isWrite) return 'write'
  return isRead ? 'read' : undefined
}

function isSame(a: string, b: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(a), hash(b))
}
