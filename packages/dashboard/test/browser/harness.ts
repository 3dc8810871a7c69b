import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { resolve } from 'node:path'

import type { Browser, BrowserContext, Page } from 'playwright-core'
import { chromium } from 'playwright-core'

import { findChromium } from '../../../core/test/browser/chromium.ts'

const bin = resolve(import.meta.dirname, '../../../attune/bin/attune.js')

/** The program of Chromium, by `CHROMIUM` or on the PATH; undefined where there is none. */
export const chromiumProgram: string | undefined = process.env['CHROMIUM'] ?? findChromium()

/** A running `attune ui`. */
export interface UiServer extends AsyncDisposable {
  /** The link with its token, as it is printed. */
  readonly link: string
  /** Such as `http://127.0.0.1:4000`. */
  readonly origin: string
  readonly pid: number
  /** What has been printed so far. */
  output(): string
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>
}

export interface UiOptions {
  readonly journals: readonly string[]
  /** Default 0: one that is free. */
  readonly port?: number
  readonly flags?: readonly string[]
  readonly cwd?: string
}

/** Starts `attune ui` on journals and waits for its link. */
export async function startUi({
  journals,
  port = 0,
  flags = [],
  cwd,
}: UiOptions): Promise<UiServer> {
  const words = [
    bin,
    'ui',
    ...journals.flatMap((file) => ['--journal', file]),
    '--port',
    String(port),
    ...flags,
  ]
  const child = spawn(process.execPath, words, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1' },
    ...(cwd === undefined ? {} : { cwd }),
  })
  let output = ''
  const keep = (chunk: Buffer): string => (output += chunk.toString())
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  const ended = new Promise<void>((done) => child.once('close', () => done()))
  const told = (async () => {
    for await (const line of createInterface(child.stdout)) {
      const [link] = /http:\/\/[^\s"]+\?token=[^\s"]+/.exec(line) ?? []
      if (link !== undefined) return link
    }
    return undefined
  })()
  const link = await Promise.race([told, ended])
  if (link === undefined) throw new Error(`attune ui ended before it gave a link:\n${output}`)
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL')
    await ended
  }
  return {
    link,
    origin: new URL(link).origin,
    pid: child.pid as number,
    output: () => output,
    kill,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      const late = setTimeout(() => child.kill('SIGKILL'), 5000)
      await ended
      clearTimeout(late)
    },
  }
}

/** Starts a browser; `flags` are added to its command line. */
export function openBrowser(flags: readonly string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumProgram as string,
    args: ['--no-sandbox', '--disable-gpu', '--force-color-profile=srgb', ...flags],
  })
}

/** How a page looks to somebody. */
export interface Look {
  readonly width?: number
  readonly height?: number
  readonly scheme?: 'light' | 'dark'
  readonly offline?: boolean
}

/** A page, and what went wrong on it. */
export interface Watched extends AsyncDisposable {
  readonly page: Page
  readonly context: BrowserContext
  /** Errors of its console, what its policy refused, requests that failed or were refused. */
  readonly complaints: string[]
  /** Addresses that were asked for, other than data and blobs. */
  readonly requests: string[]
}

/** Opens a page in a context of its own, without going anywhere. */
export async function openPage(browser: Browser, look: Look = {}): Promise<Watched> {
  const { width = 1440, height = 900, scheme = 'light', offline = false } = look
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: scheme,
    hasTouch: width < 500,
    offline,
    acceptDownloads: true,
  })
  const page = await context.newPage()
  const complaints: string[] = []
  const requests: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()))
      complaints.push(`console: ${message.text()} (${message.location().url})`)
  })
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.stack ?? error.message}`))
  page.on('request', (request) => {
    if (/^(data|blob):/.test(request.url())) return
    requests.push(request.url())
  })
  page.on('requestfailed', (request) => {
    const why = request.failure()?.errorText ?? ''
    // A page that is left ends its streams.
    if (why !== 'net::ERR_ABORTED') complaints.push(`failed: ${request.url()} ${why}`)
  })
  page.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()}: ${response.url()}`)
  })
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) => {
      console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`)
    })
  })
  return { page, context, complaints, requests, [Symbol.asyncDispose]: () => context.close() }
}

/** Trades the token of a server for its cookie, so that the first page a context opens is cold. */
export async function signIn(context: BrowserContext, { link }: UiServer): Promise<void> {
  const answer = await context.request.get(link, { maxRedirects: 0 })
  if (answer.status() >= 400) throw new Error(`The token was refused: ${answer.status()}`)
}

export interface Card {
  readonly id: string
  readonly name: string
}

/** The studies of a server by their names. */
export async function cardsOf(
  context: BrowserContext,
  { origin }: UiServer,
): Promise<ReadonlyMap<string, Card>> {
  const answer = await context.request.get(`${origin}/api/studies`)
  const cards = (await answer.json()) as readonly Card[]
  return new Map(cards.map((card) => [card.name, card]))
}

/** Waits until nothing that is in the window is still a skeleton. */
export async function settle(page: Page, ms = 15_000): Promise<void> {
  await page.waitForLoadState('load', { timeout: ms })
  await page.waitForSelector('main', { timeout: ms })
  await page.waitForFunction(
    () =>
      [...document.querySelectorAll('[aria-busy="true"], .skeleton, .plot.waiting')].every(
        (box) => {
          const { top, bottom } = box.getBoundingClientRect()
          return top > innerHeight || bottom < 0
        },
      ),
    undefined,
    { timeout: ms, polling: 100 },
  )
  await page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
  )
}

/** Goes down a page and up again, so that what waits to be seen is drawn. */
export async function scrollThrough(page: Page): Promise<void> {
  const { height, step } = await page.evaluate(() => ({
    height: document.documentElement.scrollHeight,
    step: innerHeight,
  }))
  for (let top = 0; top < height; top += step) {
    await page.evaluate((to) => scrollTo(0, to), top)
    await settle(page, 30_000)
  }
  await page.evaluate(() => scrollTo(0, 0))
}
