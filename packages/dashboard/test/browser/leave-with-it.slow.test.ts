import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'

import { temporaryFolder } from '../../../attune/test/journals/temporary.ts'
import { rowsShown, soon } from './hands.ts'
import { chromiumProgram, openPage, scrollThrough, settle } from './harness.ts'
import { serve } from './served.ts'

const staticPage = pathToFileURL(resolve(import.meta.dirname, '../../dist/static/index.html')).href

/** What the top of a study says, without what depends on the clock. */
const answers = async (page: Page): Promise<string[]> => [
  await page.locator('h1').innerText(),
  ...(await page.locator('.fact-best, .fact-progress').allInnerTexts()),
]

const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const element = document.activeElement
    return element?.getAttribute('aria-label') ?? element?.textContent ?? ''
  })

describe.runIf(chromiumProgram !== undefined)('a study that is taken along', () => {
  const served = serve(['small-net'])

  it('as its journal is the same study on the page for files', async () => {
    using folder = temporaryFolder()
    const file = folder.file('taken.jsonl')
    await using there = await served().open(`/study/${served().idOf('small-net')}`)
    await there.page.getByRole('button', { name: 'Export' }).click()
    const coming = there.page.waitForEvent('download')
    await there.page.getByRole('menuitem', { name: /^Journal/ }).click()
    const taken = await coming
    expect(taken.suggestedFilename()).toBe('small-net.jsonl')
    await taken.saveAs(file)
    expect(readFileSync(file, 'utf8')).toMatch(/^\{"type":"study-created"/)

    await using watched = await openPage(served().browser, { offline: true })
    const { page, complaints } = watched
    await page.goto(staticPage)
    await page.getByLabel('A journal of JSON lines').setInputFiles(file)
    await page.getByRole('heading', { level: 1, name: 'small-net' }).waitFor()
    await settle(page)
    await soon(() => answers(page)).toEqual(await answers(there.page))
    expect(complaints).toEqual([])
  })

  it('is walked through with the keyboard alone, into a trial and back', async () => {
    await using watched = await served().open('/')
    const { page, complaints } = watched
    const tabTo = async (name: RegExp | string): Promise<void> => {
      for (let i = 0; i < 60; i++) {
        await page.keyboard.press('Tab')
        const label = await focused(page)
        if (typeof name === 'string' ? label === name : name.test(label)) return
      }
      throw new Error(`Tab does not come to ${String(name)}.`)
    }
    await page.keyboard.press('/')
    await page.keyboard.type('small')
    await tabTo('small-net')
    await page.keyboard.press('Enter')
    await settle(page)
    await tabTo(/^Trials/)
    await page.keyboard.press('Enter')
    await soon(() => rowsShown(page).catch(() => 0)).toBe(200)
    await tabTo('Trials')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    const drawer = page.getByRole('dialog', { name: /^Trial \d/ })
    await drawer.waitFor()
    expect(await focused(page)).toBe('Trials')
    const opened = await drawer.getAttribute('aria-label')
    await page.keyboard.press('ArrowRight')
    await soon(() => drawer.getAttribute('aria-label')).not.toBe(opened)
    // Enter once more goes into it, and closing it leads back.
    await page.keyboard.press('Enter')
    await soon(() => focused(page)).toMatch(/^Trial \d/)
    await page.keyboard.press('Tab')
    expect(await focused(page)).toMatch(/Trial before|Next trial/)
    await page.keyboard.press('Escape')
    await drawer.waitFor({ state: 'detached' })
    expect(await focused(page)).toBe('Trials')
    expect(complaints).toEqual([])
  })

  it('shows its history by time and as regret when the address says so, and how many trials are left out', async () => {
    const id = served().idOf('small-net')
    await using watched = await served().open(
      `/study/${id}?by=time&view=regret&quartiles=1&out=trials(0-4)`,
    )
    const { page, complaints } = watched
    const chart = page.getByRole('figure', { name: 'Distance to the best loss by time' })
    await chart.waitFor()
    await page.getByText('5 trials left out of the charts of this page').waitFor()
    await page.getByLabel('History by').selectOption('seconds')
    await page.getByRole('checkbox', { name: 'Distance to the best' }).uncheck()
    await page.getByRole('figure', { name: 'loss by time spent' }).waitFor()
    expect(new URL(page.url()).searchParams.get('by')).toBe('seconds')
    expect(new URL(page.url()).searchParams.has('view')).toBe(false)
    await page.getByRole('button', { name: 'Put back' }).click()
    await page.getByText('left out of the charts').waitFor({ state: 'detached' })
    await page.getByRole('link', { name: 'Timeline' }).click()
    await settle(page)
    await scrollThrough(page)
    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight))
    await page.getByRole('figure', { name: 'Trials stopped by step' }).waitFor()
    expect(complaints).toEqual([])
  })
})
