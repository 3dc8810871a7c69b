import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { start, writeStudy } from '../../../attune/test/cli/support/attune.ts'
import { temporaryFolder } from '../../../attune/test/journals/temporary.ts'
import { appendTrials } from '../made-studies.ts'
import { chartOf, dragOver, soon, ticksOf, trialsCounted } from './hands.ts'
import {
  cardsOf,
  chromiumProgram,
  openBrowser,
  openPage,
  settle,
  signIn,
  startUi,
} from './harness.ts'
import { serve } from './served.ts'

describe.runIf(chromiumProgram !== undefined)('a study that grows', () => {
  const served = serve(['many-2000'])

  it('keeps zoom, selection and scroll when 1,000 trials come, and shows them', async () => {
    const { file, idOf } = served()
    await using watched = await served().open(`/study/${idOf('many-2000')}`)
    const { page, complaints, requests } = watched
    const history = chartOf(page, /history|loss/i)
    await dragOver(page, history, [0.5, 0.3], [0.6, 0.7])
    const bar = page.getByRole('region', { name: 'Selection' })
    await bar.waitFor()
    const selected = await bar.getByRole('status').innerText()
    await history.getByRole('button', { name: /^Zoom/ }).click()
    const before = await ticksOf(history)
    await dragOver(page, history, [0.3, 0.3], [0.6, 0.8])
    await soon(() => ticksOf(history)).not.toEqual(before)
    const zoomed = await ticksOf(history)
    // Over the chart the wheel would zoom now.
    await page.mouse.move(5, 500)
    await page.mouse.wheel(0, 240)
    await page.waitForTimeout(300)
    const scroll = await page.evaluate(() => scrollY)
    const asked = requests.length

    await appendTrials(file, 'many-2000', 2000, 1000)

    await soon(() => trialsCounted(page)).toBe(3000)
    await page.waitForTimeout(1000)
    expect(await ticksOf(history)).toEqual(zoomed)
    expect(await page.evaluate(() => scrollY)).toBe(scroll)
    expect(await bar.getByRole('status').innerText()).toBe(selected)
    await history.getByRole('button', { name: /Show all again/ }).click()
    await soon(() => ticksOf(history)).toContain('3000')
    expect(requests.length - asked).toBeLessThanOrEqual(4)
    expect(complaints).toEqual([])
  })

  it('asks for nothing while nothing happens', async () => {
    await using watched = await served().open(`/study/${served().idOf('many-2000')}`)
    const { page, requests } = watched
    await page.waitForTimeout(1000)
    const asked = requests.length
    await page.waitForTimeout(5000)
    expect(requests.slice(asked)).toEqual([])
  })
})

describe.runIf(chromiumProgram !== undefined)('a study that attune runs', () => {
  it('is followed trial by trial, and obeys the page', async () => {
    using folder = temporaryFolder()
    writeStudy(folder.path, 'live', 'trials: 400\nworkers: 2', 150)
    const run = start(['run', 'study.yaml', '--json'], folder.path)
    const browser = await openBrowser()
    try {
      await soon(() => run.stdout()).toContain('"type":"trial"')
      await using server = await startUi({ journals: [join(folder.path, 'attune.db')] })
      await using watched = await openPage(browser)
      const { page, context, complaints } = watched
      await signIn(context, server)
      const card = (await cardsOf(context, server)).get('live')!
      await page.goto(`${server.origin}/study/${card.id}/trials`)
      await settle(page)
      const count = (): Promise<number> => trialsCounted(page)
      const first = await count()
      await soon(count).toBeGreaterThan(first + 2)

      await page.getByRole('button', { name: 'Pause', exact: true }).click()
      await page.getByRole('button', { name: 'Resume' }).waitFor()
      // What runs goes on to its end.
      await page.waitForTimeout(3000)
      const paused = await count()
      await page.waitForTimeout(2500)
      expect(await count()).toBe(paused)

      await page.getByRole('button', { name: 'Resume' }).click()
      await soon(count).toBeGreaterThan(paused)

      await page.getByRole('button', { name: 'Pause or stop' }).click()
      await page.getByRole('menuitem', { name: /Stop now/ }).click()
      await page.getByRole('button', { name: 'Stop now', exact: true }).click()
      const { code } = await run.ended
      expect(code).not.toBe(null)
      expect(run.stdout()).toContain('stopped')
      expect(complaints).toEqual([])
    } finally {
      run.kill('SIGTERM')
      await run.ended
      await browser.close()
    }
  })
})
