import type { Study } from '@attune/core'
import { AttuneError } from '@attune/core'

import type { SteeredStudy } from '../cli/open-to-steer.ts'
import { openStored } from '../cli/open-to-steer.ts'
import type { StudyFeed } from './study-feed.ts'

/** Studies that are open for writing, each only while there is something to write. */
export interface Writers extends AsyncDisposable {
  /**
   * Says something to those who run a study. Work on one study is done one after the other.
   * @throws AttuneError `journal/locked` when it is kept in JSON lines and another process runs it
   */
  steer<T>(feed: StudyFeed, work: (study: Study) => Promise<T>): Promise<T>
  /** Opens the next trial, which is this server's until it is told, given back or the server ends. */
  ask(feed: StudyFeed): Promise<number>
  /** Trials of a study that were asked for here and are open. */
  asked(id: string): readonly number[]
}

/** A study that this process runs already, with the place of its journal. */
export interface LiveStudy {
  readonly path: string
  readonly study: Study
}

function liveOf(live: readonly LiveStudy[], feed: StudyFeed): LiveStudy | undefined {
  return live.find(({ path, study }) => path === feed.path && study.name === feed.name)
}

interface Writer {
  readonly study: Study
  readonly isWhole: boolean
  /** Whether nobody else can write while it is open. */
  readonly isAlone: boolean
  readonly close: () => Promise<void>
  readonly asked: Set<number>
  timer?: ReturnType<typeof setTimeout>
}

/** A study stays open for a while, since commands come in groups. */
const idleMs = 20_000
/** For so long a trial is waited for that others must make possible. */
const patienceMs = 20_000

export function createWriters(live: readonly LiveStudy[]): Writers {
  const writers = new Map<string, Writer>()
  const queues = new Map<string, Promise<unknown>>()
  const asking = new Map<string, Promise<number>>()

  const exclusive = <T>(id: string, work: () => Promise<T>): Promise<T> => {
    const before = queues.get(id) ?? Promise.resolve()
    const done = before.then(work, work)
    queues.set(
      id,
      done.catch(() => undefined),
    )
    return done
  }

  const open = async (feed: StudyFeed, isWhole: boolean): Promise<Writer> => {
    const own = liveOf(live, feed)
    if (own !== undefined) return { ...kept(own.study), isWhole: true }
    const before = writers.get(feed.id)
    clearTimeout(before?.timer)
    if (before !== undefined && (before.isWhole || !isWhole)) return before
    await close(feed.id)
    const { config } = await feed.history()
    const opened = await openStored({
      ...{ file: feed.path, name: feed.name },
      config: isWhole ? undefined : config,
    })
    const writer = { ...kept(opened.study), isWhole, ...closing(opened) }
    writers.set(feed.id, writer)
    return writer
  }

  const close = async (id: string): Promise<void> => {
    const writer = writers.get(id)
    if (writer === undefined) return
    clearTimeout(writer.timer)
    writers.delete(id)
    await writer.close()
  }

  /** Closes what is not needed: at once where others wait for it. */
  const settle = async (id: string): Promise<void> => {
    const writer = writers.get(id)
    if (writer === undefined) return
    for (const trial of writer.asked) {
      if (!writer.study.history.open.has(trial)) writer.asked.delete(trial)
    }
    if (writer.asked.size > 0 || asking.has(id)) return
    if (writer.isAlone) return close(id)
    clearTimeout(writer.timer)
    writer.timer = setTimeout(() => void exclusive(id, () => close(id)), idleMs)
    writer.timer.unref()
  }

  const using = <T>(
    feed: StudyFeed,
    isWhole: boolean,
    work: (writer: Writer) => Promise<T>,
  ): Promise<T> =>
    exclusive(feed.id, async () => {
      const writer = await open(feed, isWhole)
      try {
        return await work(writer)
      } finally {
        await settle(feed.id)
      }
    })

  const askNow = async (writer: Writer, id: string): Promise<number> => {
    const { study, asked } = writer
    await study.refresh()
    if (study.history.steering?.command === 'pause') {
      throw new AttuneError(
        'study/no-trial',
        `Study "${study.name}" is paused. Resume it, and ask again.`,
      )
    }
    // Others may have to finish first; a trial that comes late is there for who asks next.
    const trial =
      asking.get(id) ??
      study.ask().then(({ number }) => {
        asked.add(number)
        return number
      })
    asking.set(id, trial)
    const forget = (): void => void asking.delete(id)
    trial.then(forget, forget)
    return await within(trial, study.name)
  }

  return {
    steer: (feed, work) => using(feed, false, ({ study }) => work(study)),
    ask: (feed) => using(feed, true, (writer) => askNow(writer, feed.id)),
    asked: (id) => [...(writers.get(id)?.asked ?? [])],
    async [Symbol.asyncDispose]() {
      for (const id of [...writers.keys()]) await exclusive(id, () => close(id))
    },
  }
}

function kept(study: Study): Omit<Writer, 'isWhole'> {
  return { study, isAlone: false, close: async () => undefined, asked: new Set() }
}

function closing(opened: SteeredStudy): Pick<Writer, 'close' | 'isAlone'> {
  return { close: async () => opened[Symbol.asyncDispose](), isAlone: opened.isAlone }
}

async function within(trial: Promise<number>, name: string): Promise<number> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, refuse) => {
    timer = setTimeout(() => {
      const message = `No trial of study "${name}" can be opened before others have ended. Ask again later.`
      refuse(new AttuneError('study/no-trial', message))
    }, patienceMs)
  })
  try {
    return await Promise.race([trial, late])
  } finally {
    clearTimeout(timer)
  }
}
