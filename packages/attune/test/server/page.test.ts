import { mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'

import type { Folder } from './support/ui.ts'
import { folder, madeStudy, serve } from './support/ui.ts'

const html = `<!doctype html><html><head><meta name="attune-base" content="/"><script type="module" src="./assets/index-a1.js"></script><link rel="stylesheet" href="/assets/index-b2.css"></head></html>`

function builtPage(place: Folder): string {
  mkdirSync(place.file('app/assets'), { recursive: true })
  writeFileSync(place.file('app/index.html'), html)
  const early = '<link rel="modulepreload" href="/assets/study-c3.js"></head>'
  writeFileSync(place.file('app/study.html'), html.replace('</head>', early))
  const script = `export const a = ${JSON.stringify('x'.repeat(5_000))}`
  writeFileSync(place.file('app/assets/index-a1.js'), script)
  writeFileSync(place.file('app/assets/index-b2.css'), `a { color: red }${' '.repeat(2_000)}`)
  return place.file('app')
}

describe('the page', () => {
  it('is given for every view, and not cached', async () => {
    using place = folder()
    await using ui = await serve([], { appFolder: builtPage(place) })
    for (const path of ['/', '/study/a-1', '/study/a-1/charts?trial=3', '/compare?ids=a']) {
      const { status, headers, text } = await ui.get(path)
      expect([path, status, headers['content-type'], headers['cache-control']]).toEqual([
        path,
        200,
        'text/html; charset=utf-8',
        'no-cache',
      ])
      expect(text()).toContain('src="/assets/index-a1.js"')
      // A study's page names what it needs.
      expect(text().includes('href="/assets/study-c3.js"')).toBe(path.startsWith('/study/'))
    }
    expect((await ui.get('/api/nothing')).status).toBe(404)
    expect((await ui.get('/assets/nothing.js')).status).toBe(404)
  })

  it('has files that are kept for good, compressed as the browser takes them', async () => {
    using place = folder()
    await using ui = await serve([], { appFolder: builtPage(place) })
    const ask = (encoding: string): ReturnType<typeof ui.get> =>
      ui.get('/assets/index-a1.js', { headers: { 'accept-encoding': encoding } })
    const plain = await ask('identity')
    expect(plain.headers['cache-control']).toContain('immutable')
    expect(plain.headers['content-type']).toBe('text/javascript; charset=utf-8')
    const br = await ask('gzip, deflate, br, zstd')
    expect(br.headers['content-encoding']).toBe('br')
    expect(brotliDecompressSync(br.body)).toEqual(plain.body)
    const gz = await ask('gzip;q=0.5, br;q=0')
    expect(gz.headers['content-encoding']).toBe('gzip')
    expect(gunzipSync(gz.body)).toEqual(plain.body)
    const etag = plain.headers.etag as string
    const again = await ui.get('/assets/index-a1.js', { headers: { 'if-none-match': etag } })
    expect([again.status, again.body.length]).toEqual([304, 0])
  })

  it('prefers what was compressed when it was built', async () => {
    using place = folder()
    const app = builtPage(place)
    writeFileSync(place.file('app/assets/index-a1.js.gz'), gzipSync('built before'))
    await using ui = await serve([], { appFolder: app })
    const headers = { 'accept-encoding': 'gzip' }
    const { body } = await ui.get('/assets/index-a1.js', { headers })
    expect(gunzipSync(body).toString()).toBe('built before')
  })

  it('is the new one when it was built anew', async () => {
    using place = folder()
    await using ui = await serve([], { appFolder: builtPage(place) })
    await ui.get('/')
    writeFileSync(place.file('app/index.html'), 'anew')
    utimesSync(place.file('app/index.html'), 9, 9)
    expect((await ui.get('/')).text()).toBe('anew')
  })

  it('says how to install it where it is missing', async () => {
    await using ui = await serve([])
    const { status, text } = await ui.get('/')
    expect(status).toBe(503)
    expect(text()).toContain('npm install @attune/dashboard')
  })
})

describe('a prefix', () => {
  it('stands in front of all that the page loads, whether the proxy takes it away or not', async () => {
    using place = folder()
    await madeStudy(place.file('a.db'), 'a', 1)
    const options = { appFolder: builtPage(place), prefix: 'attune/' }
    await using ui = await serve([place.file('a.db')], options)
    expect(new URL(ui.server.link).pathname).toBe('/attune/')
    for (const path of ['/attune/study/x', '/study/x', '/attune', '/attune/']) {
      const text = (await ui.get(path)).text()
      expect(text).toContain('src="/attune/assets/index-a1.js"')
      expect(text).toContain('href="/attune/assets/index-b2.css"')
      expect(text.includes('href="/attune/assets/study-c3.js"')).toBe(path.endsWith('/study/x'))
      expect(text).toContain('<meta name="attune-base" content="/attune/">')
    }
    expect((await ui.get('/attune/assets/index-a1.js')).status).toBe(200)
    expect((await ui.get('/attune/api/studies')).json()).toHaveLength(1)
    // Another path that begins alike is a view of the page.
    expect((await ui.get('/attuned/api/studies')).text()).toContain('<html>')
    const traded = await ui.bare(`/attune/?token=${ui.token}`)
    expect(traded.headers.location).toBe('/attune/')
    expect(traded.headers['set-cookie']?.[0]).toContain('Path=/attune/')
    // Of a proxy that takes it away.
    const stripped = await ui.bare(`/study/x?token=${ui.token}`)
    expect(stripped.headers.location).toBe('/attune/study/x')
  })

  it('is made of plain names', async () => {
    for (const prefix of ['/a/../b', '/a b', '/<script>', '/a"b']) {
      await expect(serve([], { prefix })).rejects.toThrow('--prefix')
    }
  })
})

describe('the place', () => {
  it('is a port that is free, or the one that is asked for', async () => {
    const taken = createServer()
    await new Promise<void>((done) => taken.listen(0, '127.0.0.1', done))
    const { port } = taken.address() as AddressInfo
    await expect(serve([], { port })).rejects.toThrow(`Port ${port} is taken`)
    taken.close()
    await using first = await serve([], { port: undefined })
    await using second = await serve([], { port: undefined })
    expect(second.server.port).toBeGreaterThan(first.server.port)
    expect(first.server.port).toBeGreaterThanOrEqual(4280)
  })

  it('is an address of this machine', async () => {
    await expect(serve([], { host: '203.0.113.9' })).rejects.toThrow('no address 203.0.113.9')
  })

  it('that all can reach lets nobody in without the token, and shows a link that others can follow', async () => {
    await using ui = await serve([], { host: '0.0.0.0' })
    expect((await ui.bare('/api/session')).status).toBe(401)
    expect(new URL(ui.server.link).hostname).not.toBe('0.0.0.0')
    expect((await ui.get('/api/session', { headers: { host: 'evil.example' } })).status).toBe(403)
  })
})
