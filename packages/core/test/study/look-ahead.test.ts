import { describe, expect, it } from 'vitest'
import { createStudy, float, random, simulatedClock, space } from '../../src/index.ts'
import type { Sampler, SimulatedClock, StudyEvent } from '../../src/index.ts'

const line = space({ x: float(-5, 5) })

/** A sampler that takes its time. */
function slowSampler(clock: SimulatedClock, ms: number): Sampler {
  const draws = random()
  return {
    ...draws,
    async propose(...args) {
      await clock.sleep(ms)
      return draws.propose(...args)
    },
  }
}

async function run(
  suggestMs: number,
  options: { workers: number; deterministic?: boolean },
): Promise<{ idle: number; events: StudyEvent[]; values: unknown[] }> {
  const clock = simulatedClock({ auto: true })
  const { workers, deterministic = false } = options
  const study = await createStudy({
    space: line,
    sampler: slowSampler(clock, suggestMs),
    clock,
    deterministic,
  })
  const events: StudyEvent[] = []
  study.subscribe((event) => events.push(event))
  let busy = 0
  const objective = async ({ params }: { params: { x: number } }): Promise<number> => {
    const ms = 1000 + 40 * params.x
    await clock.sleep(ms)
    busy += ms
    return params.x ** 2
  }
  await study.optimize(objective, { trials: 60, workers })
  return {
    idle: 1 - busy / (workers * clock.now()),
    events,
    values: study.trials().map((t) => [t.params, t.objectives]),
  }
}

describe('suggestions ahead of time', () => {
  it('keep two workers from waiting for a slow sampler', async () => {
    const { idle, events } = await run(100, { workers: 2 })
    expect(idle).toBeLessThan(0.05)
    expect(events.filter((e) => e.type === 'trial-finished')).toHaveLength(60)
    expect(events.filter((e) => e.type === 'trial-opened')).toHaveLength(60)
  })

  it('are not made where a quick sampler would only know less', async () => {
    const { events } = await run(1, { workers: 2 })
    const opened = events.flatMap((e, i) => (e.type === 'trial-opened' ? [i] : []))
    // Every trial is claimed by whoever opened it, and runs at once.
    for (const i of opened) expect(events[i + 1]?.type).toBe('trial-claimed')
  })

  it('change nothing in deterministic mode', async () => {
    const alone = await run(100, { workers: 1, deterministic: true })
    const many = await run(100, { workers: 4, deterministic: true })
    expect(many.idle).toBeLessThan(0.1)
    expect(many.values).toEqual(alone.values)
  })
})
