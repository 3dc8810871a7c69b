import { readFileSync, statSync } from 'node:fs'
import type { Study } from '@attune/core'
import { openHistory, stateOf } from '@attune/core'
import { describe, expect, it } from 'vitest'

import { openStore } from '../../src/journals/store.ts'
import type { Reply, Ui } from './support/ui.ts'
import { folder, madeStudy, openStudy, runTrials, serve, until } from './support/ui.ts'

async function firstId(ui: Ui): Promise<string> {
  return (await ui.cards())[0]!.id
}

const errorOf = (reply: Reply): string => reply.json<{ error: { message: string } }>().error.message

async function historyIn(file: string, name: string): Promise<Study['history']> {
  await using store = await openStore(file, { readOnly: true })
  return (await openHistory(await store.journal(name))).history
}

for (const kind of ['db', 'jsonl']) {
  describe(`commands for a study in .${kind} that nobody runs`, () => {
    it('become events of the journal', async () => {
      using place = folder()
      const file = place.file(`a.${kind}`)
      await madeStudy(file, 'a', 3)
      await using ui = await serve([file])
      const id = await firstId(ui)
      const did: object[] = [
        { kind: 'pause', why: 'to look' },
        { kind: 'enqueue', values: { x: 0.25 } },
        { kind: 'narrow', ranges: { y: { low: 0.25, high: 0.5 } } },
        { kind: 'annotate', note: 'looks good', was: 0, tags: ['a', 'b'], title: 'A title' },
        { kind: 'annotate', trial: 1, excluded: true, why: 'an outlier' },
      ]
      for (const command of did) {
        const reply = await ui.command(id, command)
        expect([command, reply.status]).toEqual([command, 200])
        expect(reply.json()).toMatchObject({ ok: true, seq: expect.any(Number) as number })
      }
      const history = await historyIn(file, 'a')
      expect(history.steering).toMatchObject({ command: 'pause', why: 'to look' })
      expect(history.enqueued.at(-1)).toEqual({ values: { x: 0.25 } })
      expect(history.adjusted.get('y')).toMatchObject({ low: 0.25, high: 0.5 })
      expect(history.about.note?.text).toBe('looks good')
      expect(history.about).toMatchObject({ title: 'A title', tags: ['a', 'b'] })
      expect([...history.excluded.keys()]).toEqual([1])
    })

    it('that make no sense are refused in the words of the engine', async () => {
      using place = folder()
      const file = place.file(`a.${kind}`)
      await madeStudy(file, 'a', 2)
      await using ui = await serve([file])
      const id = await firstId(ui)
      const skipped = await ui.command(id, { kind: 'skip', trial: 1 })
      expect([skipped.status, errorOf(skipped)]).toEqual([
        409,
        'Trial 1 is complete; only trials that wait, run or have paused can be skipped.',
      ])
      const wide = await ui.command(id, { kind: 'enqueue', values: { x: 7 } })
      expect(wide.status).toBe(400)
      expect(errorOf(wide)).toContain('x')
      const strange = await ui.command(id, { kind: 'narrow', ranges: { z: { low: 0, high: 1 } } })
      expect(errorOf(strange)).toContain('no such parameter')
      await ui.command(id, { kind: 'annotate', note: 'mine', was: 0 })
      const late = await ui.command(id, { kind: 'annotate', note: 'yours', was: 0 })
      expect([late.status, late.json<{ error: { code: string } }>().error.code]).toEqual([
        409,
        'conflict',
      ])
      expect((await historyIn(file, 'a')).about.note?.text).toBe('mine')
      expect(ui.reported).toEqual([])
    })

    it('ask for a trial, hold it while the server lives, and tell its result', async () => {
      using place = folder()
      const file = place.file(`a.${kind}`)
      await madeStudy(file, 'a', 2)
      const ui = await serve([file])
      const id = await firstId(ui)
      const trial = (await ui.command(id, { kind: 'ask' })).json<{ trial: number }>().trial
      expect(trial).toBe(2)
      const other = (await ui.command(id, { kind: 'ask' })).json<{ trial: number }>().trial
      expect(other).toBe(3)
      expect((await ui.get(`/api/studies/${id}/asked`)).json()).toEqual({ trials: [2, 3] })
      const told = await ui.command(id, { kind: 'tell', trial, metrics: { value: 0.125 } })
      expect(told.status).toBe(200)
      expect((await ui.get(`/api/studies/${id}/asked`)).json()).toEqual({ trials: [3] })
      const before = await historyIn(file, 'a')
      expect([stateOf(before, 2), stateOf(before, 3)]).toEqual(['complete', 'running'])
      expect(before.columns.get('metric:value')?.data[2]).toBe(0.125)
      await ui[Symbol.asyncDispose]()
      // What was asked for and not told is free for others.
      expect(stateOf(await historyIn(file, 'a'), 3)).toBe('waiting')
    })
  })
}

