import { spawn } from 'node:child_process'
import { AttuneError, messageOf } from '@attune/core'

import { defaultJournal } from '../journals/default-journal.ts'
import { loadDashboard } from '../server/load-dashboard.ts'
import type { UiOptions, UiServer } from '../server/start-ui.ts'
import { isLoopback } from '../server/hosts.ts'
import { jsonLine } from '../text/json-line.ts'
import { plain } from '../text/text.ts'
import { wholeNumber } from './flags.ts'
import { watchInterrupts } from './interrupt.ts'
import type { Io } from './io.ts'

/** The options of `attune ui`, as the command line gives them. */
export interface UiFlags {
  readonly journal?: readonly string[] | undefined
  readonly host?: string | undefined
  readonly port?: string | undefined
  readonly allowHost?: readonly string[] | undefined
  readonly prefix?: string | undefined
  readonly readOnly?: boolean | undefined
  readonly share?: boolean | undefined
  readonly open?: boolean | undefined
  readonly json?: boolean | undefined
  /** Of attune. */
  readonly version: string
}

/** `attune ui`: serves studies to browsers until Ctrl-C. */
export async function ui(flags: UiFlags, io: Io): Promise<number> {
  const interrupt = watchInterrupts()
  try {
    const port = wholeNumber('--port', flags.port, 0)
    if (port !== undefined && port > 65_535) {
      throw new AttuneError('usage', `--port is a number up to 65535, got ${port}.`)
    }
    const say = (line: string): void => {
      if (flags.json) io.out(jsonLine({ type: 'note', text: line }))
      else io.err(`${plain(line)}\n`)
    }
    await using server = await startServer(
      {
        journals: [...new Set(flags.journal ?? [defaultJournal])],
        missing: flags.journal !== undefined,
        ...{ host: flags.host, port, prefix: flags.prefix, version: flags.version },
        allowedHosts: flags.allowHost ?? [],
        readOnly: flags.readOnly ?? false,
      },
      say,
      io,
    )
    announce(server, flags, io)
    if (flags.open) openBrowser(server.link, say)
    if (!interrupt.signal.aborted) {
      await new Promise((done) => interrupt.signal.addEventListener('abort', done, { once: true }))
    }
    return 0
  } finally {
    interrupt.restore()
  }
}

/** Starts the server, with the page if it is installed; what is wrong with it is said. */
export async function startServer(
  options: Omit<UiOptions, 'appFolder' | 'pageOf' | 'note' | 'report'>,
  say: (line: string) => void,
  io: Io,
): Promise<UiServer> {
  // Hono and the page are loaded only where somebody wants to look.
  const [{ startUi }, dashboard] = await Promise.all([
    import('../server/start-ui.ts'),
    loadDashboard(),
  ])
  if (dashboard === undefined) {
    say('The page is a package of its own and not installed: npm install @attune/dashboard')
  }
  return startUi({
    ...options,
    appFolder: dashboard?.appFolder,
    ...(dashboard === undefined ? {} : { pageOf: dashboard.pageOf }),
    note: say,
    report: (error) =>
      io.err(
        `attune ui: ${error instanceof Error ? (error.stack ?? error.message) : messageOf(error)}\n`,
      ),
  })
}

function announce(server: UiServer, flags: UiFlags, io: Io): void {
  const { port, link, shareLink } = server
  const share = flags.share ? { share: shareLink } : {}
  if (flags.json) {
    io.out(jsonLine({ type: 'ui', url: link, ...share, port, readOnly: flags.readOnly ?? false }))
    return
  }
  const isOpen = flags.host !== undefined && !isLoopback(flags.host)
  const lines = [
    `Studies are shown at  ${link}`,
    ...(flags.share ? [`To look only:         ${shareLink}`] : []),
    ...(isOpen
      ? [
          'Whoever has the link gets in, and what is sent can be read on the way: use it in a network you trust, or behind a proxy with TLS.',
        ]
      : []),
    'Ctrl-C ends the server; studies run on.',
  ]
  io.out(`${lines.join('\n')}\n`)
}

/** Opens the page by whatever the system opens pages with. */
function openBrowser(link: string, say: (line: string) => void): void {
  const [command, ...words] =
    process.platform === 'darwin'
      ? ['open']
      : process.platform === 'win32'
        ? ['cmd', '/c', 'start', '']
        : ['xdg-open']
  const child = spawn(command as string, [...words, link], { detached: true, stdio: 'ignore' })
  child.on('error', () => say('No browser could be opened; follow the link.'))
  child.unref()
}
