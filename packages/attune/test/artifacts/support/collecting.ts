import { writeFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect } from 'vitest'
import type { ArtifactStore } from '../../../src/artifacts/artifact-store.ts'
import { openArtifactStore } from '../../../src/artifacts/artifact-store.ts'
import type { References } from '../../../src/artifacts/collect-artifacts.ts'
import { collectArtifacts } from '../../../src/artifacts/collect-artifacts.ts'
import { keptHashes, mentionedHashes } from '../../../src/artifacts/kept-trials.ts'
import type { StoredContent } from '../../../src/artifacts/put-artifact.ts'
import { putArtifact } from '../../../src/artifacts/put-artifact.ts'
import type { TemporaryFolder } from '../../journals/temporary.ts'
import { temporaryFolder } from '../../journals/temporary.ts'
import type { MadeStudy } from './studies.ts'
import { madeStudy } from './studies.ts'

export type Step =
  | { readonly kind: 'store'; readonly study: number; readonly content: number }
  | { readonly kind: 'finish'; readonly which: number; readonly loss: number | 'pruned' }
  | { readonly kind: 'abandon'; readonly which: number }
  /** What is stored is attached, to its trial or to the study, in place of what was before. */
  | { readonly kind: 'attach'; readonly which: number; readonly toTrial: boolean }
  /** What is attached to a study or to one of its trials is taken away. */
  | { readonly kind: 'detach'; readonly study: number; readonly trial: number | undefined }
  | { readonly kind: 'wait' }
  | {
      readonly kind: 'collect'
      readonly age: number
      /** What others do meanwhile, one before each thing that the collector does. */
      readonly meanwhile: readonly Step[]
      /** Whether they do it at the same time instead. */
      readonly together: boolean
    }

interface Pending {
  readonly study: MadeStudy
  readonly trial: number
  readonly content: StoredContent
}

export interface World {
  readonly store: ArtifactStore
  /** What is stored and pinned, and has no event yet. */
  readonly pending: readonly Pending[]
  readReferences(): Promise<References>
  step(one: Step): Promise<void>
  /** Stores some content; before everything that this does, `next` is called. */
  storeInterrupted(content: number, next: () => Promise<void>): Promise<void>
  /** Everything that is kept, or may be kept soon, is there. */
  check(): Promise<void>
}

/** Studies that share a store, as several processes use it. */
export function createWorld(folder: TemporaryFolder, studies: readonly MadeStudy[]): World {
  const store = openArtifactStore(folder.file('a.db'))
  const pending: Pending[] = []
  const readReferences = async (): Promise<References> => ({
    kept: new Set(studies.flatMap(({ history }) => [...keptHashes(history)])),
    mentioned: new Set(studies.flatMap(({ history }) => [...mentionedHashes(history)])),
  })

  /** How content is stored. */
  let storing: ArtifactStore = store

  async function step(one: Step): Promise<void> {
    if (one.kind === 'wait') return
    if (one.kind === 'detach') {
      studies[one.study % studies.length]?.detach('attached', one.trial)
      return
    }
    if (one.kind === 'store') {
      const study = studies[one.study % studies.length] as MadeStudy
      const file = folder.file(`content-${one.content}`)
      writeFileSync(file, `content ${one.content}`)
      const content = await putArtifact(storing, file)
      pending.push({ study, trial: study.open(), content })
    } else if (one.kind === 'collect') {
      const options = { unknownAfterMs: one.age }
      if (one.together) {
        const meanwhile = one.meanwhile.map(step)
        await Promise.all([...meanwhile, collectArtifacts(store, readReferences, options)])
      } else {
        const rest = [...one.meanwhile]
        const next = async (): Promise<void> => {
          const other = rest.shift()
          if (other !== undefined) await step(other)
          await check()
        }
        const reading = async (): Promise<References> => {
          await next()
          return readReferences()
        }
        await collectArtifacts(interrupted(store, next), reading, options)
      }
    } else {
      const [own] = pending.splice(one.which % Math.max(1, pending.length), 1)
      if (own === undefined) return
      const { sha256, bytes } = own.content
      if (one.kind === 'attach') {
        const file = { name: 'attached', sha256, bytes }
        own.study.attach(file, one.toTrial ? own.trial : undefined)
      } else if (one.kind === 'finish') {
        own.study.finish(own.trial, one.loss, [{ name: 'model', sha256, bytes }])
      }
      await own.content.release()
    }
  }

  async function check(): Promise<void> {
    const { kept } = await readReferences()
    const owners = studies.flatMap(({ history }) => [history.about, ...history.details.values()])
    const attached = owners.flatMap((owner) => (owner.attached ?? []).map(({ sha256 }) => sha256))
    for (const sha256 of [...kept, ...attached, ...pending.map(({ content }) => content.sha256)]) {
      const file = await store.find(sha256)
      if (file === undefined) throw new Error(`${sha256} was deleted, but it is needed`)
    }
  }
  async function storeInterrupted(content: number, next: () => Promise<void>): Promise<void> {
    storing = interrupted(store, next)
    try {
      await step({ kind: 'store', study: 0, content })
    } finally {
      storing = store
    }
  }
  return { store, pending, readReferences, step, storeInterrupted, check }
}