describe('commands', () => {
  it('reach a study that another process runs in SQLite', async () => {
    using place = folder()
    const file = place.file('a.db')
    await using study = await openStudy(file, 'a')
    await using ui = await serve([file])
    const id = await firstId(ui)
    const own = await study.ask()
    expect((await ui.command(id, { kind: 'stop', why: 'enough' })).status).toBe(200)
    await study.refresh()
    expect(study.history.steering).toMatchObject({ command: 'stop', why: 'enough' })
    const failed = await ui.command(id, { kind: 'fail', trial: own.number, why: 'it hangs' })
    expect(failed.status).toBe(200)
    await study.refresh()
    expect(study.trial(own.number)).toMatchObject({
      state: 'failed',
      failure: { message: 'it hangs' },
    })
  })

  it('cannot reach JSON lines that another process runs, and say which', async () => {
    using place = folder()
    const file = place.file('a.jsonl')
    await using study = await openStudy(file, 'a')
    await using ui = await serve([file])
    const id = await firstId(ui)
    const reply = await ui.command(id, { kind: 'pause' })
    expect(reply.status).toBe(409)
    expect(errorOf(reply)).toContain(`being run by process ${process.pid}`)
    expect(study.history.steering).toBeUndefined()
  })

  it('reach JSON lines that this process runs by the study itself', async () => {
    using place = folder()
    const file = place.file('a.jsonl')
    await using study = await openStudy(file, 'a')
    await using ui = await serve([file], { live: [{ path: file, study }] })
    const id = await firstId(ui)
    expect((await ui.command(id, { kind: 'pause' })).status).toBe(200)
    expect(study.history.steering).toMatchObject({ command: 'pause' })
  })

  it('leave JSON lines to others as soon as they are done', async () => {
    using place = folder()
    const file = place.file('a.jsonl')
    await madeStudy(file, 'a', 1)
    await using ui = await serve([file])
    const id = await firstId(ui)
    expect((await ui.command(id, { kind: 'pause' })).status).toBe(200)
    expect((await ui.command(id, { kind: 'resume' })).status).toBe(200)
    await using study = await openStudy(file, 'a')
    await runTrials(study, 2)
    await until('the page has seen it', async () => {
      const [card] = await ui.cards()
      return card!.states.complete === 2
    })
  })

  it('do not open trials of a study that is paused', async () => {
    using place = folder()
    const file = place.file('a.db')
    await madeStudy(file, 'a', 1)
    await using ui = await serve([file])
    const id = await firstId(ui)
    await ui.command(id, { kind: 'pause' })
    const reply = await ui.command(id, { kind: 'ask' })
    expect([reply.status, errorOf(reply)]).toEqual([
      409,
      'Study "a" is paused. Resume it, and ask again.',
    ])
  })

  it('and runs leave all of a study in its file when the server has ended', async () => {
    using place = folder()
    const file = place.file('a.db')
    const log = `${file}-wal`
    const rest = (): number => statSync(log, { throwIfNoEntry: false })?.size ?? 0
    const study = await openStudy(file, 'a')
    const ui = await serve([file])
    await firstId(ui)
    await runTrials(study, 2)
    await study.close()
    // Whoever reads keeps the log from being taken into the file.
    expect(rest()).toBeGreaterThan(0)
    await ui[Symbol.asyncDispose]()
    expect(rest()).toBe(0)
    expect((await historyIn(file, 'a')).length).toBe(2)
  })

  it('write nothing where nothing was commanded', async () => {
    using place = folder()
    const file = place.file('a.jsonl')
    await madeStudy(file, 'a', 2)
    const before = readFileSync(file)
    await using ui = await serve([file])
    const id = await firstId(ui)
    for (const path of ['', '/attempts', '/trials/1']) await ui.get(`/api/studies/${id}${path}`)
    expect(readFileSync(file)).toEqual(before)
  })
})
