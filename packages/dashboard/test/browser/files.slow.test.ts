import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Chart } from '@attune/core'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'

import { seriousIssues } from './axe.ts'
import { soon } from './hands.ts'
import { chromiumProgram } from './harness.ts'
import { serve } from './served.ts'

/** A picture of one pixel. */
const picture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const figure: Chart = {
  title: 'Memory by batch',
  x: { name: 'batch', column: 'trial' },
  y: { name: 'memory', unit: 'MB' },
  marks: [
    {
      kind: 'points',
      name: 'measured',
      points: [
        [1, 40],
        [3, 90],
        [5, 160],
      ],
      trials: [1, 3, 5],
    },
    {
      kind: 'line',
      name: 'fitted',
      points: [
        [1, 42],
        [3, Number.NaN],
        [5, 158],
      ],
    },
  ],
}

/** Drops files on a part of the page, as from a desktop. */
async function drop(
  page: Page,
  selector: string,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  const held = await page.evaluateHandle((texts) => {
    const transfer = new DataTransfer()
    for (const [name, text] of Object.entries(texts)) transfer.items.add(new File([text], name))
    return transfer
  }, files)
  for (const kind of ['dragover', 'drop']) {
    await page.dispatchEvent(selector, kind, { dataTransfer: held })
  }
}

describe.runIf(chromiumProgram !== undefined)('files that people attach', () => {
  const served = serve(['small-net'])

  it('to the study are listed, shown, replaced, removed and taken back', async () => {
    const id = served().idOf('small-net')
    await using watched = await served().open(`/study/${id}/settings`)
    const { page, complaints } = watched
    const card = page.getByRole('region', { name: 'Files' })
    const chart = join(served().folder, 'memory.chart.json')
    writeFileSync(chart, JSON.stringify(figure))
    const image = join(served().folder, 'curve.png')
    writeFileSync(image, picture)
    await card.getByLabel('Files to attach').setInputFiles([chart, image])
    await soon(() => card.getByRole('listitem').count()).toBe(2)
    await drop(page, '.files-card', { 'table.csv': 'a,b\n1,2\n3,4\n' })
    await card.getByRole('button', { name: 'table.csv', exact: true }).click()
    await soon(() => card.getByRole('cell').allInnerTexts()).toEqual(['1', '2', '3', '4'])
    await drop(page, '.files-card', { 'table.csv': 'a,b\n5,6\n' })
    await soon(() => card.getByRole('cell').allInnerTexts()).toEqual(['5', '6'])
    await card.getByRole('button', { name: 'Remove table.csv' }).click()
    await soon(() => card.getByText('table.csv').count()).toBe(0)
    // The last that was told stands at the end.
    await page.getByText('table.csv is removed.', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Undo' }).last().click()
    await soon(() => card.getByRole('button', { name: 'table.csv', exact: true }).count()).toBe(1)
    expect(await seriousIssues(page)).toEqual([])
    expect(complaints).toEqual([])
  })

  it('and that are figures are drawn on the overview, or what is wrong is said', async () => {
    const id = served().idOf('small-net')
    await using watched = await served().open(`/study/${id}/settings`)
    const { page, complaints } = watched
    await drop(page, '.files-card', {
      'broken.chart.json': '{"title":"x","marks":[{"kind":"pie"}]}',
    })
    const card = page.getByRole('region', { name: 'Files' })
    // Not while it is on its way.
    await card.getByRole('button', { name: 'Remove broken.chart.json' }).waitFor()
    await page.goto(`${served().server.origin}/study/${id}`)
    const figures = page.getByRole('region', { name: 'Figures' })
    await figures.waitFor()
    await figures.scrollIntoViewIfNeeded()
    const drawn = figures.getByRole('figure', { name: 'Memory by batch' })
    await drawn.getByRole('button', { name: /table/i }).click()
    await page.getByRole('dialog').getByRole('cell', { name: '160' }).waitFor()
    await page.keyboard.press('Escape')
    const image = figures.getByRole('img', { name: 'curve.png' })
    await image.waitFor()
    await soon(() => image.evaluate((img) => (img as HTMLImageElement).naturalWidth)).toBe(1)
    const broken = figures.getByRole('region', { name: 'broken.chart.json' })
    await broken.scrollIntoViewIfNeeded()
    await soon(() => broken.getByRole('listitem').allInnerTexts()).toEqual([
      'x: it is missing.',
      'y: it is missing.',
      expect.stringMatching(/^marks\[0\]\.kind: expected line, band/),
    ])
    expect(await seriousIssues(page)).toEqual([])
    expect(complaints).toEqual([])
  })

  it('to a trial stand with its own, in the drawer', async () => {
    const id = served().idOf('small-net')
    await using watched = await served().open(`/study/${id}?trial=7`)
    const { page, complaints } = watched
    const drawer = page.getByRole('dialog', { name: 'Trial 7' })
    await drawer.getByRole('button', { name: 'Attach files' }).waitFor()
    // A journal of JSON lines is attached here too, and not opened.
    await drop(page, '.drawer', { 'notes.jsonl': '{"a":1}\n' })
    const file = drawer.getByRole('button', { name: 'notes.jsonl', exact: true })
    await file.click()
    await soon(() => drawer.getByRole('cell').allInnerTexts()).toContain('1')
    expect(await page.locator('.drop-veil').count()).toBe(0)
    await drawer.getByRole('button', { name: 'Remove notes.jsonl' }).click()
    await soon(() => file.count()).toBe(0)
    expect(complaints).toEqual([])
  })
})
