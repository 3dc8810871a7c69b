import { spawn } from 'node:child_process'
import { accessSync, constants, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { Server } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, extname, join } from 'node:path'
import { rolldown } from 'rolldown'

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Keeps the browser open until it is ended from here.
  '--remote-debugging-port=0',
]

/** The program of Chromium; undefined where there is none on the PATH. */
export function findChromium(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  return folders.map((folder) => join(folder, 'chromium')).find(isProgram)
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/**
 * Bundles a script, opens a page with it in Chromium and gives what it posts to `/answer`, as JSON.
 * @param served files that the page may fetch, by their paths on the server
 * @throws when the browser ends without, as it does after `seconds`.
 */
export async function runInChromium(
  program: string,
  script: string,
  seconds: number,
  served: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const files = new Map<string, string | Uint8Array>(await bundle(script))
  for (const [path, file] of Object.entries(served)) files.set(path, readFileSync(file))
  await using site = await serve(files)
  using browser = open(program, site.url, seconds)
  return await Promise.race([site.answer, browser.ended])
}

/** The code of a script and its chunks by their paths on the server. */
async function bundle(script: string): Promise<ReadonlyMap<string, string>> {
  const build = await rolldown({
    input: { page: script },
    platform: 'browser',
    // Our own packages from their sources, as the tests take them.
    resolve: { conditionNames: ['@attune/source', 'browser', 'import', 'default'] },
  })
  const { output } = await build.generate({ format: 'esm', entryFileNames: 'page.js' })
  await build.close()
  return new Map(
    output.flatMap((one) =>
      one.type === 'chunk' ? [[`/${one.fileName}`, one.code] as const] : [],
    ),
  )
}

interface Site extends AsyncDisposable {
  readonly url: string
  readonly answer: Promise<unknown>
}

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
}

async function serve(files: ReadonlyMap<string, string | Uint8Array>): Promise<Site> {
  let settle: (value: unknown) => void = () => undefined
  const answer = new Promise<unknown>((resolve) => {
    settle = resolve
  })
  const server: Server = createServer((request, response) => {
    const { url = '/' } = request
    const content = files.get(url)
    if (url === '/answer') {
      let text = ''
      request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      request.on('end', () => {
        response.end()
        settle(JSON.parse(text))
      })
    } else if (content !== undefined) {
      const type = types[extname(url)] ?? 'application/octet-stream'
      response.writeHead(200, { 'content-type': type }).end(content)
    } else if (url === '/') {
      response
        .writeHead(200, { 'content-type': 'text/html' })
        .end('<!doctype html><meta charset="utf-8"><script type="module" src="/page.js"></script>')
    } else {
      response.writeHead(404).end()
    }
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    answer,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}

interface Browser extends Disposable {
  /** Fails with what the browser said last when it ends of its own accord. */
  readonly ended: Promise<never>
}

/** A browser with a profile and a process group of its own. */
function open(program: string, url: string, seconds: number): Browser {
  const profile = mkdtempSync(join(tmpdir(), 'attune-chromium-'))
  const child = spawn(program, [...flags, `--user-data-dir=${profile}`, url], {
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: seconds * 1000,
  })
  let words = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-2000)
  })
  const ended = new Promise<never>((_, reject) => {
    child.on('error', reject)
    child.on('exit', (code, signal) =>
      reject(new Error(`Chromium ended with ${code ?? signal} before the page answered: ${words}`)),
    )
  })
  return {
    ended,
    [Symbol.dispose]() {
      const gone = child.exitCode !== null || child.signalCode !== null
      if (child.pid !== undefined && !gone) process.kill(-child.pid, 'SIGKILL')
      rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
    },
  }
}
