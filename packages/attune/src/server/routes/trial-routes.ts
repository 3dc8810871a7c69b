import { stat } from 'node:fs/promises'
import type { History, StudyEvent } from '@attune/core'
import { cell, recordOf, trialSeed } from '@attune/core'

import { artifactsOf, attachedTo } from '../../artifacts/kept-trials.ts'
import { commandOf } from '../../cli/command-of.ts'
import { trialEnvironment } from '../../executors/trial-environment.ts'
import { trialFolder } from '../../executors/trial-folder.ts'
import { artifactType } from '../artifact-type.ts'
import type { UiContext } from '../context.ts'
import { Refusal } from '../refusal.ts'
import type { StudyFeed } from '../study-feed.ts'
import { isOutputName, outputSizes, readOutput } from '../trial-output.ts'
import { trialStory } from '../trial-story.ts'
import type { UiRequest, UiRoutes } from './entry.ts'
import { json } from './list-routes.ts'
import { sandbox } from './send-file.ts'
import { trialAsked } from './trial-asked.ts'

/** What is known of a trial beside the columns of the study. */
export function trialRoutes(routes: UiRoutes, { library, queued }: UiContext): void {
  const trialOf = (c: UiRequest): ReturnType<typeof trialAsked> => trialAsked(c, library)

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
}

const numberOf = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined

async function trialDetails(feed: StudyFeed, history: History, trial: number): Promise<object> {
  const { name, path } = feed
  const folder = trialFolder(path, name, trial)
  const record = recordOf(history, trial)
  const hasValues = record.state !== 'waiting'
  const command = hasValues ? commandOf(history, trial, path) : undefined
  const seed = trialSeed(history.config?.seed ?? 0, trial)
  const output = await outputSizes(folder)
  const attached = new Set(attachedTo(history, trial).map(({ name }) => name))
  const hasFolder = (await stat(folder).catch(() => undefined)) !== undefined
  return {
    ...(command === undefined ? {} : { command }),
    ...(hasFolder ? { folder } : {}),
    ...(hasFolder && hasValues
      ? { environment: trialEnvironment({ ...record, seed }, name, folder) }
      : {}),
    output,
    artifacts: artifactsOf(history, trial).map(({ name, sha256, bytes }) => ({
      ...{ name, sha256, bytes, type: artifactType(name) },
      ...(attached.has(name) ? { attached: true } : {}),
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
