import { expect, test } from 'vitest'

import type { Work } from '../../src/plot/slices.ts'
import { createSlices } from '../../src/plot/slices.ts'

/** A clock that a step of work moves on, and turns that are taken by hand. */
function fakePage() {
  let time = 0
  const turns: (() => void)[] = []
  const slices = createSlices(
    () => time,
    (go) => turns.push(go),
  )
  const log: string[] = []
  function* work(name: string, steps: number): Work {
    for (let step = 0; step < steps; step++) {
      time += 4
      log.push(`${name}${step}`)
      yield
    }
  }
  return { slices, turns, log, work }
}

test('small work is done at once', () => {
  const { slices, turns, log, work } = fakePage()
  let isDone = false
  slices.run(work('a', 2), () => (isDone = true))
  expect([log.join(), isDone, turns.length]).toEqual(['a0,a1', true, 0])
})

test('large work leaves the page its turn', () => {
  const { slices, turns, log, work } = fakePage()
  slices.run(work('a', 7))
  expect(log).toHaveLength(3)
  turns.shift()!()
  expect(log).toHaveLength(6)
  turns.shift()!()
  expect(log).toHaveLength(7)
  expect(turns).toHaveLength(0)
})

test('newer work takes the place of what is not done', () => {
  const { slices, turns, log, work } = fakePage()
  const done: string[] = []
  slices.run(work('a', 7), () => done.push('a'))
  slices.run(work('b', 2), () => done.push('b'))
  turns.shift()!()
  expect(log.join()).toBe('a0,a1,a2,b0,b1')
  expect(done).toEqual(['b'])
})

test('many that share a turn leave the page its turn together', () => {
  let time = 0
  let began = 0
  const turns: (() => void)[] = []
  const all = ['a', 'b', 'c'].map((name) => ({
    name,
    slices: createSlices(
      () => time,
      (go) => turns.push(go),
      () => began,
    ),
  }))
  const log: string[] = []
  function* work(name: string): Work {
    for (let step = 0; step < 2; step++) {
      time += 4
      log.push(`${name}${step}`)
      yield
    }
  }
  for (const { name, slices } of all) slices.run(work(name))
  expect(log.join()).toBe('a0,a1,b0')
  for (let i = 0; i < 9 && turns.length > 0; i++) {
    began = time
    turns.shift()!()
  }
  expect(log.join()).toBe('a0,a1,b0,b1,c0,c1')
})
