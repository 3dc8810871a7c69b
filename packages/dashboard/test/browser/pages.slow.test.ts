import { describe, expect, it } from 'vitest'

import { seriousIssues } from './axe.ts'
import { chromiumProgram } from './harness.ts'
import type { Served } from './served.ts'
import { serve } from './served.ts'

const tabs = [
  '',
  '/charts',
  '/trials',
  '/timeline',
  '/failures',
  '/importance',
  '/judge',
  '/settings',
]

/** Every page of the app. */
function pagesOf({ idOf }: Served): readonly string[] {
  const id = idOf('small-net')
  const other = idOf('conditional')
  const two = idOf('two-objectives')
  return [
    '/',
    `/compare?ids=${id},${other}`,
    ...tabs.map((tab) => `/study/${id}${tab}`),
    `/study/${id}?trial=17`,
    `/study/${two}`,
    `/study/${two}/charts`,
  ]
}

describe.runIf(chromiumProgram !== undefined)('every page', () => {
  const served = serve(['small-net', 'conditional', 'two-objectives'])

  it.each(['light', 'dark'] as const)(
    'shows itself without a complaint, and axe finds nothing serious: %s',
    async (scheme) => {
      const found: string[] = []
      for (const path of pagesOf(served())) {
        await using watched = await served().open(path, { scheme })
        const { page, complaints } = watched
        found.push(...(await seriousIssues(page)).map((issue) => `${path}: ${issue}`))
        found.push(...complaints.map((complaint) => `${path}: ${complaint}`))
        const headings = await page.locator('h1').count()
        if (headings !== 1) found.push(`${path}: ${headings} headings of the first level`)
        const nodes = await page.evaluate(() => document.querySelectorAll('*').length)
        if (nodes > 2500) found.push(`${path}: ${nodes} elements`)
      }
      expect(found).toEqual([])
    },
  )

  it('fits a window of 390 and of 360 pixels', async () => {
    const found: string[] = []
    for (const path of pagesOf(served())) {
      for (const width of [390, 360]) {
        await using watched = await served().open(path, { width, height: 844 })
        const { page, complaints } = watched
        const shown = await page.evaluate(() => document.documentElement.scrollWidth)
        if (shown > width) found.push(`${path}: ${shown} pixels wide in ${width}`)
        found.push(...complaints.map((complaint) => `${path}: ${complaint}`))
      }
    }
    expect(found).toEqual([])
  })
})
