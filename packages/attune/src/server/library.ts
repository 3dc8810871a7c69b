import { createHash } from 'node:crypto'
import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import type { StudyCard } from '@attune/core'
import { AttuneError, messageOf } from '@attune/core'

import type { StudySummary } from '../journals/journal-store.ts'
import { inspectFile } from '../journals/inspect-file.ts'
import { shownPath } from '../text/shown-path.ts'
import type { CardTools } from './cards.ts'
import { emptyCard } from './cards.ts'
import { coalesced } from './coalesced.ts'
import { belongsTo, createFolderWatch } from './folder-watch.ts'
import type { FolderWatch } from './folder-watch.ts'
import type { JournalFile } from './journal-file.ts'
import { createJournalFile } from './journal-file.ts'
import type { StudyFeed } from './study-feed.ts'
import { createStudyFeed } from './study-feed.ts'

/** All studies of all journals, as long as they stand at their places. */
export interface Library extends AsyncDisposable {
  /** The journals and folders, as they were given. */
  readonly places: readonly string[]
  /**
   * The cards of all studies, one after the other as they are ready.
   * @param forWatcher whether they are for one who watches them from now on
   */
  cards(forWatcher?: boolean): AsyncIterable<StudyCard>
  /** @throws AttuneError `study/not-found` */
  feed(id: string): Promise<StudyFeed>
  /** Calls back when a study changed, appeared or is gone, until the function it gives is called. */
  watchCards(watcher: CardWatcher): () => void
  /** Follows the files until the function it gives is called. */
  watchFiles(): () => void
  /** Looks for what is new now, as after a write of this process. */
  ask(): void
}

export interface CardWatcher {
  card(card: StudyCard): void
  gone(id: string): void
}

export interface LibraryOptions {
  /** Files of journals, or folders of such. */
  readonly journals: readonly string[]
  readonly cards: CardTools
  /** Whether a journal that is not there is worth a card; default true. */
  readonly missing?: boolean
  /** Told what the page cannot show, such as a folder that cannot be watched. */
  readonly note: (line: string) => void
}

interface Held {
  readonly id: string
  readonly summary: StudySummary
  readonly journal: JournalFile
  feed?: StudyFeed
  card?: { readonly events: number; readonly card: StudyCard }
  /** How many events it had when those who look at the list were told of it last. */
  told?: number
}

/** An open history that nobody has used for so long is let go. */
const idleMs = 60_000
/** Histories that nobody follows may take so much memory together, in bytes. */
const mostBytes = 250_000_000
const endings = /\.(db|sqlite|jsonl|ndjson)$/

