import type { Page } from 'playwright-core'

/** All pages of the app that show a study, and the two that show several. */
export function studyPages(id: string): readonly string[] {
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
  return ['/', `/compare?ids=${id}`, ...tabs.map((tab) => `/study/${id}${tab}`)]
}

/** The middle of the first chart that is drawn, and its size. */
async function firstPlot(
  page: Page,
): Promise<{ x: number; y: number; width: number; height: number }> {
  const box = await page.locator('figure canvas').first().boundingBox()
  if (box === null) throw new Error('There is no chart to brush.')
  return box
}

/** Selects the trials of a part of the history by drawing over it. */
export async function brush(page: Page): Promise<void> {
  const { x, y, width, height } = await firstPlot(page)
  await page.mouse.move(x + 0.4 * width, y + 0.2 * height)
  await page.mouse.down()
  await page.mouse.move(x + 0.5 * width, y + 0.5 * height, { steps: 3 })
  await page.mouse.move(x + 0.7 * width, y + 0.8 * height, { steps: 3 })
  await page.mouse.up()
}

/** Flips the values of the history between linear and logarithmic. */
export async function flipLog(page: Page): Promise<void> {
  await page.getByLabel('Log axis').click()
}
