import type { Browser, Page } from 'playwright-core'
import { setTimeout as sleep } from 'node:timers/promises'

import {
  cardsOf,
  openBrowser,
  openPage,
  settle,
  signIn,
  startUi,
} from '../../packages/dashboard/test/browser/harness.ts'
import type { UiServer, Watched } from '../../packages/dashboard/test/browser/harness.ts'
import { appendTrials } from '../../packages/dashboard/test/made-studies.ts'
import type { MeasureName } from './anchor.ts'
import { brush, flipLog, studyPages } from './hands.ts'
import {
  countNodes,
  firstChart,
  longestTask,
  paintAfter,
  probe,
  quiet,
  received,
} from './page-probe.ts'
import { cpuSeconds, memoryOf } from './process-use.ts'

export interface StudyOnDisk {
  readonly file: string
  readonly name: string
  /** How many trials there are; grows as trials are appended. */
  trials: number
}

export type Figures = Partial<Record<MeasureName, number>>

const patienceMs = 120_000

/** The id of a study, from a server that is then ended: those that are measured know nothing yet. */
export async function idOf({ file, name }: StudyOnDisk): Promise<string> {
  await using server = await startUi({ journals: [file] })
  const browser = await openBrowser()
  try {
    await using watched = await openPage(browser)
    await signIn(watched.context, server)
    const card = (await cardsOf(watched.context, server)).get(name)
    if (card === undefined) throw new Error(`The server does not show ${name}.`)
    return card.id
  } finally {
    await browser.close()
  }
}

/**
 * One cold look at a study: a server that has just begun, a browser without a cache. Gives the figures
 * of the first page, then of all pages.
 */
export async function coldRun(
  study: StudyOnDisk,
  id: string,
  isThorough: boolean,
): Promise<Figures> {
  await using server = await startUi({ journals: [study.file] })
  const browser = await openBrowser(['--enable-precise-memory-info'])
  try {
    await using watched = await openPage(browser)
    await probe(watched.page)
    await signIn(watched.context, server)
    const before = memoryOf(server.pid).rss
    const opened = await firstLook(watched.page, `${server.origin}/study/${id}`)
    const kept = await memoryFigures(browser, watched, server, before)
    const live = await liveFigures(watched.page, study)
    const idle = isThorough ? await idleFigures(watched, server) : {}
    const hands = await handFigures(watched.page)
    const pages: Figures = isThorough ? await pageFigures(watched.page, server.origin, id) : {}
    if (watched.complaints.length > 0) throw new Error(watched.complaints.join('\n'))
    const longestPageTaskMs = Math.max(hands.longestPageTaskMs ?? 0, pages.longestPageTaskMs ?? 0)
    return { ...opened, ...kept, ...live, ...idle, ...hands, ...pages, longestPageTaskMs }
  } finally {
    await browser.close()
  }
}

async function firstLook(page: Page, url: string): Promise<Figures> {
  await page.goto(url, { waitUntil: 'commit' })
  const firstChartMs = await firstChart(page, patienceMs)
  const origin = await page.evaluate(() => performance.timeOrigin)
  await settle(page, patienceMs)
  await quiet(page, 1000)
  const all = await received(page)
  if (process.env['BENCH_REQUESTS'] !== undefined) {
    for (const { path, bytes, end } of all)
      console.error(
        `  ${(end - origin).toFixed(0).padStart(6)} ms ${String(bytes).padStart(8)} ${path}`,
      )
  }
  const ours = all.filter(({ path }) => path.startsWith('/api/'))
  // What the first chart is made of comes first; the rest of the study follows while it is drawn.
  const head = ours.find(({ path }) => path.includes('part=head'))?.end ?? origin + firstChartMs
  const inTime = ours.filter(({ end }) => end <= head)
  return {
    firstChartMs,
    firstBytesKb: inTime.reduce((sum, { bytes }) => sum + bytes, 0) / 1000,
    longestTaskMs: await longestTask(page),
  }
}

async function memoryFigures(
  browser: Browser,
  { page, context }: Watched,
  server: UiServer,
  before: number,
): Promise<Figures> {
  const serverMb = memoryOf(server.pid).rss - before
  const session = await context.newCDPSession(page)
  await session.send('HeapProfiler.collectGarbage')
  const heap = await page.evaluate(
    () => (performance as unknown as { memory: { usedJSHeapSize: number } }).memory.usedJSHeapSize,
  )
  await session.detach()
  const all = await browser.newBrowserCDPSession()
  const { processInfo } = (await all.send('SystemInfo.getProcessInfo')) as {
    processInfo: readonly { readonly type: string; readonly id: number }[]
  }
  await all.detach()
  const renderers = processInfo.filter(({ type }) => type === 'renderer')
  // Others are kept ready for pages to come.
  const rendererMb = Math.max(...renderers.map(({ id }) => memoryOf(id).pss))
  return { serverMb, heapMb: heap / 1e6, rendererMb }
}

/** From the append of a trial by another process to the page that counts it. */
async function liveFigures(page: Page, study: StudyOnDisk): Promise<Figures> {
  await quiet(page)
  const from = study.trials
  const shown = page.waitForFunction(
    (wanted) => {
      const words = document.querySelector('.study-tabs')?.textContent ?? ''
      return (
        Number(/Trials\D*([\d\s,.]+)/.exec(words)?.[1]?.replaceAll(/\D/g, '')) >= wanted &&
        Date.now()
      )
    },
    from + 1,
    { timeout: patienceMs, polling: 'raf' },
  )
  const at = await appendTrials(study.file, study.name, from, 1)
  study.trials++
  return { liveMs: ((await (await shown).jsonValue()) as number) - at }
}

async function idleFigures({ page, requests }: Watched, server: UiServer): Promise<Figures> {
  await quiet(page, 2000)
  const before = { requests: requests.length, cpu: cpuSeconds(server.pid) }
  await sleep(10_000)
  return {
    idleRequests: requests.length - before.requests,
    idleCpu: (100 * (cpuSeconds(server.pid) - before.cpu)) / 10,
  }
}

async function handFigures(page: Page): Promise<Figures> {
  await longestTask(page)
  const brushed = await paintAfter(page, () => brush(page))
  await page.keyboard.press('Escape')
  const flipped = await paintAfter(page, () => flipLog(page))
  console.error(`  brush ${JSON.stringify(brushed)}, log ${JSON.stringify(flipped)}`)
  return {
    // A brush is there when all charts show it.
    brushMs: brushed.page,
    logMs: flipped.chart,
    longestPageTaskMs: await longestTask(page),
  }
}

async function pageFigures(page: Page, origin: string, id: string): Promise<Figures> {
  let nodes = 0
  let longest = 0
  for (const path of studyPages(id)) {
    await page.goto(origin + path)
    await settle(page, patienceMs)
    await quiet(page, 1000)
    const count = await countNodes(page)
    const task = await longestTask(page)
    console.error(`  ${path.padEnd(40)} ${count} nodes, longest task ${task.toFixed(0)} ms`)
    nodes = Math.max(nodes, count)
    longest = Math.max(longest, task)
  }
  return { nodes, longestPageTaskMs: longest }
}
