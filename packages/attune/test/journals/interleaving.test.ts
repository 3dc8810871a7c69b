import type { Journal } from '@attune/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { openStore } from '../../src/journals/store.ts'
import { created, openedFrom, readAll, temporaryFolder } from './temporary.ts'

/** One handle's try to append `count` events after the event it believes to be last. */
const attempt = fc.record({
  handle: fc.constantFrom(0, 1),
  count: fc.integer({ min: 0, max: 3 }),
  /** How far behind the truth the handle is; undefined for an append without a condition. */
  behind: fc.option(fc.integer({ min: 0, max: 2 }), { nil: undefined }),
})
/** Attempts of one round overlap; rounds follow each other. */
const rounds = fc.array(fc.array(attempt, { minLength: 1, maxLength: 5 }), { maxLength: 8 })

describe('conditional appends through two handles', () => {
  it.each(['attune.db', 'study.jsonl'])(
    'give one order in %s however they interleave',
    async (name) => {
      await fc.assert(
        fc.asyncProperty(rounds, async (plan) => {
          using folder = temporaryFolder()
          await using one = await openStore(folder.file(name))
          // A file of JSON lines has one writing process; its handles share the store.
          await using two = name === 'attune.db' ? await openStore(folder.file(name)) : one
          const handles = [await one.journal('s'), await two.journal('s')] as [Journal, Journal]
          await handles[0].append([created('s')])

          const expected = new Map<number, number>()
          let length = 1
          let number = 0
          for (const round of plan) {
            const known = length
            const results = round.map(async ({ handle, count, behind }) => {
              const first = (number += 10)
              const ifLast = behind === undefined ? undefined : known - behind
              const journal = handles[handle] as Journal
              const result = await journal.append(
                openedFrom(first, count),
                ifLast === undefined ? {} : { ifLast },
              )
              if ('conflict' in result) {
                expect(result.conflict).not.toBe(ifLast)
                return 0
              }
              if (ifLast !== undefined) expect(result.seq).toBe(ifLast + count)
              for (let i = 0; i < count; i++) {
                const seq = result.seq - count + 1 + i
                expect(expected.has(seq)).toBe(false)
                expected.set(seq, first + i)
              }
              return count
            })
            length += (await Promise.all(results)).reduce((sum, count) => sum + count, 0)
          }

          const log = await readAll(handles[0])
          expect(await readAll(handles[1])).toEqual(log)
          expect(log.map(({ seq }) => seq)).toEqual(Array.from({ length }, (_, i) => i + 1))
          for (const { seq, event } of log.slice(1)) {
            expect(event).toMatchObject({ trial: expected.get(seq) })
          }
        }),
        { numRuns: 60 },
      )
    },
  )
})
