import { createStudy, float, openJournal, space } from 'attune'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { chromiumProgram, startUi } from './harness.ts'
import { serve } from './served.ts'

const namesOf = (page: Page): Promise<string[]> =>
  page.locator('tbody .name-line a').allInnerTexts()

describe.runIf(chromiumProgram !== undefined)('the list of studies', () => {
  const served = serve(['small-net', 'conditional', 'two-objectives', 'one-param', 'empty'])

  it('is filtered and sorted, and stands so in its address', async () => {
    await using watched = await served().open('/')
    const { page, complaints } = watched
    await page.keyboard.press('/')
    await page.keyboard.type('one')
    await expect.poll(() => namesOf(page)).toEqual(['one-param'])
    expect(page.url()).toMatch(/\?q=one$/)
    await page.keyboard.press('Escape')
    await expect.poll(async () => (await namesOf(page)).length).toBe(5)
    await page.getByRole('columnheader', { name: 'Trials' }).getByRole('button').click()
    const byTrials = ['two-objectives', 'small-net', 'conditional', 'one-param', 'empty']
    await expect.poll(() => namesOf(page)).toEqual(byTrials)
    await page.reload()
    await expect.poll(() => namesOf(page)).toEqual(byTrials)
    await page.getByRole('columnheader', { name: 'Trials' }).getByRole('button').click()
    await expect.poll(() => namesOf(page)).toEqual(byTrials.toReversed())
    expect(complaints).toEqual([])
  })

  it('leads by keys to a study and back', async () => {
    await using watched = await served().open('/?sort=name')
    const { page } = watched
    for (const key of ['j', 'j', 'k', 'o']) await page.keyboard.press(key)
    await expect.poll(() => page.url()).toContain('/study/conditional')
    await page.keyboard.press('g')
    await page.keyboard.press('l')
    await expect.poll(() => page.locator('h1').innerText()).toBe('Studies')
    await page.keyboard.press('?')
    expect(await page.getByRole('dialog', { name: 'Keys' }).innerText()).toContain('Filter studies')
    await page.keyboard.press('Escape')
    expect(await page.getByRole('dialog').count()).toBe(0)
  })

  it('renames, archives and takes that back', async () => {
    await using watched = await served().open('/?sort=name')
    const { page, complaints } = watched
    await page.getByRole('button', { name: 'Actions of one-param' }).click()
    await page.getByRole('menuitem', { name: 'Rename' }).click()
    await page.getByLabel('Title').fill('A <b>new</b> title')
    await page.keyboard.press('Enter')
    await expect.poll(() => namesOf(page)).toContain('A <b>new</b> title')
    await page.getByRole('button', { name: 'Actions of A <b>new</b> title' }).click()
    await page.getByRole('menuitem', { name: 'Archive' }).click()
    await expect.poll(async () => (await namesOf(page)).length).toBe(4)
    await page.getByRole('button', { name: 'Undo' }).click()
    await expect.poll(async () => (await namesOf(page)).length).toBe(5)
    expect(complaints).toEqual([])
  })

  it('shows a study that begins, and leaves the others where they are', async () => {
    await using watched = await served().open('/')
    const { page } = watched
    const before = await namesOf(page)
    await using journal = await openJournal(served().file, 'just-begun')
    const study = await createStudy({
      ...{ name: 'just-begun', journal, seed: 1 },
      space: space({ x: float(0, 1) }),
      objective: { minimize: 'loss' },
    })
    await study.optimize(({ params }) => params.x, { trials: 3 })
    await expect.poll(() => namesOf(page)).toEqual(['just-begun', ...before])
    const row = page.locator('tr', { hasText: 'just-begun' })
    await expect.poll(() => row.locator('.trials').innerText()).toBe('3')
  })

  it('compares the studies that are chosen, and says when that makes no sense', async () => {
    await using watched = await served().open('/')
    const { page, complaints } = watched
    await page.getByLabel('Choose conditional').check()
    await page.getByLabel('Choose small-net').check()
    await page.getByRole('link', { name: 'Compare' }).click()
    await page.getByRole('figure', { name: 'Best loss so far' }).waitFor()
    const rows = page.locator('.compare-table tbody tr')
    await expect.poll(() => rows.count()).toBe(2)
    expect(await rows.first().innerText()).toMatch(/^small-net\s+0\.0\d+/)
    const ids = ['small-net', 'conditional', 'two-objectives'].map(served().idOf).join(',')
    await page.goto(`${served().server.origin}/compare?ids=${ids}`)
    await page.getByText('do not aim at the same thing').waitFor()
    await page.getByRole('button', { name: 'Leave it out' }).click()
    await page.getByRole('figure', { name: 'Best loss so far' }).waitFor()
    expect(complaints).toEqual([])
  })

  it('says when the server is gone, and asks for the new link when another has come', async () => {
    const { file, browser } = served()
    const first = await startUi({ journals: [file], flags: ['--read-only'] })
    const context = await browser.newContext()
    const page = await context.newPage()
    await page.goto(first.link)
    await page.getByText('read-only').waitFor()
    await page.getByRole('button', { name: 'Actions of conditional' }).click()
    expect(await page.getByRole('menuitem', { name: 'Rename' }).count()).toBe(0)
    await page.keyboard.press('Escape')
    await first.kill()
    await page.getByText('The server does not answer').waitFor()
    await using second = await startUi({ journals: [file], port: Number(new URL(first.link).port) })
    await page.getByRole('heading', { name: 'Open the link from the terminal' }).waitFor()
    await page.goto(second.link)
    await page.getByRole('button', { name: 'Actions of conditional' }).waitFor()
    await context.close()
  })
})
