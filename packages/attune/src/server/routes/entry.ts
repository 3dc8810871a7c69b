import type { HttpBindings } from '@hono/node-server'
import type { Context, Hono } from 'hono'

import type { Caller } from '../guard.ts'

/** What every handler knows of its request. */
export interface UiEnv {
  Bindings: HttpBindings
  Variables: { caller: Caller }
}

export type UiRoutes = Hono<UiEnv>
export type UiRequest = Context<UiEnv>

/** The address as it was sent, without its path's own decoding, from the base on. */
export function withoutToken(url: string, base: string): string {
  const { pathname, searchParams } = new URL(url)
  searchParams.delete('token')
  const rest = searchParams.toString()
  // Two slashes in front would name another host.
  const path = pathname.replace(/^\/+/, '/')
  const whole = `${path}/`.startsWith(base) ? path : `${base}${path.slice(1)}`
  return rest === '' ? whole : `${whole}?${rest}`
}
