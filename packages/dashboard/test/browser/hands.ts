import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'

/** What a page will say or show before long; machines that test are busy. */
export const soon: typeof expect.poll = (read, options) =>
  expect.poll(read, { timeout: 20_000, ...options })

/** The chart of this title. */
export function chartOf(page: Page, title: RegExp | string): Locator {
  return page.getByRole('figure', { name: title }).first()
}

/** Drags over a part of a chart, given by shares of its width and height. */
export async function dragOver(
  page: Page,
  chart: Locator,
  from: readonly [number, number],
  to: readonly [number, number],
): Promise<void> {
  const area = chart.locator('.plot-area')
  await area.scrollIntoViewIfNeeded()
  const box = await area.boundingBox()
  if (box === null) throw new Error('The chart is not drawn.')
  const at = ([x, y]: readonly [number, number]): [number, number] => [
    box.x + x * box.width,
    box.y + y * box.height,
  ]
  await page.mouse.move(...at(from))
  await page.mouse.down()
  await page.mouse.move(...at([(from[0] + to[0]) / 2, (from[1] + to[1]) / 2]), { steps: 3 })
  await page.mouse.move(...at(to), { steps: 3 })
  await page.mouse.up()
}

/** What stands at the ticks of a chart's axes. */
export function ticksOf(chart: Locator): Promise<string[]> {
  return chart.locator('svg.plot-under text').allTextContents()
}

/** How many trials the table says it shows. */
export async function rowsShown(page: Page): Promise<number> {
  const words = await page.locator('.trials-count').innerText()
  return Number(words.replaceAll(/\D/g, ''))
}

/** The texts of a column of the table, as far as they are drawn, by its number from 0. */
export async function cellsOf(page: Page, column: number): Promise<string[]> {
  const rows = page.getByRole('grid', { name: 'Trials' }).locator('[role=row]:not(.trial-head)')
  return rows.evaluateAll(
    (found, place) =>
      found.map(
        (row) => row.querySelectorAll('[role=gridcell], .trial-cell')[place]?.textContent ?? '',
      ),
    column,
  )
}

/** How many trials the page of a study counts. */
export async function trialsCounted(page: Page): Promise<number> {
  const words = await page
    .getByRole('navigation', { name: 'Study' })
    .or(page.locator('.study-tabs'))
    .first()
    .innerText()
  return Number(/Trials\s*([\d\s,.]+)/.exec(words)?.[1]?.replaceAll(/\D/g, '') ?? 0)
}
