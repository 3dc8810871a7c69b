import { readFileSync, statSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

import { describe, expect, it } from 'vitest'

import { findChromium } from '../../../core/test/browser/chromium.ts'
import { report } from '../../src/cli/report.ts'
import { recorder } from '../cli/reading/fixture.ts'
import { temporaryFolder } from '../journals/temporary.ts'
import type { TemporaryFolder } from '../journals/temporary.ts'
import type { MadeTrial } from './made-studies.ts'
import { lrSpace, scattered, writeMade } from './made-studies.ts'
import { openBrowser } from './browser.ts'
import { evil, studies, writeStudyOf } from './studies.ts'

const program = findChromium()

async function pageOf(folder: TemporaryFolder, kind: string): Promise<string> {
  const journal = writeStudyOf(kind, folder.path)
  const output = folder.file(`${kind}.html`)
  await report({ studies: [], journal, output, version: '1.2.3' }, recorder())
  return output
}

function* hugeTrials(count: number): Iterable<MadeTrial> {
  for (let i = 0; i < count; i++) {
    const lr = 10 ** (-4 * scattered(i))
    const loss = scattered(i) + scattered(7 * i) ** 2
    const values = { lr, act: scattered(3 * i) < 0.5 ? 'relu' : 'tanh', x: scattered(11 * i) }
    const reports = [{ loss: loss + 1 }, { loss: loss + 0.5 }]
    if (i % 19 === 0) yield { values, failure: { reason: 'error', message: `number ${i}` } }
    else if (i % 3 === 0) yield { values, reports, state: 'pruned' }
    else yield { values, reports, metrics: { loss } }
  }
}

describe.runIf(program !== undefined)('pages in Chromium', () => {
  it('show every kind of study without an error, and fit a phone', async () => {
    using folder = temporaryFolder()
    await using browser = await openBrowser(program!)
    for (const kind of Object.keys(studies)) {
      const url = pathToFileURL(await pageOf(folder, kind)).href
      for (const look of [
        { width: 360, scheme: 'dark' },
        { width: 1200, scheme: 'light' },
      ] as const) {
        const seen = await browser.see(url, look)
        const about = `${kind} at ${look.width}`
        expect(seen.complaints, about).toEqual([])
        expect(seen.width, about).toBe(look.width)
        expect(seen.scrollWidth, about).toBeLessThanOrEqual(look.width)
        expect(seen.title, about).toBe(`Study ${kind === 'evil' ? evil : kind}`)
        expect(seen.active, about).toBe(0)
        expect(seen.background, about).toBe(
          look.scheme === 'dark' ? 'rgb(13, 17, 23)' : 'rgb(255, 255, 255)',
        )
      }
    }
  })
})

describe('a study of 20,000 trials', () => {
  it('gives a page of less than 1.5 MB', async () => {
    using folder = temporaryFolder()
    const journal = folder.file('huge.jsonl')
    const space = { space: { ...lrSpace.space, x: { float: [0, 1] } } }
    writeMade(journal, { name: 'huge', space, scheduler: { name: 'asha' } }, hugeTrials(20_000))
    const output = folder.file('huge.html')
    await report({ studies: [], journal, output, version: '1.2.3' }, recorder())
    expect(statSync(output).size).toBeLessThan(1_500_000)
    expect(readFileSync(output, 'utf8')).toContain('20,000: ')
  })
})
