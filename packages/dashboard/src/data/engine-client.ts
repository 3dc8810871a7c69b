import type { AboutStudy, Engine, OpenedStudy, Source, StudyChange } from './engine.ts'
import type { EngineMethods, PageNews, WorkerNews } from './protocol.ts'
import type { Channel, Client, NoMethods } from './rpc.ts'
import { connect } from './rpc.ts'
import type { StudyQuestions } from './study-host.ts'

/** What the engine needs of the page. */
export interface PageSurroundings {
  /** The way to the side that works. */
  readonly channel: Channel
  /** What stands before all paths of the server, without a slash at its end. */
  readonly base: string
  /** Starts a second worker for long computations, and gives the way to it; absent: there is none. */
  readonly startHelper?: () => Helper
  /** Calls back when the next picture is made. */
  readonly nextFrame: (callback: () => void) => void
  /** Whether somebody sees the page, and what calls back when that changes. */
  readonly isSeen: () => boolean
  readonly onSeen: (callback: () => void) => void
}

/** A second worker. */
export interface Helper {
  readonly port: MessagePort
  end(): void
}

/** The engine as the page has it: a worker that is asked. */
export interface EngineClient extends Engine {
  /** Ends everything that waits, as when the worker is gone. */
  fail(why: Error): void
}

interface Opened {
  about: AboutStudy
  readonly listeners: Set<(change: StudyChange) => void>
  readonly study: Omit<OpenedStudy, typeof Symbol.dispose>
}

export function engineClient(page: PageSurroundings): EngineClient {
  const opened = new Map<string, Opened>()
  let helper: Helper | undefined
  const worker: Client<EngineMethods, PageNews> = connect<
    EngineMethods,
    PageNews,
    NoMethods,
    WorkerNews
  >(page.channel, {}, hear)
  worker.tell({
    ...{ kind: 'begin', base: page.base, isSeen: page.isSeen() },
    hasHelper: page.startHelper !== undefined,
  })
  page.onSeen(() => worker.tell({ kind: 'seen', isSeen: page.isSeen() }))

  function hear(news: WorkerNews): void {
    if (news.kind === 'helper-wanted') {
      helper = page.startHelper!()
      const { port } = helper
      worker.tell({ kind: 'helper', port }, [port])
      return
    }
    if (news.kind === 'helper-done') {
      helper?.end()
      return
    }
    const { study, change } = news
    // Not seen, a page makes no pictures: changes wait until it does.
    page.nextFrame(() => {
      const known = opened.get(study)
      if (known !== undefined) {
        const { about, ...rest } = change
        if (about !== undefined) known.about = about
        for (const listener of [...known.listeners]) listener(rest)
      }
      worker.tell({ kind: 'shown', study })
    })
  }

  // A file is another one after its way to the worker: the page knows which is which.
  const files = new Map<File, string>()
  const idOf = (source: Source): string => {
    if (source.kind === 'server') return source.id
    if (source.kind === 'embedded') return 'page'
    const id = files.get(source.file) ?? `file ${files.size + 1}`
    files.set(source.file, id)
    return id
  }
  return {
    async open(source, onProgress) {
      const study = idOf(source)
      const about = await worker.call('open', [study, source], { onProgress })
      const known = opened.get(study) ?? openedStudy(worker, study, about)
      opened.set(study, known)
      known.about = about
      return withEnd(known, () => worker.tell({ kind: 'close', study }))
    },
    fail: (why) => worker.fail(why),
  }
}

function openedStudy(
  worker: Client<EngineMethods, PageNews>,
  study: string,
  about: AboutStudy,
): Opened {
  const ask =
    <K extends keyof StudyQuestions>(question: K) =>
    (...args: Parameters<StudyQuestions[K]>): ReturnType<StudyQuestions[K]> =>
      worker.call('ask', [study, question, args]) as ReturnType<StudyQuestions[K]>
  const listeners = new Set<(change: StudyChange) => void>()
  const opened: Opened = {
    about,
    listeners,
    study: {
      id: study,
      get about() {
        return opened.about
      },
      subscribe(listener) {
        listeners.add(listener)
        return () => void listeners.delete(listener)
      },
      charts: (query, signal) => worker.call('charts', [study, query], { signal }),
      chartTable: (query, place) => worker.call('chartTable', [study, query, place]),
      facts: ask('facts'),
      mask: ask('mask'),
      checkWhere: ask('checkWhere'),
      rows: ask('rows'),
      order: ask('order'),
      trial: ask('trial'),
      nearest: ask('nearest'),
      csv: ask('csv'),
      pack: ask('pack'),
      definition: ask('definition'),
      values: ask('values'),
      strips: ask('strips'),
      judging: ask('judging'),
    },
  }
  return opened
}

/** A handle of its own, which is closed once. */
function withEnd({ study }: Opened, end: () => void): OpenedStudy {
  let isOpen = true
  return Object.assign(Object.create(study) as typeof study, {
    [Symbol.dispose]() {
      if (isOpen) end()
      isOpen = false
    },
  })
}
