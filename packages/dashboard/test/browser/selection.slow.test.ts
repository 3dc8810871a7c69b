import { describe, expect, it } from 'vitest'

import { cellsOf, chartOf, dragOver, rowsShown, soon } from './hands.ts'
import { chromiumProgram } from './harness.ts'
import { serve } from './served.ts'

describe.runIf(chromiumProgram !== undefined)('one selection', () => {
  const served = serve(['small-net', 'many-2000'])

  it('that is brushed in one chart holds in the others, in the table, in the address and after a reload', async () => {
    await using watched = await served().open(`/study/${served().idOf('small-net')}`)
    const { page, complaints } = watched
    await dragOver(page, chartOf(page, /history|loss/i), [0.4, 0.2], [0.8, 0.9])
    const bar = page.getByRole('region', { name: 'Selection' })
    await bar.waitFor()
    const words = (): Promise<string> => bar.getByRole('status').locator('b').innerText()
    await soon(words).toMatch(/^[1-9]\d* trials?$/)
    const count = Number.parseInt(await words())
    expect(count).toBeLessThan(200)
    expect(new URL(page.url()).searchParams.get('sel')).not.toBe(null)
    // All charts of trials step back behind those that are selected.
    await soon(() => page.locator('figure canvas.dimmed').count()).toBeGreaterThanOrEqual(2)
    await bar.getByRole('button', { name: 'Table' }).click()
    await soon(() => rowsShown(page).catch(() => 0)).toBe(count)
    await page.reload()
    await soon(() => rowsShown(page).catch(() => 0)).toBe(count)
    await page.keyboard.press('Escape')
    await soon(() => bar.count()).toBe(0)
    expect(complaints).toEqual([])
  })

  it('opens a trial by a click, goes on by arrows, and closes by Escape', async () => {
    await using watched = await served().open(`/study/${served().idOf('small-net')}/trials`)
    const { page, complaints } = watched
    await page.getByRole('grid', { name: 'Trials' }).getByRole('row').nth(3).click()
    const drawer = page.getByRole('dialog')
    await drawer.waitFor()
    const first = new URL(page.url()).searchParams.get('trial')
    expect(await drawer.locator('h2').innerText()).toBe(`Trial ${first}`)
    await page.keyboard.press('ArrowRight')
    await soon(() => new URL(page.url()).searchParams.get('trial')).not.toBe(first)
    await page.keyboard.press('Escape')
    await soon(() => drawer.count()).toBe(0)
    expect(new URL(page.url()).searchParams.get('trial')).toBe(null)
    expect(complaints).toEqual([])
  })

  it('opens a trial from a point of a chart, by the pointer and by keys', async () => {
    await using watched = await served().open(`/study/${served().idOf('small-net')}`)
    const { page, complaints } = watched
    const area = chartOf(page, /loss by trial/).locator('.plot-area')
    const drawer = page.getByRole('dialog', { name: /^Trial \d+$/ })
    await area.focus()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Enter')
    await drawer.waitFor()
    // The first ends the walk along the points.
    for (let i = 0; i < 2; i++) await page.keyboard.press('Escape')
    await soon(() => drawer.count()).toBe(0)
    // Somewhere along the line of the best there is a point.
    const box = (await area.boundingBox())!
    for (let x = 0.2; x < 0.9 && (await drawer.count()) === 0; x += 0.01) {
      await page.mouse.click(box.x + x * box.width, box.y + 0.8 * box.height)
    }
    await drawer.waitFor()
    expect(complaints).toEqual([])
  })

  it('finds a trial again by its address', async () => {
    const path = `/study/${served().idOf('small-net')}?trial=40`
    await using watched = await served().open(path)
    const drawer = watched.page.getByRole('dialog', { name: 'Trial 40' })
    await drawer.waitFor()
    expect(await drawer.innerText()).toContain('CUDA out of memory')
  })

  it('filters the table by an expression, and says what is wrong with one', async () => {
    await using watched = await served().open(`/study/${served().idOf('many-2000')}/trials`)
    const { page, complaints } = watched
    await soon(() => rowsShown(page)).toBe(2000)
    const field = page.getByRole('combobox', { name: /Filter/ })
    await field.fill('loss < 0.3 and optimizer == "adam"')
    await soon(() => rowsShown(page)).toBeLessThan(2000)
    const few = await rowsShown(page)
    expect(few).toBeGreaterThan(0)
    expect(new URL(page.url()).searchParams.get('filter')).toContain('loss < 0.3')
    await field.fill('lossy < 0.3')
    await soon(() => page.locator('#filter-problem').innerText()).toMatch(/lossy/)
    expect(await rowsShown(page)).toBe(few)
    expect(complaints).toEqual([])
  })

  it('sorts the table by a column, both ways', async () => {
    await using watched = await served().open(`/study/${served().idOf('many-2000')}/trials`)
    const { page, complaints } = watched
    const head = page.getByRole('columnheader', { name: /^loss/ })
    const column = await head.evaluate((cell) =>
      [...cell.parentElement!.querySelectorAll('[role=columnheader]')].indexOf(cell),
    )
    const values = async (): Promise<number[]> =>
      (await cellsOf(page, column))
        .flatMap((text) => (text.trim() === '' ? [] : [Number(text)]))
        .filter(Number.isFinite)
    for (let i = 0; i < 2; i++) {
      await head.getByRole('button').click()
      await soon(() => head.getAttribute('aria-sort')).not.toBe('none')
      await page.waitForTimeout(500)
      // Whoever sorts by the keyboard stays where they were.
      expect(await head.evaluate((cell) => cell.contains(document.activeElement))).toBe(true)
      const shown = await values()
      expect(shown.length).toBeGreaterThan(5)
      const isDown = (await head.getAttribute('aria-sort')) === 'descending'
      expect(shown).toEqual(shown.toSorted((a, b) => (isDown ? b - a : a - b)))
    }
    expect(complaints).toEqual([])
  })
})
