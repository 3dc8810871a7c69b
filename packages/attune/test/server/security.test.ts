import { mkdirSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { describe, expect, it } from 'vitest'

import type { Ui } from './support/ui.ts'
import { folder, madeStudy, serve } from './support/ui.ts'

const json = 'application/json'

/** The cookie that a token is traded for. */
async function cookieOf(ui: Ui, token: string): Promise<string> {
  const { headers } = await ui.bare(`/?token=${token}`)
  return (headers['set-cookie']?.[0] ?? '').split(';')[0] as string
}

async function firstId(ui: Ui): Promise<string> {
  return (await ui.cards())[0]!.id
}

describe('who is let in', () => {
  it('shows nothing without a token: pages, files, studies and commands alike', async () => {
    using place = folder()
    await madeStudy(place.file('a.db'), 'secret-study')
    await using ui = await serve([place.file('a.db')])
    const id = await firstId(ui)
    const paths = ['/', '/assets/main.js', '/study/x', '/api/session', '/api/studies']
    const of = ['study', 'events', 'attempts', 'reports', 'page', 'trials/0']
    for (const path of [...paths, ...of.map((each) => `/api/studies/${id}/${each}`)]) {
      const reply = await ui.bare(path)
      expect([path, reply.status]).toEqual([path, 401])
      expect(reply.text()).not.toContain('secret-study')
    }
    const post = { method: 'POST', headers: { 'content-type': json }, body: '{"kind":"pause"}' }
    expect((await ui.bare(`/api/studies/${id}/commands`, post)).status).toBe(401)
  })

  it('says at a page how to get in, and at an address of data the same as data', async () => {
    await using ui = await serve([])
    const page = await ui.bare('/')
    expect(page.headers['content-type']).toContain('text/html')
    expect(page.text()).toContain('link that attune ui printed')
    expect((await ui.bare('/api/session')).json<{ error: { code: string } }>().error.code).toBe(
      'unauthorized',
    )
  })

  it('refuses wrong tokens, however they are shown', async () => {
    await using ui = await serve([])
    const wrong = [...ui.token].toReversed().join('')
    expect((await ui.bare(`/?token=${wrong}`)).status).toBe(401)
    expect((await ui.bare('/?token=')).status).toBe(401)
    const authorization = `Bearer ${wrong}`
    expect((await ui.bare('/api/session', { headers: { authorization } })).status).toBe(401)
    const cookie = `attune${ui.server.port}=${ui.token}`
    expect((await ui.bare('/api/session', { headers: { cookie } })).status).toBe(401)
  })

  it('trades the token for a strict cookie and takes it out of the address', async () => {
    await using ui = await serve([])
    const reply = await ui.bare(`/study/a-1?filter=x%20y&token=${ui.token}`)
    expect(reply.status).toBe(302)
    expect(reply.headers.location).toBe('/study/a-1?filter=x+y')
    const [header] = reply.headers['set-cookie'] as string[]
    expect(header).toMatch(/; HttpOnly; SameSite=Strict; Path=\/$/)
    expect(header).not.toContain(ui.token)
    const cookie = header!.split(';')[0] as string
    const session = await ui.bare('/api/session', { headers: { cookie: `other=1; ${cookie}` } })
    expect(session.json()).toMatchObject({ version: '1.2.3', readOnly: false })
  })

  it('goes on by a visit of its own when a page of others led here, whose strict cookie is not sent', async () => {
    await using ui = await serve([])
    const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }
    const reply = await ui.bare(`/?token=${ui.token}`, { headers })
    expect(reply.status).toBe(200)
    expect(reply.text()).toContain('<meta http-equiv="refresh" content="0;url=/">')
    expect(reply.headers['set-cookie']).toHaveLength(1)
  })

  it('never leads to another host by a path with two slashes', async () => {
    await using ui = await serve([])
    const reply = await ui.bare(`//evil.example/x?token=${ui.token}`)
    expect(reply.headers.location).toMatch(/^\/[^/]/)
  })

  it('lets those with the token for sharing look and not write', async () => {
    using place = folder()
    await madeStudy(place.file('a.db'), 'a')
    await using ui = await serve([place.file('a.db')])
    const id = await firstId(ui)
    const cookie = await cookieOf(ui, ui.shareToken)
    const session = await ui.bare('/api/session', { headers: { cookie } })
    expect(session.json()).toMatchObject({ readOnly: true })
    expect((await ui.bare('/api/studies', { headers: { cookie } })).status).toBe(200)
    const origin = `http://127.0.0.1:${ui.server.port}`
    const headers = { cookie, origin, 'content-type': json }
    const post = { method: 'POST', headers, body: '{"kind":"pause"}' }
    const reply = await ui.bare(`/api/studies/${id}/commands`, post)
    expect([reply.status, reply.json<{ error: { code: string } }>().error.code]).toEqual([
      403,
      'read-only',
    ])
  })

  it('takes no commands at all when it is to be read only', async () => {
    using place = folder()
    await madeStudy(place.file('a.db'), 'a')
    await using ui = await serve([place.file('a.db')], { readOnly: true })
    const id = await firstId(ui)
    expect((await ui.command(id, { kind: 'pause' })).status).toBe(403)
    expect((await ui.get('/api/session')).json()).toMatchObject({ readOnly: true })
  })
})

