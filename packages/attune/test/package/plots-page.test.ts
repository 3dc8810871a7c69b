import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { chartKinds } from '@attune/core'

const root = resolve(import.meta.dirname, '../../../..')
const file = join(root, 'docs/guides/plots.md')
const page = readFileSync(file, 'utf8')

describe('the guide to charts', () => {
  it('lists every chart with what it shows and its options', () => {
    const rows = [...page.matchAll(/^\| `([\w-]+)` \| (.*) \| (.*)\|$/gm)].map(
      ([, name, about, flags = '']) => [name, about, flags.replaceAll(/[` ]/g, '')],
    )
    expect(rows).toEqual(
      Object.entries(chartKinds).map(([name, { about, flags }]) => [
        name,
        about,
        flags.map((flag) => `--${flag}`).join(','),
      ]),
    )
  })

  it('has the pictures and pages that it points to', () => {
    const links = [...page.matchAll(/\]\(([^)#\s]+)/g)].map(([, link]) => link!)
    expect(links.length).toBeGreaterThan(10)
    for (const link of links) expect(existsSync(join(dirname(file), link)), link).toBe(true)
  })

  it('shows code that works', async () => {
    const [, code = ''] = /^```ts\n([^]*?)^```/m.exec(page) ?? []
    const script = join(import.meta.dirname, `plots-${process.pid}.tmp.ts`)
    const log = vi.spyOn(console, 'log').mockImplementation(() => {})
    try {
      writeFileSync(script, code.replace("'attune'", "'../../src/index.ts'"))
      await import(script)
      expect(log.mock.calls[0]![0]).toMatch(/^value by trial, minimized: best /)
      expect(log.mock.calls[1]![0]).toEqual(['mark', 'trial', 'value', 'label'])
      expect(log.mock.calls[2]![0]).toBeGreaterThan(1000)
    } finally {
      log.mockRestore()
      rmSync(script)
    }
  })
})
