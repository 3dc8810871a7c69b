import type { AppFiles } from '../app-files.ts'
import type { AppFile } from '../app-files.ts'
import { encodingFor } from '../compressed.ts'
import { plainPage } from '../plain-page.ts'
import { Refusal } from '../refusal.ts'
import type { UiRequest, UiRoutes } from './entry.ts'

/** A year, in seconds. */
const forGood = 31_536_000
/** How long a page has to ask for its files before its study is opened, which keeps the server busy. */
const headStartMs = 50

/**
 * The page and its files. Which view an address means is the page's own affair.
 *
 * @param expect told of a study whose page was asked for: its numbers will be, too
 */
export function appRoutes(
  routes: UiRoutes,
  files: AppFiles | undefined,
  expect: (study: string) => void,
): void {
  routes.get('/assets/:name', async (c) => {
    const file = files?.asset(c.req.param('name'))
    if (file === undefined) throw new Refusal(404, 'not-found', 'There is no such file.')
    return await send(c, file)
  })
  routes.get('/favicon.ico', (c) => c.body(null, 204))
  routes.get('*', async (c) => {
    const [, study] = /^\/study\/([^/]+)/.exec(c.req.path) ?? []
    const page = files?.page(study === undefined ? 'index' : 'study')
    if (page !== undefined) {
      // What the page itself needs goes first.
      if (study !== undefined) setTimeout(() => expect(study), headStartMs).unref()
      return await send(c, page)
    }
    return c.html(
      plainPage('The dashboard is not installed', [
        'The server runs, but the page it serves is a package of its own: npm install @attune/dashboard',
        'In a checkout of attune it is built by: npm run build',
        'Until then attune show, attune plot and attune report tell of the studies.',
      ]),
      503,
    )
  })
}

async function send(c: UiRequest, file: AppFile): Promise<Response> {
  const headers = {
    etag: file.etag,
    vary: 'Accept-Encoding',
    'cache-control': file.isHashed ? `private, max-age=${forGood}, immutable` : 'no-cache',
  }
  if (c.req.header('if-none-match') === file.etag) return c.body(null, 304, headers)
  const { bytes, encoding } = await file.as(encodingFor(c.req.header('accept-encoding')))
  return c.body(bytes as Uint8Array<ArrayBuffer>, 200, {
    ...headers,
    'content-type': file.type,
    ...(encoding === 'identity' ? {} : { 'content-encoding': encoding }),
  })
}
