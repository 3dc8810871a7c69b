import type { IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Artifact, History } from '@attune/core'
import { checkArtifactName } from '@attune/core'

import { openArtifactStore } from '../../artifacts/artifact-store.ts'
import { attachContents } from '../../artifacts/attach-files.ts'
import { artifactsOf, attachedTo } from '../../artifacts/kept-trials.ts'
import type { StoredContent } from '../../artifacts/put-artifact.ts'
import { putDraft } from '../../artifacts/put-artifact.ts'
import { artifactType } from '../artifact-type.ts'
import type { UiContext } from '../context.ts'
import { largestFile, mostUploads } from '../limits.ts'
import { Refusal } from '../refusal.ts'
import type { StudyFeed } from '../study-feed.ts'
import type { UiRequest, UiRoutes } from './entry.ts'
import { json } from './list-routes.ts'
import { sendFile } from './send-file.ts'
import { trialAsked } from './trial-asked.ts'

/** Whose files an address is about: those of a trial, or without one those of the study. */
interface Owner {
  readonly feed: StudyFeed
  readonly history: History
  readonly trial?: number
}

/** The files of studies and trials: given, attached and taken away. */
export function fileRoutes(routes: UiRoutes, context: UiContext): void {
  const { library, writers, by } = context
  let uploads = 0

  const ofStudy = async (c: UiRequest): Promise<Owner> => {
    const feed = await library.feed(c.req.param('id') as string)
    return { feed, history: await feed.history() }
  }
  const ofTrial = async (c: UiRequest): Promise<Owner> => {
    const [feed, history, trial] = await trialAsked(c, library)
    return { feed, history, trial }
  }

  const give = async (c: UiRequest, { feed, history, trial }: Owner): Promise<Response> => {
    const name = nameAfter(c.req.path)
    const files = trial === undefined ? attachedTo(history) : artifactsOf(history, trial)
    // By the journal's own list: a name leads nowhere but to a content by its hash.
    const artifact = files.find((each) => each.name === name)
    const file = artifact && (await openArtifactStore(feed.path).find(artifact.sha256))
    if (artifact === undefined || file === undefined) {
      throw new Refusal(404, 'not-found', 'This file is not kept (any more).')
    }
    return await sendFile(c, file, artifact.name)
  }

  const attach = async (c: UiRequest, { feed, trial }: Owner): Promise<Response> => {
    const name = nameAfter(c.req.path)
    const problem = checkArtifactName(name)
    if (problem !== undefined) throw new Refusal(400, 'name', problem)
    if (uploads >= mostUploads) {
      throw new Refusal(503, 'too-many', 'The server takes in other files just now. Try again.')
    }
    uploads++
    try {
      const content = await received(c.env.incoming as never, feed.path)
      const { sha256, bytes } = content
      const done = await writers
        .steer(feed, (study) => attachContents(study, [{ name, content }], { trial, by }))
        .finally(() => content.release())
      library.ask()
      const artifact: Artifact = { name, sha256, bytes }
      return json(c, { ok: true, ...done, artifact: { ...artifact, type: artifactType(name) } })
    } finally {
      uploads--
    }
  }

  const detach = async (c: UiRequest, { feed, history, trial }: Owner): Promise<Response> => {
    const name = nameAfter(c.req.path)
    if (!attachedTo(history, trial).some((file) => file.name === name)) {
      throw new Refusal(404, 'not-found', 'No file of this name is attached.')
    }
    const done = await writers.steer(feed, (study) =>
      study.annotate({ ...(trial === undefined ? {} : { trial }), by, detached: [name] }),
    )
    library.ask()
    return json(c, { ok: true, ...done })
  }

  const places = [
    ['/api/studies/:id/artifacts/*', ofStudy],
    ['/api/studies/:id/trials/:trial/artifacts/*', ofTrial],
  ] as const
  routes.get('/api/studies/:id/artifacts', async (c) => {
    const { history } = await ofStudy(c)
    const files = attachedTo(history).map((file) => ({
      ...{ ...file, type: artifactType(file.name), attached: true },
    }))
    return json(c, files)
  })
  for (const [path, ownerOf] of places) {
    routes.get(path, async (c) => give(c, await ownerOf(c)))
    routes.put(path, async (c) => {
      await turn(context)
      return await attach(c, await ownerOf(c))
    })
    routes.delete(path, async (c) => {
      await turn(context)
      return await detach(c, await ownerOf(c))
    })
  }
}

/** Waits until one more write is due. */
async function turn({ takeWrite }: UiContext): Promise<void> {
  const waitMs = takeWrite()
  if (waitMs > 0) await sleep(waitMs)
}

function nameAfter(path: string): string {
  const mark = '/artifacts/'
  try {
    return decodeURIComponent(path.slice(path.indexOf(mark) + mark.length))
  } catch {
    throw new Refusal(400, 'usage', 'The name of the file is not encoded as it should be.')
  }
}

/** The body of a request as content of the store of a journal, which is protected until released. */
async function received(incoming: IncomingMessage, journal: string): Promise<StoredContent> {
  const tooLarge = (): Refusal =>
    new Refusal(
      413,
      'too-large',
      `A file has at most ${largestFile / 1024 ** 2} MiB here; larger ones: attune attach.`,
    )
  if (Number(incoming.headers['content-length'] ?? 0) > largestFile) throw tooLarge()
  const store = openArtifactStore(journal)
  const incomplete = (): Refusal =>
    new Refusal(400, 'incomplete', 'The file did not come whole. Send it again.')
  const draft = await store.writeIn(incoming, largestFile).catch((error: unknown) => {
    if (error instanceof RangeError) throw tooLarge()
    throw incoming.destroyed && !incoming.complete ? incomplete() : error
  })
  if (incoming.complete) return await putDraft(store, draft)
  await store.drop(draft)
  throw incomplete()
}
