import type { IncomingMessage, ServerResponse } from 'node:http'
import { Hono } from 'hono'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'

import type { AppFiles } from './app-files.ts'
import type { UiContext } from './context.ts'
import { callerOf, checkPlace, checkWrite } from './guard.ts'
import { onwardPage, plainPage } from './plain-page.ts'
import { answerOf, Refusal } from './refusal.ts'
import { appRoutes } from './routes/app-routes.ts'
import { fileRoutes } from './routes/file-routes.ts'
import type { UiEnv, UiRequest } from './routes/entry.ts'
import { withoutToken } from './routes/entry.ts'
import { listRoutes } from './routes/list-routes.ts'
import { studyRoutes } from './routes/study-routes.ts'
import { trialRoutes } from './routes/trial-routes.ts'

/** The server without its network: who is let in, and what is answered. */
export function createUiApp(context: UiContext, files: AppFiles | undefined): Hono<UiEnv> {
  const { access, base, isOurHost, report } = context
  const app = new Hono<UiEnv>({ getPath: (request) => pathUnder(base, request.url) })

  app.use('*', async (c, next) => {
    const incoming = c.env.incoming as IncomingMessage
    checkPlace(incoming, isOurHost)
    const isRead = isReading(c)
    const token = c.req.query('token')
    if (isRead && token !== undefined) {
      const role = access.roleOfToken(token) ?? callerOf(incoming, access).role
      if (role === undefined) return unknown(c, true)
      return onward(c, context, role)
    }
    const caller = callerOf(incoming, access)
    if (caller.role === undefined) return unknown(c, false)
    if (!isRead) checkWrite(incoming, caller, context.readOnly)
    c.set('caller', caller)
    await next()
  })

  listRoutes(app, context)
  fileRoutes(app, context)
  trialRoutes(app, context)
  studyRoutes(app, context)
  app.all('/api/*', () => {
    throw new Refusal(404, 'not-found', 'There is no such address.')
  })
  appRoutes(app, files, expectIn(context))

  app.notFound((c) =>
    c.json({ error: { code: 'not-found', message: 'There is no such address.' } }, 404),
  )
  app.onError((error, c) => {
    const outgoing = c.env.outgoing as ServerResponse
    const { status, body } = answerOf(error, report)
    // Of a stream that has begun nothing more can be said.
    if (outgoing.headersSent) {
      outgoing.end()
      return RESPONSE_ALREADY_SENT
    }
    if (status === 413) outgoing.setHeader('connection', 'close')
    if (status === 429 || status === 503) c.header('retry-after', '1')
    return c.json(body, status)
  })
  return app
}

/** Opens a study while its page loads. Whoever asks for it then hears what is wrong with it. */
function expectIn({ library, packer, queued }: UiContext): (study: string) => void {
  return (study) => {
    const opened = library.feed(study).then((feed) => queued('pack', () => packer.head(feed)))
    opened.catch(() => {})
  }
}

const isReading = (c: UiRequest): boolean => c.req.method === 'GET' || c.req.method === 'HEAD'

/** Proxies may take the prefix away or leave it. */
function pathUnder(base: string, url: string): string {
  const { pathname } = new URL(url)
  if (`${pathname}/` === base) return '/'
  return pathname.startsWith(base) ? `/${pathname.slice(base.length)}` : pathname
}

/** Who shows a token gets a cookie, and goes on without the token in the address. */
function onward(c: UiRequest, { access, base }: UiContext, role: 'write' | 'read'): Response {
  const secure = c.req.header('x-forwarded-proto') === 'https'
  c.header('set-cookie', access.cookieFor(role, { path: base, secure }))
  c.header('cache-control', 'no-store')
  const target = withoutToken(c.req.url, base)
  // A strict cookie is not sent along where a page of others began the visit.
  const site = c.req.header('sec-fetch-site')
  if (site === 'cross-site' || site === 'same-site') return c.html(onwardPage(target))
  return c.redirect(target, 302)
}

function unknown(c: UiRequest, hadToken: boolean): Response {
  const message = hadToken
    ? 'This link is of another run of the server. Take the one it printed when it was started last.'
    : 'The way in is the link that attune ui printed when it was started; it holds a token.'
  c.header('cache-control', 'no-store')
  if (c.req.path.startsWith('/api/') || !isReading(c)) {
    return c.json({ error: { code: 'unauthorized', message } }, 401)
  }
  return c.html(plainPage('attune: a token is needed', [message]), 401)
}
