import { gzipSync } from 'node:zlib'

import {
  openBrowser,
  openPage,
  settle,
  signIn,
  startUi,
} from '../../packages/dashboard/test/browser/harness.ts'
import type { Figures, StudyOnDisk } from './study-run.ts'
import { studyPages } from './hands.ts'

/** What the app weighs, gzipped as its server does: what the list loads, and what all pages load. */
export async function firstLoad({ file }: StudyOnDisk, id: string): Promise<Figures> {
  await using server = await startUi({ journals: [file] })
  const browser = await openBrowser()
  try {
    await using watched = await openPage(browser)
    const { page, context } = watched
    await signIn(context, server)
    const loaded = new Map<string, number>()
    const seen = async (): Promise<number> => {
      for (const url of watched.requests) {
        if (loaded.has(url) || new URL(url).pathname.startsWith('/api/')) continue
        const path = new URL(url).pathname
        if (!path.startsWith('/assets/') && path !== '/') continue
        const answer = await context.request.get(url)
        loaded.set(url, gzipSync(await answer.body(), { level: 9 }).length)
      }
      return [...loaded.values()].reduce((sum, bytes) => sum + bytes, 0) / 1000
    }
    await page.goto(`${server.origin}/`)
    await settle(page)
    const listKb = await seen()
    for (const path of studyPages(id)) {
      await page.goto(server.origin + path)
      await settle(page)
    }
    return { listKb, appKb: await seen() }
  } finally {
    await browser.close()
  }
}
