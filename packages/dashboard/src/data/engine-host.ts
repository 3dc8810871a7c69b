import { AttuneError } from '@attune/core'

import type { Source } from './engine.ts'
import { helperWork } from './helper-work.ts'
import type { EngineMethods, PageNews, WorkerNews } from './protocol.ts'
import type { Channel } from './rpc.ts'
import { connect, transferred } from './rpc.ts'
import type { StudyHost } from './study-host.ts'
import { studyHost } from './study-host.ts'
import type { StudySource } from './study-source.ts'
import { createTurns } from './turns.ts'

/** What the engine needs of where it runs. */
export interface HostSurroundings {
  /** Makes what reads a study; `base` stands before all paths of the server. */
  readonly sourceOf: (source: Source, base: string) => StudySource
}

interface Hosted {
  readonly host: StudyHost
  /** How often it was opened and not closed. */
  users: number
  /** Whether the page has not yet shown the change it was told of last. */
  isTelling: boolean
  isWaiting: boolean
  readonly listeners: Set<(share: number) => void>
}

/** Studies that nobody looks at any more, and are kept in case somebody comes back. */
const mostParked = 2

/** The side of the engine that reads studies and works out what the page shows. */
export function serveEngine(channel: Channel, surroundings: HostSurroundings): void {
  const studies = new Map<string, Hosted>()
  const turns = createTurns()
  let base = ''
  let isSeen = true
  const heavy = helperWork({
    start: () => page.tell({ kind: 'helper-wanted' }),
    end: () => page.tell({ kind: 'helper-done' }),
  })

  const page = connect<never, WorkerNews, EngineMethods, PageNews>(
    channel,
    {
      async open({ progress }, id, source) {
        const hosted = studies.get(id) ?? start(id, source)
        hosted.users++
        hosted.listeners.add(progress)
        // The one that was opened last is let go of last.
        studies.delete(id)
        studies.set(id, hosted)
        if (isSeen) hosted.host.resume()
        try {
          return await hosted.host.opened
        } catch (error) {
          if (studies.get(id) === hosted) studies.delete(id)
          hosted.host.close()
          throw error
        } finally {
          hosted.listeners.delete(progress)
        }
      },
      async ask(_, study, question, args) {
        const answer = (...all: never[]): Promise<unknown> =>
          (hostedOf(study).host.questions[question] as (...given: never[]) => Promise<unknown>)(
            ...all,
          )
        const result = await answer(...(args as never[]))
        // Made for this answer alone.
        if (question === 'pack')
          return transferred(result, [(result as Uint8Array<ArrayBuffer>).buffer])
        return result
      },
      charts: ({ signal }, study, query) => hostedOf(study).host.charts(query, signal),
      chartTable: (_, study, query, place) => hostedOf(study).host.chartTable(query, place),
    },
    hear,
  )

  function hear(news: PageNews): void {
    switch (news.kind) {
      case 'begin':
        ;({ base, isSeen } = news)
        if (!news.hasHelper) heavy.stayHere()
        return
      case 'seen':
        isSeen = news.isSeen
        for (const { host, users } of studies.values()) {
          if (!isSeen) host.pause()
          else if (users > 0) host.resume()
        }
        return
      case 'shown': {
        const hosted = studies.get(news.study)
        if (hosted === undefined) return
        hosted.isTelling = false
        tell(news.study, hosted)
        return
      }
      case 'close':
        close(news.study)
        return
      case 'helper':
        heavy.join(news.port)
    }
  }

  const hostedOf = (study: string): Hosted => {
    const hosted = studies.get(study)
    if (hosted !== undefined) return hosted
    throw new AttuneError('usage', `The study ${study} is not open.`)
  }
  const start = (id: string, source: Source): Hosted => {
    const listeners = new Set<(share: number) => void>()
    const hosted: Hosted = {
      ...{ users: 0, isTelling: false, isWaiting: false, listeners },
      host: studyHost(id, {
        source: surroundings.sourceOf(source, base),
        turns,
        heavy,
        other: async (other) => {
          const found = studies.get(other) ?? start(other, { kind: 'server', id: other })
          return found.host.charted()
        },
        onChange: () => tell(id, hosted),
        onProgress: (share) => listeners.forEach((listener) => listener(share)),
      }),
    }
    studies.set(id, hosted)
    return hosted
  }
  /** Tells of changes when the page has shown those before. */
  const tell = (study: string, hosted: Hosted): void => {
    if (hosted.isTelling || hosted.isWaiting || hosted.users === 0) return
    hosted.isWaiting = true
    // What comes together is told together.
    setTimeout(() => {
      hosted.isWaiting = false
      const change = hosted.host.takeChange()
      if (change === undefined) return
      hosted.isTelling = true
      page.tell({ kind: 'change', study, change })
    })
  }
  const close = (study: string): void => {
    const hosted = studies.get(study)
    if (hosted === undefined) return
    hosted.users--
    if (hosted.users > 0) return
    hosted.isTelling = false
    hosted.host.pause()
    const parked = [...studies].filter(([, { users }]) => users <= 0)
    for (const [id, { host }] of parked.slice(0, -mostParked)) {
      host.close()
      studies.delete(id)
    }
  }
}