export function createLibrary(options: LibraryOptions): Library {
  const places = options.journals.map((file) => ({ file, path: pathOf(file) }))
  const files = new Map<string, JournalFile>()
  const held = new Map<string, Held>()
  const problems = new Map<string, StudyCard>()
  const watchers = new Set<CardWatcher>()
  let lookers = 0
  let watch: FolderWatch | undefined
  let idle: ReturnType<typeof setTimeout> | undefined
  let closed = false

  const gone = (id: string): void => {
    for (const watcher of watchers) watcher.gone(id)
  }
  const shown = (card: StudyCard): void => {
    for (const watcher of watchers) watcher.card(card)
  }

  const drop = async (one: Held): Promise<void> => {
    held.delete(one.id)
    await one.feed?.[Symbol.asyncDispose]()
    gone(one.id)
  }

  /** A folder may hold databases of other programs. */
  const isForeignInFolder = (path: string, code: string | undefined): boolean =>
    code === 'journal/foreign' && !places.some((place) => place.path === path)

  const setProblem = (file: string, path: string, problem: string | undefined): void => {
    const id = idOf(path, '')
    const before = problems.get(id)
    if (before?.problem === problem) return
    if (problem === undefined) {
      problems.delete(id)
      gone(id)
      return
    }
    const card = emptyCard({ id, name: basename(path), journal: file, problem })
    problems.set(id, card)
    shown(card)
  }

  const lookAt = async (journal: JournalFile): Promise<void> => {
    const { file, path } = journal
    const { studies, problem, replaced } = await journal.look()
    const own = [...held.values()].filter((one) => one.journal === journal)
    const names = new Set(studies.map(({ name }) => name))
    for (const one of own) if (replaced || !names.has(one.summary.name)) await drop(one)
    for (const summary of studies) {
      const id = idOf(path, summary.name)
      const before = held.get(id)
      if (before === undefined) held.set(id, { id, summary, journal })
      else Object.assign(before, { summary })
    }
    const isQuiet =
      problem?.code === 'absent'
        ? options.missing === false
        : isForeignInFolder(path, problem?.code)
    setProblem(file, path, isQuiet ? undefined : problem?.message)
  }

  let looking: Promise<void> | undefined
  const lookNow = async (): Promise<void> => {
    const wanted = new Map(places.flatMap(({ file, path }) => filesAt(file, path)))
    for (const [path, journal] of files) {
      if (wanted.has(path)) continue
      files.delete(path)
      setProblem(journal.file, path, undefined)
      for (const one of [...held.values()]) if (one.journal === journal) await drop(one)
      await journal[Symbol.asyncDispose]()
    }
    for (const [path, file] of wanted) {
      const journal = files.get(path) ?? createJournalFile(file, path)
      files.set(path, journal)
      await lookAt(journal)
    }
  }
  /** At most one look at a time; who asks meanwhile gets one that begins later. */
  let next: Promise<void> | undefined
  const look = (): Promise<void> => {
    if (looking === undefined) {
      looking = lookNow().finally(() => (looking = undefined))
      return looking
    }
    next ??= looking.then(
      () => ((next = undefined), look()),
      () => ((next = undefined), look()),
    )
    return next
  }

  const feedOf = (one: Held): StudyFeed => {
    const { id, journal, summary } = one
    return (one.feed ??= createStudyFeed({
      ...{ id, name: summary.name, file: journal.file, path: journal.path },
      openJournal: () => journal.journal(summary.name),
    }))
  }

  const cardOf = async (one: Held): Promise<StudyCard> => {
    const { events } = one.summary
    if (one.card !== undefined && one.card.events >= events) return one.card.card
    const feed = feedOf(one)
    try {
      const card = await feed.still((history) => options.cards.cardOf(feed, history))
      one.card = { events: feed.seq, card }
      return card
    } catch (error) {
      const { id, summary, journal } = one
      const { name, createdAt } = summary
      const problem = messageOf(error).replaceAll(journal.path, journal.file)
      const card = emptyCard({ id, name, createdAt, journal: journal.file, problem })
      one.card = { events, card }
      return card
    } finally {
      tidy()
    }
  }

  const noted = new Set<string>()
  const noteOnce = (line: string): void => {
    if (!noted.has(line) && !closed) options.note(line)
    noted.add(line)
  }

  const readOn = async (feed: StudyFeed): Promise<boolean> => {
    try {
      return await feed.readOn()
    } catch (error) {
      // What others keep locked is read later.
      if (error instanceof AttuneError && error.code === 'journal/busy') return true
      await feed.end(messageOf(error).replaceAll(feed.path, feed.file))
      return true
    }
  }

  /** Reads on what is followed. */
  const followOn = async (): Promise<boolean> => {
    let found = false
    const followed = [...held.values()].filter(({ feed }) => (feed?.followers ?? 0) > 0)
    for (const { id, feed, journal } of followed) {
      if (!journal.isSame()) await look()
      if (held.has(id)) found = (await readOn(feed!)) || found
    }
    return found
  }

  /** Makes new cards of what has changed, for those who look at the list. */
  const renewCards = async (): Promise<boolean> => {
    if (watchers.size === 0) return false
    await look()
    const changed = [...held.values()].filter((one) => one.told !== one.summary.events)
    for (const one of changed) {
      one.told = one.summary.events
      shown(await cardOf(one))
    }
    return changed.length > 0
  }

  const quietly = (work: () => Promise<boolean>) => async (): Promise<boolean> => {
    try {
      return await work()
    } catch (error) {
      noteOnce(`A journal cannot be read just now: ${messageOf(error)}`)
      return false
    }
  }
  // Cards take longer, and may come later.
  const events = coalesced(quietly(followOn), 3)
  const list = coalesced(quietly(renewCards), 15)
  const ask = (): void => {
    events.ask()
    if (watchers.size > 0) list.ask()
  }

  function tidy(): void {
    clearTimeout(idle)
    const open = [...held.values()].filter(({ feed }) => feed?.open !== undefined)
    const free = open
      .filter(({ feed }) => feed!.followers === 0)
      .toSorted((a, b) => a.feed!.usedAt - b.feed!.usedAt)
    let bytes = free.reduce((sum, { feed }) => sum + feed!.bytes, 0)
    const now = performance.now()
    for (const { feed } of free) {
      const isOld = now - feed!.usedAt >= idleMs
      // The last one that was used stays, whatever its size: somebody looks at it now.
      if (!isOld && (bytes <= mostBytes || feed === free.at(-1)?.feed)) continue
      bytes -= feed!.bytes
      feed!.release()
      options.cards.release(feed!)
    }
    const oldest = free.find(({ feed }) => feed!.open !== undefined)?.feed
    if (oldest === undefined || closed) return
    // Once, when the next one is due: nothing ticks while nobody looks.
    idle = setTimeout(tidy, Math.max(1, oldest.usedAt + idleMs - now))
    idle.unref()
  }

  const watchFolders = (): void => {
    watch = createFolderWatch(
      (folder, name) => {
        if (name === undefined || places.some((place) => concerns(place.path, folder, name))) {
          ask()
        }
      },
      (folder, error) =>
        noteOnce(
          `${shownPath(folder)} cannot be watched (${messageOf(error)}), so that new trials are shown when a page is loaded again.`,
        ),
    )
    for (const { path } of places) watch.add(isFolder(path) ? path : dirname(path))
  }

  return {
    places: places.map(({ file }) => file),
    async *cards(forWatcher = false) {
      await look()
      yield* problems.values()
      for (const one of [...held.values()]) {
        // Who looks alone is told by this.
        if (forWatcher && watchers.size === 1) one.told = one.summary.events
        yield await cardOf(one)
      }
    },
    async feed(id) {
      if (!held.has(id)) await look()
      const one = held.get(id)
      if (one !== undefined) {
        setImmediate(tidy)
        return feedOf(one)
      }
      const problem = problems.get(id)?.problem
      const message = problem ?? 'There is no such study here. It may have been moved or deleted.'
      throw new AttuneError('study/not-found', message)
    },
    watchCards(watcher) {
      watchers.add(watcher)
      const end = this.watchFiles()
      return () => {
        watchers.delete(watcher)
        end()
      }
    },
    watchFiles() {
      if (lookers++ === 0) {
        watchFolders()
        ask()
      }
      let ended = false
      return () => {
        if (ended) return
        ended = true
        if (--lookers === 0) {
          watch?.[Symbol.dispose]()
          watch = undefined
        }
        // Behind the streams that end now.
        setImmediate(tidy)
      }
    },
    ask,
    async [Symbol.asyncDispose]() {
      closed = true
      events.stop()
      list.stop()
      clearTimeout(idle)
      watch?.[Symbol.dispose]()
      await looking?.catch(() => undefined)
      for (const one of held.values()) await one.feed?.[Symbol.asyncDispose]()
      for (const journal of files.values()) await journal[Symbol.asyncDispose]()
    },
  }
}

/** The same as long as the journal stands at its place; readable, and safe in an address. */
export function idOf(path: string, study: string): string {
  const hash = createHash('sha256').update(`${path}\0${study}`).digest('hex').slice(0, 12)
  const words = study
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replaceAll(/^-+|-+$/g, '')
  return words === '' ? hash : `${words}-${hash}`
}

export function pathOf(file: string): string {
  return existsSync(file) ? realpathSync(file) : resolve(file)
}

const isFolder = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false

/** Whether a file is the journal, belongs to it, or is one of a folder of journals. */
function concerns(path: string, folder: string, name: string): boolean {
  if (path === folder) return endings.test(name.replace(/-(wal|journal)$/, ''))
  return belongsTo(path, folder, name)
}

/** The journal, or those in the folder: what is called like one and is one. */
function filesAt(file: string, path: string): [path: string, file: string][] {
  if (!isFolder(path)) return [[path, file]]
  const names = readdirSync(path)
    .filter((name) => endings.test(name))
    .toSorted()
  return names
    .filter((name) => ['sqlite', 'json'].includes(inspectFile(join(path, name)).kind))
    .map((name) => [join(path, name), join(file, name)])
}
