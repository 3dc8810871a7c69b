import { basename, dirname } from 'node:path'
import type { StudyCard } from '@attune/core'
import { AttuneError, messageOf } from '@attune/core'

import type { StudySummary } from '../journals/journal-store.ts'
import { shownPath } from '../text/shown-path.ts'
import type { CardTools, MadeCard } from './cards.ts'
import { emptyCard } from './cards.ts'
import { coalesced } from './coalesced.ts'
import { createFolderWatch } from './folder-watch.ts'
import type { FolderWatch } from './folder-watch.ts'
import type { JournalFile } from './journal-file.ts'
import { concerns, filesAt, idOf, isFolder, pathOf } from './journal-places.ts'
import { createJournalFile, takeInLog } from './journal-file.ts'
import type { StudyFeed } from './study-feed.ts'
import { createStudyFeed } from './study-feed.ts'
import { createTidier } from './tidier.ts'

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
  /** Gives those who follow a study what there is, before they are left alone. */
  flush(): Promise<void>
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
  /** Whether nothing may be written at all, not even what is in order; default false. */
  readonly readOnly?: boolean
  /** Told what the page cannot show, such as a folder that cannot be watched. */
  readonly note: (line: string) => void
}

interface Held {
  readonly id: string
  readonly summary: StudySummary
  readonly journal: JournalFile
  feed?: StudyFeed
  card?: MadeCard & { readonly events: number }
  /** How many events it had when those who look at the list were told of it last. */
  told?: number
}

export function createLibrary(options: LibraryOptions): Library {
  const places = options.journals.map((file) => ({ file, path: pathOf(file) }))
  const files = new Map<string, JournalFile>()
  const held = new Map<string, Held>()
  const problems = new Map<string, StudyCard>()
  const watchers = new Set<CardWatcher>()
  let lookers = 0
  let watch: FolderWatch | undefined
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
    const known = one.card
    if (known !== undefined && known.events >= events && !known.isOutlived()) return known.card
    const feed = feedOf(one)
    try {
      const made = await feed.still((history) => options.cards.cardOf(feed, history))
      one.card = { events: feed.seq, ...made }
      return made.card
    } catch (error) {
      const { id, summary, journal } = one
      const { name, createdAt } = summary
      const problem = messageOf(error).replaceAll(journal.path, journal.file)
      const card = emptyCard({ id, name, createdAt, journal: journal.file, problem })
      one.card = { events, card, isOutlived: () => false }
      return card
    } finally {
      tidier.tidy()
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
    const changed = [...held.values()].filter(
      (one) => one.told !== one.summary.events || one.card?.isOutlived() === true,
    )
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

  const tidier = createTidier(() => [...held.values()].flatMap(({ feed }) => feed ?? []), {
    release(feed) {
      feed.release()
      options.cards.release(feed)
    },
  })

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
        setImmediate(tidier.tidy)
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
        setImmediate(tidier.tidy)
      }
    },
    ask,
    flush: async () => void (await quietly(followOn)()),
    async [Symbol.asyncDispose]() {
      closed = true
      events.stop()
      list.stop()
      tidier.stop()
      watch?.[Symbol.dispose]()
      await looking?.catch(() => undefined)
      for (const one of held.values()) await one.feed?.[Symbol.asyncDispose]()
      for (const journal of files.values()) await journal[Symbol.asyncDispose]()
      if (options.readOnly === true) return
      for (const path of files.keys()) await takeInLog(path)
    },
  }
}
