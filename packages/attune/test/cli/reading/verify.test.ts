import type { StudyEvent, Verification } from '@attune/core'
import { createStudy, float, random, space, tpe } from '@attune/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { verify } from '../../../src/cli/verify.ts'
import { openStore } from '../../../src/journals/store.ts'
import { temporaryFolder } from '../../journals/temporary.ts'
import { attune, eventsOf } from '../support/attune.ts'
import type { Recorder } from './fixture.ts'
import { makeDigits, recorder } from './fixture.ts'

const shared = temporaryFolder()
const journal = shared.file('a.db')

beforeAll(async () => {
  await using store = await openStore(journal)
  {
    await using study = await createStudy({
      name: 'sure',
      space: space({ x: float(0, 1), y: float(0, 1) }),
      sampler: tpe({ startupTrials: 5 }),
      seed: 3,
      journal: await store.journal('sure'),
    })
    await study.optimize(({ params }) => params.x, { trials: 20, workers: 3 })
  }
  {
    await using study = await createStudy({
      name: 'custom',
      space: space({ x: float(0, 1) }),
      sampler: { ...random(), name: 'custom' },
      journal: await store.journal('custom'),
    })
    await study.optimize(({ params }) => params.x, { trials: 4 })
  }
  const events = await eventsOf(journal, 'sure')
  await using copy = await store.journal('spoilt')
  await copy.append(events.map(spoil))
  // Its last trial got its values by hand.
  await makeDigits(journal)
})
afterAll(() => shared[Symbol.dispose]())

/** Gives trial 12 another value. */
function spoil(event: StudyEvent): StudyEvent {
  if (event.type === 'study-created') return { ...event, study: { ...event.study, name: 'spoilt' } }
  if (event.type !== 'trial-suggested' || event.trial !== 12) return event
  return { ...event, values: { ...event.values, x: 0.123456789 } }
}

async function run(study: string, json = false, isWatched = false): Promise<[number, Recorder]> {
  const io = recorder()
  return [await verify({ journal, study, json }, io, isWatched), io]
}

type Json = Verification & { readonly name: string; readonly journal: string }

describe('attune verify', () => {
  it('ends with 0 when nothing differs, and says what was checked', async () => {
    const [code, io] = await run('sure')
    const events = await eventsOf(journal, 'sure')
    expect([code, io.stderr]).toEqual([0, ''])
    expect(io.lines()).toEqual([
      'No difference',
      `  ${events.length} events were replayed, and worked out again: 20 suggestions.`,
    ])
  })

  it('ends with 1 and tells the first difference, with what may be its cause', async () => {
    const [code, io] = await run('spoilt')
    expect(code).toBe(1)
    const [title] = io.lines()
    expect(title).toMatch(/^\d+ of 20 differ from what is computed now$/)
    const events = await eventsOf(journal, 'sure')
    const at = events.findIndex((event) => event.type === 'trial-suggested' && event.trial === 12)
    const original = events[at] as Extract<StudyEvent, { type: 'trial-suggested' }>
    const place = io.lines().indexOf(`The first difference: trial 12, event ${at + 1}`)
    expect(io.lines().slice(place + 1, place + 4)).toEqual([
      '  The value of x:',
      '    recorded  0.123456789',
      `    computed  ${original.values['x']}`,
    ])
    expect(io.stdout).toMatch(/What may be the cause\n {2}- Another version of attune/)
  })

  it('tells of values that were given by hand', async () => {
    const [code, io] = await run('digits')
    expect(code).toBe(1)
    expect(io.stdout).toMatch(/^1 of \d+ differ/)
    expect(io.stdout).toContain('The first difference: trial 8, ')
  })

  it('tells what it could not check', async () => {
    const [code, io] = await run('custom')
    expect(code).toBe(0)
    expect(io.lines()[0]).toBe('Nothing could be checked')
    expect(io.stdout).toMatch(
      /Not checked\n {2}4 suggestions, the first in trial 0: There is no sampler "custom"\./,
    )
  })

  it('gives the same as one JSON object', async () => {
    const [code, io] = await run('spoilt', true)
    expect(code).toBe(1)
    const [found] = io.json<Json>() as [Json]
    expect(found).toMatchObject({ name: 'spoilt', journal, checked: { suggestion: 20 } })
    expect(found.differing).toBeGreaterThanOrEqual(found.differences.length)
    expect(found.differences[0]).toMatchObject({
      kind: 'suggestion',
      trial: 12,
      part: 'value',
      param: 'x',
      recorded: 0.123456789,
    })
    expect((await run('sure', true))[1].json<Json>()[0]).toMatchObject({
      differing: 0,
      differences: [],
      skipped: [],
    })
  })

  it('says on a terminal how far it is, and leaves no line behind', async () => {
    const [, io] = await run('sure', false, true)
    expect(io.stderr).toMatch(/checked 1 of 40 …/)
    expect(io.stderr).toMatch(/\r\u001b\[2K$/)
    expect(io.stdout).toBe((await run('sure'))[1].stdout)
  })

  it('is a command', async () => {
    const same = await attune(['verify', 'sure', '--journal', journal], shared.path)
    expect([same.code, same.stderr]).toEqual([0, ''])
    expect(same.stdout).toMatch(/^No difference\n/)
    const other = await attune(['verify', 'spoilt', '--journal', journal, '--json'], shared.path)
    expect(other.code).toBe(1)
    expect(JSON.parse(other.stdout)).toMatchObject({ name: 'spoilt' })
    const wrong = await attune(['verify', 'none', '--journal', journal], shared.path)
    expect([wrong.code, wrong.stdout]).toEqual([2, ''])
  })
})
