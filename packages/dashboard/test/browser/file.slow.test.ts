import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

import { describe, expect, it } from 'vitest'

import { temporaryFolder } from '../../../attune/test/journals/temporary.ts'
import { evilName, writeStudies } from '../made-studies.ts'
import { rowsShown, soon } from './hands.ts'
import { chromiumProgram, openBrowser, openPage, settle } from './harness.ts'
import { serve, writeLines } from './served.ts'

const staticPage = pathToFileURL(resolve(import.meta.dirname, '../../dist/static/index.html')).href

describe.runIf(chromiumProgram !== undefined)('without a server', () => {
  const served = serve(['small-net', evilName, 'many-10000'])

  it('a journal of JSON lines is dropped on the page, from a file and without a network', async () => {
    using folder = temporaryFolder()
    const journal = await writeLines(folder.path, 'small-net')
    await using watched = await openPage(served().browser, { offline: true })
    const { page, complaints, requests } = watched
    await page.goto(staticPage)
    await page.getByLabel('A journal of JSON lines').setInputFiles(journal)
    await page.getByRole('heading', { level: 1, name: 'small-net' }).waitFor()
    await settle(page)
    await page
      .getByRole('link', { name: /^Trials/ })
      .or(page.getByRole('tab', { name: /Trials/ }))
      .first()
      .click()
    await soon(() => rowsShown(page).catch(() => 0)).toBe(200)
    expect(requests.filter((url) => !url.startsWith('file:'))).toEqual([])
    expect(complaints).toEqual([])
  })

  it('a journal that is none is refused in words', async () => {
    using folder = temporaryFolder()
    await using watched = await openPage(served().browser, { offline: true })
    const { page, complaints } = watched
    for (const [name, text, words] of [
      ['a.jsonl', 'no json\n', /JSON|journal/],
      ['b.jsonl', '', /empty|no study|nothing/i],
      ['c.jsonl', '{"type":"study-created","version":99,"at":1,"study":{}}\n', /newer/],
      ['d.jsonl', '{"a":1}\n', /event|journal/],
    ] as const) {
      const file = folder.file(name)
      writeFileSync(file, text)
      await page.goto('about:blank')
      await page.goto(staticPage)
      await page.getByLabel('A journal of JSON lines').setInputFiles(file)
      await soon(() => page.locator('body').innerText(), { message: name }).toMatch(words)
    }
    expect(complaints).toEqual([])
  })

  it.each(['small-net', evilName, 'many-10000'])(
    '%s is taken along in one file of at most 1.5 MB',
    async (name) => {
      using folder = temporaryFolder()
      const file = folder.file('taken.html')
      {
        await using watched = await served().open(`/study/${served().idOf(name)}`)
        const { page } = watched
        await page.getByRole('button', { name: 'Export' }).click()
        const coming = page.waitForEvent('download')
        await page.getByRole('menuitem', { name: /Page of its own/ }).click()
        await (await coming).saveAs(file)
      }
      expect(readFileSync(file).length).toBeLessThan(1_500_000)
      await using watched = await openPage(served().browser, { offline: true })
      const { page, complaints, requests } = watched
      await page.goto(pathToFileURL(file).href)
      await page.locator('figure canvas').first().waitFor()
      await settle(page)
      expect(requests.filter((url) => !url.startsWith('file:'))).toEqual([])
      expect(complaints).toEqual([])
      expect(await page.evaluate(() => '__ran' in globalThis)).toBe(false)
      expect(await page.locator('h1').innerText()).not.toBe('')
      expect(await page.getByRole('button', { name: 'Pause', exact: true }).count()).toBe(0)
    },
  )

  it('a journal of 10,000 trials is dropped', async () => {
    using folder = temporaryFolder()
    const journal = folder.file('many.jsonl')
    await writeStudies(journal, ['many-10000'])
    const browser = await openBrowser()
    try {
      await using watched = await openPage(browser, { offline: true })
      await watched.page.goto(staticPage)
      await watched.page.getByLabel('A journal of JSON lines').setInputFiles(journal)
      await soon(() => watched.page.locator('body').innerText()).toContain('10,000')
      expect(watched.complaints).toEqual([])
    } finally {
      await browser.close()
    }
  })
})
