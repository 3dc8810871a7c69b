import { describe, expect, it } from 'vitest'
import { simulatedClock, systemClock } from '../src/index.ts'

describe('a simulated clock', () => {
  it('stands still until it is moved, and wakes sleepers in the order of their times', async () => {
    const clock = simulatedClock({ start: 100 })
    const seen: string[] = []
    const sleeper = async (name: string, ms: number): Promise<void> => {
      await clock.sleep(ms)
      seen.push(`${name} at ${clock.now()}`)
    }
    void sleeper('late', 300)
    void sleeper('soon', 50)
    void sleeper('also soon', 50)
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect([seen, clock.now()]).toEqual([[], 100])
    await clock.advance(60)
    expect([seen, clock.now()]).toEqual([['soon at 150', 'also soon at 150'], 160])
    await clock.advance(1000)
    expect([seen.at(-1), clock.now()]).toEqual(['late at 400', 1160])
  })

  it('wakes those who go to sleep while it moves, as far as it moves', async () => {
    const clock = simulatedClock()
    const times: number[] = []
    void (async () => {
      for (;;) {
        await clock.sleep(10)
        times.push(clock.now())
      }
    })()
    await clock.advance(45)
    expect(times).toEqual([10, 20, 30, 40])
  })

  it('jumps from sleeper to sleeper when it is to move by itself', async () => {
    const clock = simulatedClock({ auto: true })
    const start = performance.now()
    let others = 0
    await Promise.all([
      ...Array.from({ length: 9 }, async (_, i) => {
        for (let k = 0; k < 20; k++) await clock.sleep(1000 * (i + 1))
        others++
      }),
      clock.sleep(3600_000).then(() => expect(others).toBe(9)),
    ])
    expect(clock.now()).toBe(3600_000)
    expect(performance.now() - start).toBeLessThan(1000)
  })

  it('lets go of sleepers whose signal aborts', async () => {
    const clock = simulatedClock()
    const ending = new AbortController()
    const sleeping = clock.sleep(1000, ending.signal)
    ending.abort()
    await sleeping
    await clock.sleep(1000, ending.signal)
    await clock.advance(2000)
    expect(clock.now()).toBe(2000)
  })

  it('beats as time passes, without moving it', async () => {
    const clock = simulatedClock({ auto: true })
    const beats: number[] = []
    const end = clock.every(10, () => beats.push(clock.now()))
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect([beats, clock.now()]).toEqual([[], 0])
    for (const ms of [5, 5, 12, 100]) await clock.sleep(ms)
    end()
    await clock.sleep(100)
    // A jump over several beats brings one of them.
    expect(beats).toEqual([10, 22, 122])
  })
})

describe('the clock of the machine', () => {
  it('sleeps, and ends a sleep early when the signal aborts', async () => {
    const start = systemClock.now()
    await systemClock.sleep(20)
    expect(systemClock.now() - start).toBeGreaterThanOrEqual(18)
    const ending = new AbortController()
    const sleeping = systemClock.sleep(60_000, ending.signal)
    ending.abort()
    await sleeping
    await systemClock.sleep(60_000, ending.signal)
    expect(systemClock.now() - start).toBeLessThan(5000)
  })

  it('sleeps longer than its timers can count', async () => {
    const ending = new AbortController()
    let awake = false
    const sleeping = systemClock.sleep(90 * 86_400_000, ending.signal).then(() => (awake = true))
    await systemClock.sleep(30)
    expect(awake).toBe(false)
    ending.abort()
    await sleeping
  })

  it('beats until it is told to stop', async () => {
    let beats = 0
    const end = systemClock.every(5, () => beats++)
    await systemClock.sleep(60)
    end()
    const seen = beats
    await systemClock.sleep(30)
    expect(seen).toBeGreaterThan(2)
    expect(beats).toBe(seen)
  })
})
