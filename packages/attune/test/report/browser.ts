import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** How a page looks to somebody. */
export interface Look {
  readonly width: number
  readonly scheme: 'light' | 'dark'
}

/** What a browser says of a page. */
export interface Seen {
  /** What its console holds: errors, and what its policy refused. */
  readonly complaints: readonly string[]
  /** The width of what it shows and of the window, in pixels. */
  readonly scrollWidth: number
  readonly width: number
  readonly title: string
  readonly background: string
  /** How many elements there are that could run or load something. */
  readonly active: number
}

/** A browser that looks at pages, driven by the DevTools protocol. */
export interface Browser extends AsyncDisposable {
  see(url: string, look: Look): Promise<Seen>
}

interface Message {
  readonly id?: number
  readonly method?: string
  readonly sessionId?: string
  readonly params?: Readonly<Record<string, unknown>>
  readonly result?: Readonly<Record<string, unknown>>
  readonly error?: { readonly message: string }
}

const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-sync']

/** Starts Chromium; it ends with everything it started when it is disposed of. */
export async function openBrowser(program: string): Promise<Browser> {
  const folder = mkdtempSync(join(tmpdir(), 'attune-browser-'))
  const child = spawn(
    program,
    [...flags, '--remote-debugging-port=0', `--user-data-dir=${folder}`, 'about:blank'],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const ended = new Promise<void>((done) => child.once('close', () => done()))
  const socket = new WebSocket(await addressOf(child.stderr, ended))
  await new Promise((done, fail) => {
    socket.addEventListener('open', done, { once: true })
    socket.addEventListener('error', fail, { once: true })
  })
  const { send, listen } = talk(socket)
  return {
    see: (url, look) => see(url, look, send, listen),
    async [Symbol.asyncDispose]() {
      socket.close()
      child.kill()
      await ended
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

async function addressOf(output: NodeJS.ReadableStream, ended: Promise<void>): Promise<string> {
  const told = (async () => {
    for await (const line of createInterface(output)) {
      const [, address] = /^DevTools listening on (ws:\S+)/.exec(line) ?? []
      if (address !== undefined) return address
    }
    return undefined
  })()
  const address = await Promise.race([told, ended])
  output.resume()
  if (address === undefined) throw new Error('Chromium ended before it listened.')
  return address
}

type Send = (
  method: string,
  params?: object,
  sessionId?: string,
) => Promise<NonNullable<Message['result']>>
type Listen = (listener: (message: Message) => void) => Disposable

function talk(socket: WebSocket): { readonly send: Send; readonly listen: Listen } {
  const waiting = new Map<number, (message: Message) => void>()
  const listeners = new Set<(message: Message) => void>()
  let last = 0
  socket.addEventListener('message', ({ data }) => {
    const message = JSON.parse(String(data)) as Message
    if (message.id === undefined) for (const listener of listeners) listener(message)
    else waiting.get(message.id)?.(message)
  })
  return {
    send: (method, params = {}, sessionId) =>
      new Promise((done, fail) => {
        const id = ++last
        waiting.set(id, ({ result = {}, error }) => {
          waiting.delete(id)
          if (error === undefined) done(result)
          else fail(new Error(`${method}: ${error.message}`))
        })
        socket.send(JSON.stringify({ id, method, params, ...(sessionId && { sessionId }) }))
      }),
    listen(listener) {
      listeners.add(listener)
      return { [Symbol.dispose]: () => void listeners.delete(listener) }
    },
  }
}

const look = `({
  scrollWidth: document.documentElement.scrollWidth,
  width: innerWidth,
  title: document.title,
  background: getComputedStyle(document.body).backgroundColor,
  active: document.querySelectorAll('script, img, iframe, object, embed, form, link').length,
})`

async function see(
  url: string,
  { width, scheme }: Look,
  send: Send,
  listen: Listen,
): Promise<Seen> {
  const { targetId } = await send('Target.createTarget', { url: 'about:blank' })
  const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true })
  const page = (method: string, params?: object): ReturnType<Send> =>
    send(method, params, sessionId as string)
  const complaints: string[] = []
  let settle: () => void = () => undefined
  const loaded = new Promise<void>((done) => (settle = done))
  using _ = listen((message) => {
    if (message.sessionId !== sessionId) return
    if (message.method === 'Page.loadEventFired') settle()
    const isComplaint = ['Log.entryAdded', 'Runtime.exceptionThrown', 'Runtime.consoleAPICalled']
    if (isComplaint.includes(message.method ?? '')) complaints.push(JSON.stringify(message.params))
  })
  for (const domain of ['Page', 'Log', 'Runtime']) await page(`${domain}.enable`)
  const metrics = { width, height: 800, deviceScaleFactor: 1, mobile: width < 500 }
  await page('Emulation.setDeviceMetricsOverride', metrics)
  const features = [{ name: 'prefers-color-scheme', value: scheme }]
  await page('Emulation.setEmulatedMedia', { features })
  await page('Page.navigate', { url })
  await loaded
  const { result } = await page('Runtime.evaluate', { expression: look, returnByValue: true })
  await send('Target.closeTarget', { targetId })
  return { ...(result as { value: Omit<Seen, 'complaints'> }).value, complaints }
}
