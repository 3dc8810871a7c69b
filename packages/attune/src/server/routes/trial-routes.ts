import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import type { History, StudyEvent } from '@attune/core'
import { AttuneError, cell, recordOf, trialSeed } from '@attune/core'

import { openArtifactStore } from '../../artifacts/artifact-store.ts'
import { artifactsOf } from '../../artifacts/kept-trials.ts'
import { commandOf } from '../../cli/command-of.ts'
import { trialEnvironment } from '../../executors/trial-environment.ts'
import { trialFolder } from '../../executors/trial-folder.ts'
import { artifactType, isShown } from '../artifact-type.ts'
import type { UiContext } from '../context.ts'
import { Refusal } from '../refusal.ts'
import type { StudyFeed } from '../study-feed.ts'
import { isOutputName, outputSizes, readOutput } from '../trial-output.ts'
import { trialStory } from '../trial-story.ts'
import type { UiRequest, UiRoutes } from './entry.ts'
import { json } from './list-routes.ts'
import { savedAs } from './study-routes.ts'

/** A page of its own without rights: what a trial left is never run. */
const sandbox = "sandbox; default-src 'none'"

/** What is known of a trial beside the columns of the study. */
export function trialRoutes(routes: UiRoutes, { library, queued }: UiContext): void {
  const trialOf = async (c: UiRequest): Promise<[StudyFeed, History, number]> => {
    const feed = await library.feed(c.req.param('id') as string)
    const history = await feed.history()
    const text = c.req.param('trial') as string
    const trial = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
    if (trial < history.length) return [feed, history, trial]
    throw new Refusal(404, 'not-found', `Study "${feed.name}" has no trial ${text}.`)
  }

  routes.get('/api/studies/:id/trials/:trial', async (c) => {
    const [feed, history, trial] = await trialOf(c)
    return json(c, await queued('trial', () => trialDetails(feed, history, trial)))
  })

  routes.get('/api/studies/:id/trials/:trial/output/:name', async (c) => {
    const [feed, , trial] = await trialOf(c)
    const name = c.req.param('name')
    if (!isOutputName(name)) throw new Refusal(404, 'not-found', 'There are stdout and stderr.')
    const from = numberOf(c.req.query('from'))
    const attempt = numberOf(c.req.query('attempt'))
    const part = await readOutput(trialFolder(feed.path, feed.name, trial), name, {
      ...(from === undefined ? {} : { from }),
      ...(attempt === undefined ? {} : { attempt }),
    })
    if (part === undefined) throw new Refusal(404, 'not-found', 'This output was not kept.')
    return c.body(part.bytes as Uint8Array<ArrayBuffer>, 200, {
      'content-type': 'text/plain; charset=utf-8',
      'content-security-policy': sandbox,
      'attune-from': String(part.from),
      'attune-size': String(part.size),
    })
  })

  routes.get('/api/studies/:id/trials/:trial/artifacts/*', async (c) => {
    const [feed, history, trial] = await trialOf(c)
    const name = nameAfter(c.req.path, '/artifacts/')
    // By the journal's own list: a name leads nowhere but to a content by its hash.
    const artifact = artifactsOf(history, trial).find((each) => each.name === name)
    const file = artifact && (await openArtifactStore(feed.path).find(artifact.sha256))
    if (artifact === undefined || file === undefined) {
      throw new Refusal(404, 'not-found', 'This file is not kept (any more).')
    }
    return await sendFile(c, file, artifact.name)
  })
}

const numberOf = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined

function nameAfter(path: string, mark: string): string {
  try {
    return decodeURIComponent(path.slice(path.indexOf(mark) + mark.length))
  } catch {
    throw new Refusal(400, 'usage', 'The name of the file is not encoded as it should be.')
  }
}

async function trialDetails(feed: StudyFeed, history: History, trial: number): Promise<object> {
  const { name, path } = feed
  const folder = trialFolder(path, name, trial)
  const record = recordOf(history, trial)
  const hasValues = record.state !== 'waiting'
  const command = hasValues ? commandOf(history, trial, path) : undefined
  const seed = trialSeed(history.config?.seed ?? 0, trial)
  const output = await outputSizes(folder)
  const hasFolder = (await stat(folder).catch(() => undefined)) !== undefined
  return {
    ...(command === undefined ? {} : { command }),
    ...(hasFolder ? { folder } : {}),
    ...(hasFolder && hasValues
      ? { environment: trialEnvironment({ ...record, seed }, name, folder) }
      : {}),
    output,
    artifacts: artifactsOf(history, trial).map(({ name, bytes }) => ({
      ...{ name, bytes, type: artifactType(name) },
    })),
    story: trialStory(await eventsOf(feed, history, trial), trial),
  }
}

/** The events between which all of the trial's lie. */
async function eventsOf(feed: StudyFeed, history: History, trial: number): Promise<StudyEvent[]> {
  const first = cell(history, 'firstSeq', trial) || 1
  const last = cell(history, 'lastSeq', trial) || history.seq
  const found: StudyEvent[] = []
  for await (const entries of feed.read(first - 1)) {
    for (const { event } of entries)
      if ('trial' in event && event.trial === trial) found.push(event)
    if ((entries.at(-1)?.seq ?? 0) >= last) break
  }
  return found
}

/** Sends a file, or the part of it that a player wants. */
async function sendFile(c: UiRequest, file: string, name: string): Promise<Response> {
  const type = artifactType(name)
  const { size } = await stat(file).catch((cause: unknown) => {
    throw new AttuneError('usage', 'The file cannot be read.', { cause })
  })
  const headers = {
    'content-type': type,
    'content-security-policy': sandbox,
    'content-disposition': isShown(type) ? 'inline' : savedAs(name),
    'accept-ranges': 'bytes',
  }
  const range = rangeOf(c.req.header('range'), size)
  const { from, to } = range ?? { from: 0, to: size - 1 }
  const length = { 'content-length': String(Math.max(0, to - from + 1)) }
  if (c.req.method === 'HEAD' || size === 0) return c.body(null, 200, { ...headers, ...length })
  const body = Readable.toWeb(createReadStream(file, { start: from, end: to })) as ReadableStream
  if (range === undefined) return c.body(body, 200, { ...headers, ...length })
  return c.body(body, 206, {
    ...headers,
    ...length,
    'content-range': `bytes ${from}-${to}/${size}`,
  })
}

/** One range, as players ask for; whatever else is asked gets the whole file. */
function rangeOf(
  header: string | undefined,
  size: number,
): { readonly from: number; readonly to: number } | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? []
  if (first === '' && last === '') return undefined
  const from = first === '' ? Math.max(0, size - Number(last)) : Number(first)
  const to = first === '' || last === '' ? size - 1 : Math.min(size - 1, Number(last))
  return from <= to ? { from, to } : undefined
}
