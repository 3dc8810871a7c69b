import type { Page } from 'playwright-core'

/** What a page that is measured keeps of itself. Times are those of `performance.now()`. */
interface Probe {
  longest: number
  /** When what changed last had been painted. */
  painted: number
  /** The same, of the first chart of the page alone. */
  chartPainted: number
  /** When a chart had been painted first; 0: none yet. */
  drawn: number
  /** When somebody pressed or let go of something last. */
  pressed: number
}
type Probed = Window & { attuneProbe: Probe }

/** Makes a page keep its longest task and when it changed last. Before it goes anywhere. */
export async function probe(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const kept: Probe = { longest: 0, painted: 0, chartPainted: 0, drawn: 0, pressed: 0 }
    ;(globalThis as unknown as Probed).attuneProbe = kept
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) kept.longest = Math.max(kept.longest, duration)
    }).observe({ type: 'longtask', buffered: true })
    // A message that is sent while a frame is made arrives when that has been handed on.
    const { port1, port2 } = new MessageChannel()
    const nextFrame = requestAnimationFrame
    let isFrame = false
    let isChanged = false
    let isDrawn = false
    let isFirst = false
    const beginFrame = (): void => {
      isFrame = true
      port2.postMessage(0)
    }
    globalThis.requestAnimationFrame = (callback) =>
      nextFrame((time) => {
        beginFrame()
        callback(time)
      })
    port1.addEventListener('message', () => {
      isFrame = false
      if (isChanged) kept.painted = performance.now()
      if (isFirst) kept.chartPainted = performance.now()
      isFirst = false
      if (isDrawn && kept.drawn === 0) kept.drawn = performance.now()
      isChanged = false
    })
    port1.start()
    const changed = (): void => {
      if (!isChanged && !isFrame) nextFrame(beginFrame)
      isChanged = true
    }
    // Each drawing on a canvas begins with its scale; what is drawn aside does not count yet.
    for (const name of ['reset', 'scale', 'drawImage'] as const) {
      const real = CanvasRenderingContext2D.prototype[name] as (...given: unknown[]) => void
      CanvasRenderingContext2D.prototype[name] = function (
        this: CanvasRenderingContext2D,
        ...given: unknown[]
      ) {
        if (this.canvas.isConnected) {
          changed()
          isFirst ||= document.querySelector('figure')?.contains(this.canvas) === true
          if (name === 'scale') isDrawn = true
        }
        real.apply(this, given)
      } as never
    }
    const watch = (): void =>
      new MutationObserver(changed).observe(document.documentElement, {
        subtree: true,
        childList: true,
        attributes: true,
        characterData: true,
      })
    if (document.documentElement === null) addEventListener('DOMContentLoaded', watch)
    else watch()
    for (const type of ['pointerup', 'click', 'change']) {
      // From when the page hears of it: the browser tells it at the beginning of a frame.
      addEventListener(type, () => (kept.pressed = performance.now()), { capture: true })
    }
  })
}

/** The longest task of the page's own thread since the last question, in ms; those below 50 ms count as 0. */
export function longestTask(page: Page): Promise<number> {
  return page.evaluate(() => {
    const { attuneProbe } = globalThis as unknown as Probed
    const { longest } = attuneProbe
    attuneProbe.longest = 0
    return longest
  })
}

/** Waits until nothing has changed on a page for so long. */
export async function quiet(page: Page, ms = 500, patienceMs = 60_000): Promise<void> {
  await page.waitForFunction(
    (still) => performance.now() - (globalThis as unknown as Probed).attuneProbe.painted > still,
    ms,
    { timeout: patienceMs, polling: 100 },
  )
}

/**
 * Milliseconds from the end of what a hand does to the paint of the first chart that follows from it,
 * and to the last change of all that follows anywhere on the page.
 */
export async function paintAfter(
  page: Page,
  hand: () => Promise<void>,
): Promise<{ readonly chart: number; readonly page: number }> {
  await quiet(page)
  await hand()
  await page.waitForFunction(
    () => {
      const { pressed, chartPainted } = (globalThis as unknown as Probed).attuneProbe
      return chartPainted > pressed
    },
    undefined,
    { timeout: 60_000, polling: 100 },
  )
  await quiet(page)
  return page.evaluate(() => {
    const { pressed, painted, chartPainted } = (globalThis as unknown as Probed).attuneProbe
    return { chart: chartPainted - pressed, page: painted - pressed }
  })
}

/** When the first chart of a page had been painted, in ms from the start of its navigation. */
export async function firstChart(page: Page, patienceMs: number): Promise<number> {
  const found = await page.waitForFunction(
    () => (globalThis as unknown as Probed).attuneProbe.drawn,
    undefined,
    { timeout: patienceMs, polling: 100 },
  )
  return found.jsonValue()
}

export interface Received {
  readonly path: string
  /** Bytes of the body as they were sent. */
  readonly bytes: number
  /** When it had come, in ms since the epoch. */
  readonly end: number
}

/** What the page and its workers received so far; streams that still run are not among it. */
export async function received(page: Page): Promise<Received[]> {
  const read = (): Received[] =>
    [
      ...performance.getEntriesByType('navigation'),
      ...performance.getEntriesByType('resource'),
    ].map((entry) => {
      const { name, encodedBodySize, responseEnd } = entry as PerformanceResourceTiming
      const url = new URL(name)
      return {
        path: url.pathname + url.search,
        bytes: encodedBodySize,
        end: performance.timeOrigin + responseEnd,
      }
    })
  const workers = await Promise.all(page.workers().map((worker) => worker.evaluate(read)))
  return [...(await page.evaluate(read)), ...workers.flat()]
}

/** Nodes of a page's document, text and comments included. */
export function countNodes(page: Page): Promise<number> {
  return page.evaluate(() => {
    const walker = document.createTreeWalker(document)
    let count = 1
    while (walker.nextNode() !== null) count++
    return count
  })
}
