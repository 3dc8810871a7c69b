import type { Artifact, CommandDone, Study, StudyCommand } from '@attune/core'
import { z } from 'zod'

import { openArtifactStore } from '../artifacts/artifact-store.ts'
import { putAgain } from '../artifacts/attach-files.ts'
import { Refusal } from './refusal.ts'
import type { StudyFeed } from './study-feed.ts'
import type { Writers } from './writers.ts'

const trial = z.int().nonnegative()
const why = z.string().max(2_000).exactOptional()
const name = z.string().min(1).max(1_000)
const label = z.union([z.string().max(10_000), z.number(), z.boolean(), z.null()])
const range = z.union([
  z.strictObject({ low: z.number(), high: z.number() }),
  z.strictObject({ choices: z.array(label).min(1).max(10_000) }),
  z.null(),
])
const artifact = z.strictObject({
  ...{ name, sha256: z.string().regex(/^[0-9a-f]{64}$/), bytes: z.int().nonnegative() },
})
const number = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity']).transform(Number)])

const command: z.ZodType<StudyCommand> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('pause'), why }),
  z.strictObject({ kind: z.literal('resume'), why }),
  z.strictObject({ kind: z.literal('stop'), why }),
  z.strictObject({ kind: z.literal('skip'), trial, why }),
  z.strictObject({ kind: z.literal('fail'), trial, why }),
  z.strictObject({
    kind: z.literal('enqueue'),
    values: z.record(name, label),
    from: trial.exactOptional(),
  }),
  z.strictObject({ kind: z.literal('narrow'), ranges: z.record(name, range) }),
  z.strictObject({
    kind: z.literal('annotate'),
    trial: trial.exactOptional(),
    note: z.string().max(200_000).exactOptional(),
    was: z.int().nonnegative().exactOptional(),
    tags: z.array(z.string().min(1).max(200)).max(200).exactOptional(),
    title: z.string().max(500).exactOptional(),
    archived: z.boolean().exactOptional(),
    excluded: z.boolean().exactOptional(),
    attached: z.array(artifact).max(100).exactOptional(),
    detached: z.array(name).max(100).exactOptional(),
    why,
  }),
  z.strictObject({ kind: z.literal('ask') }),
  z.strictObject({ kind: z.literal('tell'), trial, metrics: z.record(name, number) }),
])

/** @throws Refusal with every mistake */
export function parseCommand(given: unknown): StudyCommand {
  const parsed = command.safeParse(given)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues
    .slice(0, 20)
    .map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`))
  throw new Refusal(400, 'command', `This is no command. ${problems.join('; ')}`)
}

/**
 * Does what a page wants, through the engine, which refuses what makes no sense.
 * @param by who wants it, kept with notes
 */
export async function doCommand(
  given: StudyCommand,
  {
    feed,
    writers,
    by,
  }: { readonly feed: StudyFeed; readonly writers: Writers; readonly by: string },
): Promise<CommandDone> {
  if (given.kind === 'ask') {
    const trial = await writers.ask(feed)
    return { trial, seq: (await feed.history()).seq }
  }
  const attached = given.kind === 'annotate' ? (given.attached ?? []) : []
  return await withContents(feed.path, attached, () =>
    writers.steer(feed, async (study) => {
      const seq = await apply(study, given, by)
      return { seq: seq ?? study.history.seq }
    }),
  )
}

/** Does some work while the content of files is protected, which must be in the journal's store. */
async function withContents<T>(
  journal: string,
  files: readonly Artifact[],
  work: () => Promise<T>,
): Promise<T> {
  const store = openArtifactStore(journal)
  const releases: (() => Promise<void>)[] = []
  try {
    for (const file of files) {
      const content = await putAgain(store, file)
      releases.push(() => content.release())
    }
    return await work()
  } finally {
    for (const release of releases) await release()
  }
}

/** Gives the number of the event where others may have appended more behind it. */
async function apply(
  study: Study,
  given: Exclude<StudyCommand, { kind: 'ask' }>,
  by: string,
): Promise<number | undefined> {
  switch (given.kind) {
    case 'pause':
    case 'resume':
    case 'stop':
      await study.steer(given.kind, given.why)
      return undefined
    case 'skip':
      await study.skip(given.trial, given.why)
      return undefined
    case 'enqueue': {
      const { values, from } = given
      await study.enqueueValues(values, from === undefined ? {} : { from })
      return undefined
    }
    case 'narrow':
      await study.narrow(given.ranges)
      return undefined
    case 'tell':
      await study.tellOpen(given.trial, given.metrics)
      return undefined
    case 'fail':
      await study.fail(given.trial, given.why ?? `${by} marked it as failed.`)
      return undefined
    case 'annotate': {
      const { kind: _, ...said } = given
      const result = await study.annotate({ ...said, by })
      if ('conflict' in result) {
        throw new Refusal(
          409,
          'conflict',
          'Somebody else has written this note meanwhile. Look at what it says now, and write yours again.',
        )
      }
      return result.seq
    }
  }
}