/** The store, with something else happening before everything that is done there. */
function interrupted(store: ArtifactStore, next: () => Promise<void>): ArtifactStore {
  const before =
    <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      await next()
      return call(...args)
    }
  return {
    ...store,
    copyIn: before(store.copyIn),
    pin: before(store.pin),
    place: before(store.place),
    list: before(store.list),
    pins: before(store.pins),
    discard: before(store.discard),
    trash: before(store.trash),
    restore: before(store.restore),
    remove: before(store.remove),
  }
}

const content = fc.nat({ max: 2 })
const which = fc.nat({ max: 5 })
const simple: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('store' as const), study: which, content }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('finish' as const),
      which,
      loss: fc.oneof({ weight: 5, arbitrary: fc.nat({ max: 9 }) }, fc.constant('pruned' as const)),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('abandon' as const), which }) },
  {
    weight: 2,
    arbitrary: fc.record({
      ...{ kind: fc.constant('attach' as const), which, toTrial: fc.boolean() },
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      ...{ kind: fc.constant('detach' as const), study: which },
      trial: fc.option(fc.nat({ max: 2 }), { nil: undefined }),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ kind: 'wait' as const }) },
)
const collecting = (meanwhile: fc.Arbitrary<Step>): fc.Arbitrary<Step> =>
  fc.record({
    kind: fc.constant('collect' as const),
    age: fc.constantFrom(0, 3600_000, Number.POSITIVE_INFINITY),
    meanwhile: fc.array(meanwhile, { maxLength: 8 }),
    together: fc.boolean(),
  })
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: simple },
  { weight: 2, arbitrary: collecting(fc.oneof(simple, collecting(simple))) },
)
const keep = fc.constantFrom('all', { best: 1 }, { best: 2 }, { pareto: true }, undefined)

export async function namesIn(store: ArtifactStore, kind: string): Promise<string[]> {
  return readdir(join(store.folder, kind)).catch(() => [])
}

/** Does `runs` random things with random studies; whatever is kept must stay, and nothing else. */
export async function collectAtRandom(runs: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(
      fc.array(keep, { minLength: 1, maxLength: 3 }),
      fc.array(anyStep, { maxLength: 14 }),
      async (keeps, steps) => {
        using folder = temporaryFolder()
        const studies = keeps.map((each, i) => madeStudy(`study ${i}`, each))
        const world = createWorld(folder, studies)
        const { store } = world
        for (const one of steps) {
          await world.step(one)
          await world.check()
        }
        for (const { content } of world.pending) await content.release()
        await collectArtifacts(store, world.readReferences, { unknownAfterMs: 0 })
        const { kept } = await world.readReferences()
        const there = (await store.list()).map(({ sha256 }) => sha256)
        expect(there.toSorted()).toEqual([...kept].toSorted())
        for (const kind of ['trash', 'pins', 'incoming']) {
          expect(await namesIn(store, kind)).toEqual([])
        }
      },
    ),
    { numRuns: runs },
  )
}