describe('from where', () => {
  it('answers to its own names and to no other (DNS rebinding)', async () => {
    await using ui = await serve([])
    const { port } = ui.server
    const statusFor = async (host: string): Promise<number> =>
      (await ui.get('/api/session', { headers: { host } })).status
    for (const host of ['127.0.0.1', 'localhost', 'LOCALHOST', '[::1]']) {
      expect([host, await statusFor(`${host}:${port}`)]).toEqual([host, 200])
    }
    const foreign = [
      `evil.example:${port}`,
      'evil.example',
      'localhost',
      `localhost:${port + 1}`,
      `localhost.evil.example:${port}`,
      `127.0.0.1.evil.example:${port}`,
    ]
    for (const host of foreign) expect([host, await statusFor(host)]).toEqual([host, 403])
    // The token does not help, and is not traded.
    const { status, headers } = await ui.bare(`/?token=${ui.token}`, {
      headers: { host: `evil.example:${port}` },
    })
    expect([status, headers['set-cookie']]).toEqual([403, undefined])
  })

  it('answers to names of proxies that were allowed', async () => {
    await using ui = await serve([], { allowedHosts: ['tune.example', 'other.example:8443'] })
    const statusFor = async (host: string): Promise<number> =>
      (await ui.get('/api/session', { headers: { host } })).status
    expect(await statusFor('tune.example')).toBe(200)
    expect(await statusFor('tune.example:8080')).toBe(200)
    expect(await statusFor('other.example:8443')).toBe(200)
    expect(await statusFor('other.example')).toBe(403)
    expect(await statusFor('sub.tune.example')).toBe(403)
  })

  it('takes writes from its own page only', async () => {
    using place = folder()
    await madeStudy(place.file('a.db'), 'a')
    await using ui = await serve([place.file('a.db')])
    const { port } = ui.server
    const id = await firstId(ui)
    const cookie = await cookieOf(ui, ui.token)
    const post = async (headers: Record<string, string>): Promise<number> =>
      (
        await ui.bare(`/api/studies/${id}/commands`, {
          method: 'POST',
          headers: { cookie, 'content-type': json, ...headers },
          body: '{"kind":"pause"}',
        })
      ).status
    expect(await post({})).toBe(403)
    const foreign = ['http://evil.example', 'null', '', `http://localhost:${port}`]
    foreign.push(`http://127.0.0.1:${port + 1}`, `ftp://127.0.0.1:${port}`, 'http://127.0.0.1')
    for (const origin of foreign) expect([origin, await post({ origin })]).toEqual([origin, 403])
    expect((await ui.cards())[0]!.steering).toBeUndefined()
    const own = `http://127.0.0.1:${port}`
    expect(await post({ origin: own, 'sec-fetch-site': 'cross-site' })).toBe(403)
    expect(await post({ origin: own, 'content-type': 'text/plain' })).toBe(415)
    expect(await post({ origin: own, 'content-type': 'application/x-www-form-urlencoded' })).toBe(
      415,
    )
    expect(await post({ origin: own, 'content-type': '' })).toBe(415)
    expect(await post({ origin: own })).toBe(200)
  })

  it('does not answer scripts of other pages of this machine, whose cookies are the same', async () => {
    await using ui = await serve([])
    const cookie = await cookieOf(ui, ui.token)
    for (const site of ['same-site', 'cross-site']) {
      const headers = { cookie, 'sec-fetch-site': site, 'sec-fetch-mode': 'no-cors' }
      expect((await ui.bare('/api/session', { headers })).status).toBe(403)
    }
  })

  it('knows no other methods', async () => {
    await using ui = await serve([])
    for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
      const headers = { 'content-type': json }
      expect([method, (await ui.get('/api/studies', { method, headers })).status]).toEqual([
        method,
        405,
      ])
    }
  })
})

