import { describe, expect, it } from 'vitest'

import { chromiumProgram, openPage } from './harness.ts'
import { serve } from './served.ts'

describe.runIf(chromiumProgram !== undefined)('who may look', () => {
  const served = serve(['one-trial'])

  it('is told what to do without the token, or with a wrong one', async () => {
    const { browser, server } = served()
    for (const path of ['/', '/?token=wrong', `/study/${served().idOf('one-trial')}`]) {
      await using watched = await openPage(browser)
      const { page } = watched
      const answer = await page.goto(server.origin + path)
      expect(answer?.status()).toBe(401)
      const words = await page.locator('body').innerText()
      expect(words).toMatch(/link|token/i)
      expect(words).not.toContain('one-trial')
    }
  })

  it('gets in by the printed link, which leaves no token in the address', async () => {
    const { browser, server } = served()
    await using watched = await openPage(browser)
    const { page, complaints } = watched
    await page.goto(server.link)
    await page.getByText('one-trial').first().waitFor()
    expect(page.url()).toBe(`${server.origin}/`)
    expect(complaints).toEqual([])
  })

  it('is no page of another name that leads to this machine', async () => {
    const { browser, server } = served()
    await using watched = await openPage(browser)
    // As after DNS rebinding: another name, the same address.
    const url = new URL(server.link)
    const answer = await watched.context.request.get(url.href, {
      headers: { host: `evil.example:${url.port}` },
      maxRedirects: 0,
    })
    expect(answer.status()).toBe(403)
  })

  it('cannot be made to write by a page from elsewhere', async () => {
    const { server, idOf } = served()
    await using watched = await served().open('/')
    const url = `${server.origin}/api/studies/${idOf('one-trial')}/commands`
    const post = (headers: Record<string, string>): Promise<number> =>
      watched.context.request
        .post(url, { headers, data: JSON.stringify({ kind: 'pause' }) })
        .then((answer) => answer.status())
    expect(await post({ origin: 'http://evil.example', 'content-type': 'application/json' })).toBe(
      403,
    )
    expect(await post({ origin: server.origin, 'content-type': 'text/plain' })).toBe(415)
    expect(await post({ origin: server.origin, 'content-type': 'application/json' })).toBe(200)
  })
})
