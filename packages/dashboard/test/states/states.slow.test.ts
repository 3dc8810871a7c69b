import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { chromiumProgram, openPage, settle, signIn, startUi } from '../browser/harness.ts'
import type { Watched } from '../browser/harness.ts'
import { soon } from '../browser/hands.ts'
import { serve } from '../browser/served.ts'
import { evilName, long, madeNames } from '../made-studies.ts'

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

/** What is wrong with a page that should say something, whatever its study is. */
async function faultsOf({ page, complaints }: Watched): Promise<string[]> {
  const { text, ran, wide } = await page.evaluate(() => ({
    text: document.querySelector('main')?.textContent?.trim() ?? '',
    ran: '__ran' in globalThis,
    wide: document.documentElement.scrollWidth - innerWidth,
  }))
  return [
    ...complaints,
    ...(text.length < 20 ? [`nearly nothing is said: "${text}"`] : []),
    ...(ran ? ['a script of the study ran'] : []),
    ...(wide > 0 ? [`${wide} pixels too wide`] : []),
    ...(/\bNaN%|undefined|\[object |Invalid Date/.test(text)
      ? [`says ${/.{20}(NaN%|undefined|\[object |Invalid Date).{20}/.exec(text)?.[0]}`]
      : []),
  ]
}

describe.runIf(chromiumProgram !== undefined)('studies in every state', () => {
  const served = serve(madeNames)

  it.each(madeNames.map((name) => [name.slice(0, 24), name] as const))(
    '%s is shown on every page without a complaint',
    async (_, name) => {
      const found: string[] = []
      const id = served().idOf(name)
      for (const tab of tabs) {
        await using watched = await served().open(`/study/${id}${tab}`)
        found.push(...(await faultsOf(watched)).map((fault) => `${tab}: ${fault}`))
      }
      expect(found).toEqual([])
    },
  )

  it('shows the trials of a nasty study in the drawer', async () => {
    const id = served().idOf(evilName)
    for (const trial of [0, 1, 3]) {
      await using watched = await served().open(`/study/${id}?trial=${trial}`)
      await watched.page.getByRole('dialog').waitFor()
      expect(await faultsOf(watched)).toEqual([])
    }
  })

  it('fits names of 200 characters into a phone', async () => {
    for (const tab of tabs) {
      await using watched = await served().open(`/study/${served().idOf(long)}${tab}`, {
        width: 390,
        height: 844,
      })
      expect([tab, await faultsOf(watched)]).toEqual([tab, []])
    }
  })

  it('says of an unknown study that it is not there, with a way back', async () => {
    await using watched = await served().open('/study/unknown')
    const { page } = watched
    const main = page.getByRole('main')
    await soon(() => main.innerText()).toMatch(/no such study/i)
    await main.getByRole('link').first().click()
    await page.getByText('one-trial').first().waitFor()
  })

  it('says of an unknown page that it is not there', async () => {
    await using watched = await served().open('/nowhere')
    expect(await watched.page.getByRole('main').innerText()).toMatch(/no page/i)
  })
})

describe.runIf(chromiumProgram !== undefined)('journals that cannot be read', () => {
  const served = serve(['one-trial'])

  it.each([
    [
      'of a newer version',
      '{"type":"study-created","version":99,"at":1,"study":{"name":"newer"}}\n',
      /newer attune/i,
    ],
    ['that is damaged', 'not json at all\n', /damaged|no journal|neither/i],
  ])('a file %s is told beside those that can', async (_, text, words) => {
    const { folder, browser, file } = served()
    const broken = join(folder, 'broken.jsonl')
    writeFileSync(
      broken,
      '{"type":"study-created","version":1,"at":1,"study":{"name":"broken","space":{"space":{}},"objectives":[{"name":"loss","direction":"minimize"}],"constraints":[],"seed":1,"deterministic":false,"lag":8,"sampler":{"name":"random"},"scheduler":{"name":"none"}}}\n',
    )
    if (text.startsWith('{')) writeFileSync(broken, text)
    else appendFileSync(broken, text)
    await using server = await startUi({ journals: [file, broken] })
    await using watched = await openPage(browser)
    await signIn(watched.context, server)
    await watched.page.goto(`${server.origin}/`)
    await settle(watched.page)
    const main = watched.page.getByRole('main')
    await soon(() => main.innerText()).toMatch(words)
    expect(await main.innerText()).toContain('one-trial')
    expect(watched.complaints).toEqual([])
  })
})

describe.runIf(chromiumProgram !== undefined)('a server without studies', () => {
  const served = serve([])

  it('says how to begin', async () => {
    await using watched = await served().open('/')
    expect(await faultsOf(watched)).toEqual([])
    expect(await watched.page.getByRole('main').innerText()).toContain('attune run')
  })
})

describe.runIf(chromiumProgram !== undefined)('a server that goes away', () => {
  const served = serve(['small-net'])

  it('is told above the study, which stays and goes on when the link of a new one was opened', async () => {
    const { browser, file } = served()
    const server = await startUi({ journals: [file] })
    await using watched = await openPage(browser)
    const { page } = watched
    await signIn(watched.context, server)
    await page.goto(`${server.origin}/study/${served().idOf('small-net')}`)
    await settle(page)
    await server.kill()
    await page
      .getByText(/does not answer/)
      .first()
      .waitFor()
    expect(await page.locator('h1').innerText()).toBe('small-net')
    expect(await page.locator('figure canvas').count()).toBeGreaterThan(2)
    // Every start has a link of its own.
    await using again = await startUi({
      journals: [file],
      port: Number(new URL(server.origin).port),
    })
    expect(again.origin).toBe(server.origin)
    await page
      .getByText(/started again/)
      .first()
      .waitFor({ timeout: 60_000 })
    const other = await watched.context.newPage()
    await other.goto(again.link)
    await page.bringToFront()
    await soon(() => page.getByText(/started again|does not answer/).count(), {
      timeout: 60_000,
    }).toBe(0)
  })
})