describe('what is sent', () => {
  it('carries the same strict headers on every answer', async () => {
    await using ui = await serve([])
    const replies = [
      await ui.bare('/'),
      await ui.get('/api/session'),
      await ui.get('/api/nothing'),
      await ui.get('/'),
      await ui.bare('/', { headers: { host: 'evil.example' } }),
    ]
    for (const { headers } of replies) {
      const policy = headers['content-security-policy'] as string
      expect(policy).toContain("default-src 'none'")
      expect(policy).toContain("frame-ancestors 'none'")
      expect(policy).not.toMatch(/unsafe|\*/)
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
      })
      expect(headers['access-control-allow-origin']).toBeUndefined()
    }
  })

  it('refuses bodies that are too large, told or not, and headers that are', async () => {
    using place = folder()
    await madeStudy(place.file('a.db'), 'a')
    await using ui = await serve([place.file('a.db')])
    const id = await firstId(ui)
    const large = JSON.stringify({ kind: 'pause', why: 'x'.repeat(1_100_000) })
    const headers = { 'content-type': json }
    const path = `/api/studies/${id}/commands`
    expect((await ui.get(path, { method: 'POST', headers, body: large })).status).toBe(413)
    const chunked = { ...headers, 'transfer-encoding': 'chunked' }
    expect((await ui.get(path, { method: 'POST', headers: chunked, body: large })).status).toBe(413)
    const long = { 'x-long': 'x'.repeat(40_000) }
    expect((await ui.get('/api/session', { headers: long })).status).toBe(431)
  })

  it('says what is wrong with a command, and nothing of the program', async () => {
    using place = folder()
    await madeStudy(place.file('a.db'), 'a')
    await using ui = await serve([place.file('a.db')])
    const id = await firstId(ui)
    const bodies = ['', 'nonsense', '[]', 'null', '{}', '{"kind":"rm"}', '{"kind":"skip"}']
    bodies.push('{"kind":"skip","trial":-1}', '{"kind":"skip","trial":99}')
    bodies.push('{"kind":"pause","why":5}', '{"kind":"enqueue","values":{"nope":1}}')
    bodies.push('{"kind":"pause","extra":1}', '{"kind":"enqueue","values":{"x":{"y":1}}}')
    for (const body of bodies) {
      const headers = { 'content-type': json }
      const reply = await ui.get(`/api/studies/${id}/commands`, { method: 'POST', headers, body })
      expect([body, reply.status >= 400 && reply.status < 500]).toEqual([body, true])
      const { error } = reply.json<{ error: { code: string; message: string } }>()
      expect(error.message).not.toMatch(/\.ts|\.js|at .*:\d+/)
    }
    expect(ui.reported).toEqual([])
  })

  it('refuses who sends commands without end', async () => {
    using place = folder()
    await madeStudy(place.file('a.db'), 'a')
    await using ui = await serve([place.file('a.db')])
    const id = await firstId(ui)
    const refused = Array.from({ length: 400 }, async () => {
      const { status } = await ui.command(id, { kind: 'rm' })
      if (status !== 429) throw new Error(`answered with ${status}`)
    })
    // Those that were let in have to wait; nobody does here.
    await Promise.any(refused)
    await ui[Symbol.asyncDispose]()
    await Promise.allSettled(refused)
  })
})

describe('files', () => {
  it('gives nothing outside of the folder of the page', async () => {
    using place = folder()
    mkdirSync(place.file('app/assets'), { recursive: true })
    writeFileSync(place.file('app/index.html'), '<script src="/assets/main-1.js"></script>')
    writeFileSync(place.file('app/assets/main-1.js'), 'let a = 1')
    writeFileSync(place.file('secret.js'), 'secret')
    writeFileSync(place.file('app/secret.js'), 'secret')
    await using ui = await serve([], { appFolder: place.file('app') })
    expect((await ui.get('/assets/main-1.js')).text()).toBe('let a = 1')
    const paths = [
      '/assets/../secret.js',
      '/assets/..%2fsecret.js',
      '/assets/..%2f..%2fsecret.js',
      '/assets/%2e%2e/secret.js',
      '/assets/..%5csecret.js',
      '/assets/.secret.js',
      '/assets//etc/passwd',
      '/assets/main-1.js%00.css',
      '/secret.js',
    ]
    for (const path of paths) expect((await ui.get(path)).text()).not.toContain('secret')
  })

  it('does not follow a path out by a request line that a browser would never send', async () => {
    await using ui = await serve([])
    const status = await new Promise((done, refuse) => {
      const sent = request(
        {
          host: '127.0.0.1',
          port: ui.server.port,
          path: 'http://evil.example/api/session',
          headers: { authorization: `Bearer ${ui.token}`, host: 'evil.example' },
        },
        (answer) => {
          answer.resume()
          done(answer.statusCode)
        },
      )
      sent.on('error', refuse)
      sent.end()
    })
    expect(status).toBe(403)
  })
})
