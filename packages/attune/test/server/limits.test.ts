import { describe, expect, it } from 'vitest'

import { createBucket, createQueues } from '../../src/server/limits.ts'

describe('a bucket of tokens', () => {
  it('gives as many at once as it holds, then one after the other, and refuses who would wait long', () => {
    let now = 1_000
    const take = createBucket(3, 10, 250, () => now)
    expect([take(), take(), take()]).toEqual([0, 0, 0])
    expect([take(), take()].map(Math.round)).toEqual([100, 200])
    expect(take).toThrow('Too many commands')
    now += 100
    expect(Math.round(take())).toBe(200)
    now += 10_000
    expect([take(), take(), take()]).toEqual([0, 0, 0])
    expect(Math.round(take())).toBe(100)
  })
})

describe('queues', () => {
  it('do one piece of work of a kind at a time, whatever becomes of it, and kinds side by side', async () => {
    const queued = createQueues(3)
    const log: string[] = []
    const work = (name: string) => async (): Promise<string> => {
      log.push(`${name} begins`)
      await new Promise((done) => setTimeout(done, 5))
      log.push(`${name} ends`)
      if (name === 'a1') throw new Error(name)
      return name
    }
    const all = [queued('a', work('a1')), queued('a', work('a2')), queued('b', work('b1'))]
    expect((await Promise.allSettled(all)).map(({ status }) => status)).toEqual([
      'rejected',
      'fulfilled',
      'fulfilled',
    ])
    expect(log.filter((line) => line.startsWith('a'))).toEqual([
      'a1 begins',
      'a1 ends',
      'a2 begins',
      'a2 ends',
    ])
    expect(log.indexOf('b1 begins')).toBeLessThan(log.indexOf('a1 ends'))
  })

  it('refuse who would wait behind too many', async () => {
    const queued = createQueues(2)
    let open = (): void => {}
    const gate = new Promise<void>((done) => (open = done))
    const all = [queued('a', () => gate), queued('a', () => gate)]
    await expect(queued('a', () => gate)).rejects.toThrow('busy')
    open()
    await Promise.all(all)
    await queued('a', () => gate)
  })
})
