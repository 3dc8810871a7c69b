import { readFileSync, utimesSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { References } from '../../src/artifacts/collect-artifacts.ts'
import { collectArtifacts } from '../../src/artifacts/collect-artifacts.ts'
import { temporaryFolder } from '../journals/temporary.ts'
import type { TemporaryFolder } from '../journals/temporary.ts'
import type { Step, World } from './support/collecting.ts'
import { collectAtRandom, createWorld, namesIn } from './support/collecting.ts'
import { madeStudy } from './support/studies.ts'

describe('artifacts that nobody keeps', () => {
  it('are deleted, and no others, whatever happens at the same time', async () => {
    await collectAtRandom(20)
  })

  /** Contents 1 and 2 are stored, of which 1 is not kept. */
  async function twoContents(folder: TemporaryFolder): Promise<World> {
    const world = createWorld(folder, [madeStudy('s', { best: 1 })])
    for (const content of [1, 2]) {
      await world.step({ kind: 'store', study: 0, content })
      await world.step({ kind: 'finish', which: 0, loss: 10 - content })
    }
    expect(await world.store.list()).toHaveLength(2)
    return world
  }
  const moments = Array.from({ length: 9 }, (_, i) => i)

  it.each(moments)(
    'come back when the same content is stored and kept from moment %i of collecting on',
    async (stored) => {
      for (const finished of moments.slice(stored)) {
        using folder = temporaryFolder()
        const { step, check, store, pending } = await twoContents(folder)
        const meanwhile = moments.flatMap((moment): Step[] => {
          const isStored = moment === stored
          const isFinished = moment === finished
          return [
            ...(isStored ? [{ kind: 'store', study: 0, content: 1 } as const] : []),
            ...(isFinished ? [{ kind: 'finish', which: 0, loss: 1 } as const] : []),
            ...(isStored || isFinished ? [] : [{ kind: 'wait' } as const]),
          ]
        })
        const age = Number.POSITIVE_INFINITY
        await step({ kind: 'collect', age, meanwhile, together: false })
        while (pending.length > 0) await step({ kind: 'finish', which: 0, loss: 1 })
        await check()
        await step({ kind: 'collect', age, meanwhile: [], together: false })
        expect(await store.list()).toHaveLength(1)
      }
    },
  )

  it('are there once they are stored, whenever they are collected meanwhile', async () => {
    for (const collected of moments.slice(0, 3)) {
      using folder = temporaryFolder()
      const { storeInterrupted, step, check, pending, store } = await twoContents(folder)
      let moment = 0
      await storeInterrupted(1, async () => {
        if (moment++ !== collected) return
        await step({ kind: 'collect', age: 0, meanwhile: [], together: false })
      })
      expect(moment).toBe(3)
      expect(pending).toHaveLength(1)
      await check()
      expect(await store.list()).toHaveLength(2)
    }
  })

  it('go at once when another trial takes their place', async () => {
    using folder = temporaryFolder()
    const { store, readReferences } = await twoContents(folder)
    const deleted = { files: 1, bytes: 'content 1'.length, young: 0 }
    expect(await collectArtifacts(store, readReferences)).toEqual(deleted)
    expect(await collectArtifacts(store, readReferences)).toEqual({ files: 0, bytes: 0, young: 0 })
  })

  it('stay when no event speaks of them, until they are old', async () => {
    using folder = temporaryFolder()
    const { store, step, pending, readReferences } = createWorld(folder, [madeStudy('s', 'all')])
    await step({ kind: 'store', study: 0, content: 1 })
    await step({ kind: 'abandon', which: 0 })
    expect(pending).toEqual([])
    const nothing = { files: 0, bytes: 0 }
    expect(await collectArtifacts(store, readReferences)).toEqual({ ...nothing, young: 1 })
    const options = { unknownAfterMs: 3600_000 }
    expect(await collectArtifacts(store, readReferences, options)).toEqual({ ...nothing, young: 1 })
    const [file] = await store.list()
    utimesSync((await store.find(file?.sha256 ?? '')) ?? '', 0, Date.now() / 1000 - 3601)
    const deleted = { files: 1, bytes: 'content 1'.length, young: 0 }
    expect(await collectArtifacts(store, readReferences, options)).toEqual(deleted)
    expect(await store.list()).toEqual([])
  })

  it('are not touched when a journal cannot be read', async () => {
    using folder = temporaryFolder()
    const { store, step } = createWorld(folder, [madeStudy('s', { best: 1 })])
    for (const loss of [1, 2]) {
      await step({ kind: 'store', study: 0, content: loss })
      await step({ kind: 'finish', which: 0, loss })
    }
    const unreadable = (): Promise<References> => Promise.reject(new Error('damaged'))
    await expect(collectArtifacts(store, unreadable)).rejects.toThrow('damaged')
    expect(await store.list()).toHaveLength(2)
  })

  it('come back from the trash of a collector that died, when they are kept after all', async () => {
    using folder = temporaryFolder()
    const world = createWorld(folder, [madeStudy('s', { best: 1 })])
    const { store, step, readReferences } = world
    await step({ kind: 'store', study: 0, content: 1 })
    await step({ kind: 'finish', which: 0, loss: 1 })
    const [file] = await store.list()
    await store.discard(file?.sha256 ?? '')
    expect(await store.list()).toEqual([])
    await world.check()
    const found = await store.find(file?.sha256 ?? '')
    expect(readFileSync(found ?? '', 'utf8')).toBe('content 1')
    await collectArtifacts(store, readReferences)
    expect(await store.list()).toHaveLength(1)
    expect(await namesIn(store, 'trash')).toEqual([])
  })
})
