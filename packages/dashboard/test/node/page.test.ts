import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { appFolder, pageOf, staticPage } from '@attune/dashboard'

const hashOf = (text: string): string =>
  `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** What stands between two texts of a page. */
const within = (html: string, start: string, end: string): string => {
  const from = html.indexOf(start) + start.length
  expect(from).toBeGreaterThan(start.length)
  return html.slice(from, html.indexOf(end, from))
}

describe('a page of its own', () => {
  const packed = Uint8Array.from({ length: 3000 }, (_, k) => (k * k) % 251)

  it('carries a study as it is', async () => {
    const html = await pageOf(packed, 'digits')
    const data = within(html, 'id="attune-data">', '</script>')
    expect(gunzipSync(Buffer.from(data, 'base64'))).toEqual(Buffer.from(packed))
  })

  it('is called as the study, whatever that is', async () => {
    const name = '</title><script>ran()</script> $& $1'
    const html = await pageOf(packed, name)
    expect(html).toContain(
      '<title>&lt;/title>&lt;script>ran()&lt;/script> $&amp; $1 · attune</title>',
    )
    expect(html).not.toContain('<script>ran()')
  })

  it('permits its own script and style and nothing else', async () => {
    const html = await pageOf(packed, 'digits')
    const policy = within(html, 'http-equiv="Content-Security-Policy" content="', '"')
    const script = within(html, '<script type="module">', '</script>')
    const style = within(html, '<style>', '</style>')
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      `script-src ${hashOf(script)}`,
      `style-src ${hashOf(style)}`,
      'worker-src blob:',
      'img-src data: blob:',
      "base-uri 'none'",
      "form-action 'none'",
    ])
    const markup = html.replaceAll(/<(script|style)[^>]*>[^]*?<\/\1>/g, '')
    expect(markup).not.toMatch(/\b(?:src|href)="(?!data:)/)
  })

  it('is there without a study too, with the notices of what it is made of', () => {
    const html = readFileSync(staticPage, 'utf8')
    expect(html).not.toContain('id="attune-data"')
    for (const name of ['preact', '@preact/signals', 'MIT License']) expect(html).toContain(name)
  })
})

describe('the built app', () => {
  const index = readFileSync(join(appFolder, 'index.html'), 'utf8')
  const first = [...index.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map(([, file]) => file!)

  it('needs at most 60 kB for the list of studies', () => {
    expect(first.length).toBeGreaterThan(1)
    const bytes = first.map(
      (file) => gzipSync(readFileSync(join(appFolder, file)), { level: 9 }).length,
    )
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(60_000)
  })

  it('has what it needs compressed beside itself', () => {
    const script = first.find((file) => file.endsWith('.js'))!
    const text = readFileSync(join(appFolder, script))
    expect(gunzipSync(readFileSync(join(appFolder, `${script}.gz`)))).toEqual(text)
    expect(existsSync(join(appFolder, `${script}.br`))).toBe(true)
    expect(readFileSync(join(appFolder, 'licences.txt'), 'utf8')).toContain('preact')
  })

  it('has no script or style in its markup', () => {
    expect(index).not.toMatch(/<style|style=|<script(?![^>]*src=)|\son\w+=/)
  })
})
