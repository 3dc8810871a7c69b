import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Browser } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'

import { writeStudies } from '../made-studies.ts'
import type { Look, UiOptions, UiServer, Watched } from './harness.ts'
import { cardsOf, openBrowser, openPage, settle, signIn, startUi } from './harness.ts'

/** Made studies behind a server, and a browser; for all tests of a file. */
export interface Served {
  readonly folder: string
  readonly file: string
  readonly server: UiServer
  readonly browser: Browser
  /** The id of a study by its name. */
  idOf(name: string): string
  /** A page that is signed in, at a path of the app. */
  open(path: string, look?: Look): Promise<Watched>
}

/** Starts a server for made studies, or for none, before the tests of a file, and ends it after them. */
export function serve(names: readonly string[], options: Partial<UiOptions> = {}): () => Served {
  let served: Served | undefined
  const ends: (() => Promise<void>)[] = []
  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'attune-browser-'))
    ends.push(async () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
    const file = join(folder, 'studies.db')
    await writeStudies(file, names)
    const journals = names.length === 0 ? [] : [file]
    const server = await startUi({ journals, cwd: folder, ...options })
    ends.push(async () => server[Symbol.asyncDispose]())
    const browser = await openBrowser()
    ends.push(() => browser.close())
    served = { folder, file, server, browser, ...(await visits(server, browser)) }
  }, 120_000)
  afterAll(async () => {
    for (const end of ends.reverse()) await end()
  })
  return () => {
    if (served === undefined) throw new Error('The server has not begun.')
    return served
  }
}

async function visits(server: UiServer, browser: Browser): Promise<Pick<Served, 'idOf' | 'open'>> {
  await using first = await openPage(browser)
  await signIn(first.context, server)
  const cards = await cardsOf(first.context, server)
  return {
    idOf(name) {
      const card = cards.get(name)
      if (card === undefined) throw new Error(`The server shows no study ${name}.`)
      return card.id
    },
    async open(path, look) {
      const watched = await openPage(browser, look)
      await signIn(watched.context, server)
      await watched.page.goto(server.origin + path)
      await settle(watched.page)
      return watched
    },
  }
}

/** A journal of JSON lines of a made study, to be dropped on a page. */
export async function writeLines(folder: string, name: string): Promise<string> {
  const file = join(folder, 'dropped.jsonl')
  await writeStudies(file, [name])
  return file
}
