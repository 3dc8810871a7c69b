import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { userInfo } from 'node:os'
import { AttuneError } from '@attune/core'
import { getRequestListener } from '@hono/node-server'

import { createAccess } from './access.ts'
import { createAppFiles } from './app-files.ts'
import { createCardTools } from './cards.ts'
import type { UiContext } from './context.ts'
import { safeHeaders } from './guard.ts'
import { bracketed, createHostCheck, isEverywhere, namesOfMachine } from './hosts.ts'
import { createLibrary } from './library.ts'
import { createBucket, createQueues, largestHeader, mostConnections } from './limits.ts'
import type { PageOf } from './packer.ts'
import { createPacker } from './packer.ts'
import { createUiApp } from './ui-app.ts'
import type { LiveStudy } from './writers.ts'
import { createWriters } from './writers.ts'

export interface UiOptions {
  /** Files of journals, or folders of such. */
  readonly journals: readonly string[]
  /** Whether a journal that is not there yet is shown as missing; default true. */
  readonly missing?: boolean
  /** Default 127.0.0.1, which is reached from this machine alone. */
  readonly host?: string | undefined
  /** Default 4280, or the next that is free. 0 is any that is free. */
  readonly port?: number | undefined
  /** Names of proxies in front, besides the server's own. */
  readonly allowedHosts?: readonly string[]
  /** The path under which a proxy shows the page, such as `/attune`; default `/`. */
  readonly prefix?: string | undefined
  readonly readOnly?: boolean
  readonly version: string
  /** The folder of the built page; undefined when it is not installed. */
  readonly appFolder: string | undefined
  /** Makes a page in one file of a packed study. */
  readonly pageOf?: PageOf
  /** Studies that this process runs. */
  readonly live?: readonly LiveStudy[]
  /** Told what its user should know. */
  readonly note: (line: string) => void
  /** Told what nobody expected. */
  readonly report: (error: unknown) => void
}

/** A server that runs. */
export interface UiServer extends AsyncDisposable {
  readonly port: number
  /** With the token; whoever has it may steer the studies. */
  readonly link: string
  /** With another token; whoever has it may look. */
  readonly shareLink: string
}

const defaultPort = 4280
/** How many ports are tried when none is asked for. */
const portsTried = 20

/**
 * Serves studies to browsers until it is disposed of, then ends streams and gives back trials that were
 * asked for.
 * @throws AttuneError `usage` when the address or the port cannot be used
 */
export async function startUi(options: UiOptions): Promise<UiServer> {
  const { host = '127.0.0.1', live = [] } = options
  const base = baseOf(options.prefix)
  let handle: ReturnType<typeof getRequestListener> | undefined
  const server = createServer({ maxHeaderSize: largestHeader }, (incoming, outgoing) => {
    for (const [name, value] of Object.entries(safeHeaders)) outgoing.setHeader(name, value)
    void handle?.(incoming, outgoing)
  })
  server.maxConnections = mostConnections
  server.headersTimeout = 20_000
  // A file over a slow line takes its time.
  server.requestTimeout = 300_000
  const port = await listen(server, host, options.port)

  const packer = createPacker(options.pageOf)
  const library = createLibrary({
    journals: options.journals,
    ...(options.missing === undefined ? {} : { missing: options.missing }),
    cards: createCardTools(packer),
    readOnly: options.readOnly ?? false,
    note: options.note,
  })
  const writers = createWriters(live)
  const access = createAccess(`attune${port}`)
  const context: UiContext = {
    ...{ access, base, library, packer, writers },
    version: options.version,
    readOnly: options.readOnly ?? false,
    isOurHost: createHostCheck(host, port, options.allowedHosts ?? []),
    queued: createQueues(32),
    takeWrite: createBucket(100, 50, 4_000, () => performance.now()),
    streams: new Set(),
    by: userName(),
    report: options.report,
  }
  const files =
    options.appFolder === undefined ? undefined : createAppFiles(options.appFolder, base)
  // The engine's own Request and Response stay what they are for the rest of the process.
  handle = getRequestListener(createUiApp(context, files).fetch, { overrideGlobalObjects: false })

  const place = `http://${shownHost(host)}:${port}${base}`
  return {
    port,
    link: `${place}?token=${access.tokens.write}`,
    shareLink: `${place}?token=${access.tokens.read}`,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((done) => server.close(done))
      await library.flush()
      for (const stream of [...context.streams]) stream.close()
      server.closeIdleConnections()
      setTimeout(() => server.closeAllConnections(), 500).unref()
      await closed
      await writers[Symbol.asyncDispose]()
      await library[Symbol.asyncDispose]()
    },
  }
}

function userName(): string {
  try {
    return userInfo().username
  } catch {
    // In containers a user may have a number and no name.
    return 'somebody'
  }
}

function baseOf(prefix: string | undefined): string {
  const parts = (prefix ?? '').split('/').filter((part) => part !== '')
  if (parts.some((part) => !/^[\w.~-]+$/.test(part) || /^\.+$/.test(part))) {
    throw new AttuneError(
      'usage',
      `--prefix is a path of plain names, such as /attune, got "${prefix}".`,
    )
  }
  return parts.length === 0 ? '/' : `/${parts.join('/')}/`
}

function shownHost(host: string): string {
  return isEverywhere(host) ? (namesOfMachine()[0] ?? 'localhost') : bracketed(host)
}

/** Listens at the port that is asked for, or at the first that is free. */
async function listen(
  server: ReturnType<typeof createServer>,
  host: string,
  asked: number | undefined,
): Promise<number> {
  for (let port = asked ?? defaultPort; ; port++) {
    try {
      await new Promise<void>((done, refuse) => {
        server.once('error', refuse)
        server.listen(port, host.replace(/^\[(.*)\]$/, '$1'), () => {
          server.off('error', refuse)
          done()
        })
      })
      return (server.address() as AddressInfo).port
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException
      const isTaken = code === 'EADDRINUSE'
      if (isTaken && asked === undefined && port < defaultPort + portsTried) continue
      throw new AttuneError('usage', listenProblem(code, host, port), { cause })
    }
  }
}

function listenProblem(code: string | undefined, host: string, port: number): string {
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} is taken. Choose another one with --port, or leave it out to get one that is free.`
    case 'EACCES':
      return `Port ${port} may not be used by this user. Choose one above 1023 with --port.`
    default:
      return `This machine has no address ${host} (${code ?? 'unknown'}). Leave --host out, or give one of its own addresses.`
  }
}
