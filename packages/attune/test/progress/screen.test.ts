import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Trial } from '@attune/core'
import { float, space } from '@attune/core'
import { describe, expect, it } from 'vitest'
import { createProgress } from '../../src/progress/progress.ts'
import type { ProgressStart } from '../../src/progress/progress-contract.ts'
import { textWidth } from '../../src/text/text.ts'
import { openStudy, runTrial } from './studies.ts'
import { createTerminal } from './terminal.ts'

type Opened = Awaited<ReturnType<typeof openStudy>>

function watch(
  opened: Opened,
  {
    columns = 100,
    rows = 30,
    color = false,
  }: { columns?: number; rows?: number; color?: boolean } = {},
  info: Partial<ProgressStart> = {},
) {
  const terminal = createTerminal(columns, rows)
  let drawings = 0
  const progress = createProgress('screen', {
    write(text) {
      drawings++
      terminal.write(text)
    },
    columns: () => terminal.columns,
    rows: () => terminal.rows,
    color,
    now: () => opened.clock.now(),
  })
  progress.start({
    study: opened.study,
    trials: 60,
    workers: 2,
    journal: 'attune.db',
    resumedFrom: 0,
    ...info,
  })
  return { terminal, progress, drawings: () => drawings }
}

/** Makes the next event be drawn at once. */
const pass = (opened: Opened, seconds = 1): Promise<void> => opened.clock.advance(seconds * 1000)

const params = { lr: 0.0123, act: 'relu' }

async function report(trial: Trial, values: Record<string, number>, step: number): Promise<void> {
  await trial.report(values, { step })
}

describe('a person sees', () => {
  it('a study before its first trial', async () => {
    const { terminal } = watch(await openStudy())
    expect(terminal.screen()).toEqual([
      'digits  accuracy ↑  random · seed 1 · 2 workers',
      '────────────────────────────────────────  0/60  0 %  0 s',
      '0 complete',
      '',
      'best     no trial is complete yet',
      '',
      'Ctrl-C stops; the same command continues. Stored in attune.db.',
    ])
  })

  it('how far it is, the best with its parameters, what runs, what failed, and notes', async () => {
    const opened = await openStudy()
    const { terminal, progress } = watch(opened, {}, { trials: 12 })
    await runTrial(opened, 0.8, { params, seconds: 10 })
    await runTrial(opened, 0.9, { params, seconds: 10 })
    await runTrial(opened, 0.85, { params, seconds: 10 })
    await runTrial(opened, new Error('CUDA out of memory\nmore'), { params, seconds: 10 })
    const first = await opened.study.ask()
    await pass(opened, 12)
    await report(first, { loss: 0.21, accuracy: 0.5 }, 3)
    await opened.study.ask()
    progress.note('The program buffers its output.')
    await pass(opened, 8)
    await report(first, { loss: 0.1, accuracy: 0.75 }, 4)
    expect(terminal.screen()).toEqual([
      'digits  accuracy ↑  random · seed 1 · 2 workers',
      '━━━━━━━━━━━━━───────────────────────────  4/12  33 %  4/min  1 min 00 s  ETA 2 min 00 s',
      '3 complete  1 failed  2 running',
      '',
      'best     accuracy 0.9  trial 1, 2 trials ago',
      '         lr   0.0123    act  relu',
      '',
      'running  trial 4  20 s  step 4  accuracy 0.75  loss 0.1',
      '         trial 5   8 s',
      '',
      'failed   trial 3  error  CUDA out of memory',
      '',
      'note     The program buffers its output.',
      '',
      'Ctrl-C stops; the same command continues. Stored in attune.db.',
    ])
    expect(terminal.scrolled).toEqual([])
  })

  it('how the best value went', async () => {
    const opened = await openStudy()
    const { terminal, progress } = watch(opened)
    for (let i = 0; i < 16; i++) await runTrial(opened, i / 16, { seconds: 0 })
    progress.stop()
    expect(terminal.screen().at(-1)).toBe(
      'best     accuracy 0.9375  trial 15, just now   ▁▁▂▂▃▃▄▄▅▅▆▆▇▇██',
    )
  })

  it('trials that wait, were stopped, are run again, and were there before', async () => {
    const opened = await openStudy()
    await runTrial(opened, 0.5)
    const running = await opened.study.ask()
    await opened.study.close()
    expect(opened.study.trial(running.number).state).toBe('waiting')
    const { terminal } = watch(opened, {}, { resumedFrom: 1 })
    expect(terminal.screen()[2]).toBe('1 complete  1 waiting  1 before this run')
  })

  it('the time that is left when only time is limited', async () => {
    const opened = await openStudy()
    const { terminal } = watch(opened, {}, { trials: undefined as never, seconds: 100 })
    await runTrial(opened, 0.5, { seconds: 25 })
    expect(terminal.screen()[1]).toBe(
      '━━━━━━━━━━──────────────────────────────  1 trial  25 %  2.4/min  25 s  ETA 1 min 15 s',
    )
  })

  it('no bar when nothing is limited', async () => {
    const opened = await openStudy()
    const { terminal } = watch(opened, {}, { trials: undefined as never })
    await runTrial(opened, 0.5, { seconds: 0.05 })
    await runTrial(opened, 0.5, { seconds: 0.05 })
    expect(terminal.screen()[1]).toBe('2 trials  20/s  0 s')
  })

  it('a study whose trials all failed', async () => {
    const opened = await openStudy()
    const { terminal } = watch(opened)
    for (let i = 0; i < 5; i++)
      await runTrial(opened, i % 2 === 0 ? Number.NaN : new Error(`e${i}`))
    expect(terminal.screen().slice(2, -2)).toEqual([
      '0 complete  5 failed',
      '',
      'best     no trial is complete yet',
      '',
      'failed   trial 4  not-a-number  accuracy is NaN.',
      '         trial 3  error         e3',
      '         trial 2  not-a-number  accuracy is NaN.',
    ])
  })

  it('that no trial meets the constraints', async () => {
    const opened = await openStudy({ constraints: ['latency <= 50'] })
    const { terminal } = watch(opened)
    await runTrial(opened, { accuracy: 1, latency: 80 })
    expect(terminal.screen()[4]).toBe('best     1 complete, but none meets latency <= 50')
  })

  it('the Pareto front of several objectives, best first objective first', async () => {
    const opened = await openStudy({ objective: [{ maximize: 'accuracy' }, { minimize: 'size' }] })
    const { terminal } = watch(opened)
    await runTrial(opened, [0.8, 10], { params })
    await runTrial(opened, [0.7, 20], { params })
    await runTrial(opened, [0.95, Number.POSITIVE_INFINITY], { params })
    expect(terminal.screen().slice(0, 7)).toEqual([
      'digits  accuracy ↑, size ↓  random · seed 1 · 2 workers',
      '━━──────────────────────────────────────  3/60  5 %  60/min  3 s  ETA 57 s',
      '3 complete',
      '',
      'best     2 trials are on the Pareto front, changed just now',
      '         trial 2   accuracy ↑ 0.95   size ↓ Infinity   lr=0.0123 act=relu',
      '         trial 0   accuracy ↑ 0.8    size ↓ 10         lr=0.0123 act=relu',
    ])
  })

  it('a NaN that a running trial reports', async () => {
    const opened = await openStudy()
    const { terminal } = watch(opened)
    const trial = await opened.study.ask()
    await pass(opened)
    await report(trial, { accuracy: Number.NaN, loss: 2 }, 1)
    expect(terminal.screen()[6]).toBe('running  trial 0  1 s  step 1  loss 2')
  })
})

describe('on a terminal of any size', () => {
  const long = 'n'.repeat(200)

  async function fill(size: { columns: number; rows: number }) {
    const shape = Object.fromEntries(
      Array.from({ length: 12 }, (_, i) => [`parameter_${i}_${'p'.repeat(i * 3)}`, float(0, 1)]),
    )
    const opened = await openStudy({ name: long, space: space(shape) as never })
    const watched = watch(opened, size)
    for (let i = 0; i < 6; i++) await runTrial(opened, i % 2 === 0 ? 0.1 * i : new Error(long))
    const running = []
    for (let i = 0; i < 8; i++) running.push(await opened.study.ask())
    watched.progress.note(long)
    await pass(opened, 70)
    for (const trial of running) await report(trial, { accuracy: 0.5, [long]: 1 }, 1)
    await pass(opened)
    await report(running[0] as Trial, { accuracy: 0.5, [long]: 1 }, 2)
    return { ...watched, running, opened }
  }

  it.each([
    [40, 24],
    [40, 8],
    [80, 12],
    [200, 50],
    [12, 5],
    [1, 1],
    [80, 2],
    [300, 3],
  ])('of %d columns and %d rows it fits and never scrolls', async (columns, rows) => {
    const { terminal } = await fill({ columns, rows })
    const lines = terminal.screen()
    expect(terminal.scrolled).toEqual([])
    expect(lines.length).toBe(Math.min(rows - 1, lines.length))
    expect(lines.length).toBeGreaterThanOrEqual(Math.min(rows - 1, 9))
    for (const line of lines) expect(textWidth(line)).toBeLessThan(Math.max(2, columns))
  })

  it('of 40 columns it cuts and leaves out, with short labels', async () => {
    const { terminal } = await fill({ columns: 40, rows: 30 })
    const lines = terminal.screen()
    expect(lines.slice(0, 5)).toEqual([
      'nnnnnnnnnnnnnnnnnn…  accuracy ↑  rando…',
      '━─────────  6/60  10 %  ETA 11 min 33 s',
      '3 complete  3 failed  8 running',
      '',
      'best accuracy 0.4  trial 4, 1 trial ago',
    ])
    expect(lines.filter((line) => line.startsWith('runs '))).toHaveLength(1)
    expect(lines.at(-3)).toBe(`note ${'n'.repeat(33)}…`)
  })

  it('of few rows it says how many running trials are hidden', async () => {
    const { terminal } = await fill({ columns: 80, rows: 17 })
    expect(terminal.screen()).toContainEqual(expect.stringMatching(/^ +… and \d more$/))
  })

  it('that becomes narrower and wider it leaves nothing behind', async () => {
    const { terminal, opened, running } = await fill({ columns: 80, rows: 90 })
    for (const [i, columns] of [41, 120, 60].entries()) {
      terminal.resize(columns, 90)
      await pass(opened)
      await report(running[0] as Trial, { accuracy: 0.6 }, 3 + i)
      const headers = terminal.screen().map((line) => line.startsWith('nnnn'))
      expect(headers.indexOf(true)).toBe(0)
      expect(headers.lastIndexOf(true)).toBe(0)
    }
  })

  it('letters of two columns stay aligned', async () => {
    const words = space({ 学習率: float(0, 1), lr: float(0, 1) })
    const opened = await openStudy({ space: words as never })
    const { terminal } = watch(opened)
    await runTrial(opened, 1, { params: { 学習率: 0.5, lr: 0.25 } })
    expect(terminal.screen()[5]).toBe('         学習率  0.5     lr      0.25')
  })
})

describe('the region', () => {
  it('is drawn at most ten times a second, however much happens', async () => {
    const opened = await openStudy()
    const { drawings } = watch(opened)
    const started = performance.now()
    for (let i = 0; i < 60; i++) await runTrial(opened, i, { seconds: 0.0001 })
    const seconds = (performance.now() - started) / 1000
    expect(drawings()).toBeLessThanOrEqual(2 + seconds * 10)
  })

  it('shows soon what happened right after a drawing, and ticks every second', async () => {
    const opened = await openStudy()
    const { terminal, drawings, progress } = watch(opened)
    await opened.study.ask()
    expect(terminal.screen()).not.toContainEqual(expect.stringContaining('running'))
    await new Promise((resolve) => setTimeout(resolve, 150))
    expect(terminal.screen()).toContainEqual(expect.stringContaining('1 running'))
    const before = drawings()
    await pass(opened, 7)
    await new Promise((resolve) => setTimeout(resolve, 1100))
    expect(drawings()).toBe(before + 1)
    expect(terminal.screen()).toContainEqual('running  trial 0  7 s')
    progress.stop()
  })

  it('clears what is typed below it, and begins where the cursor was', async () => {
    const opened = await openStudy()
    const { terminal } = watch(opened)
    terminal.write('^C')
    await runTrial(opened, 1)
    expect(terminal.screen().join('\n')).not.toContain('^C')
    expect(terminal.screen()[0]).toMatch(/^digits/)
  })

  it('leaves the outcome when it stops, with notes whole, and the cursor below', async () => {
    const opened = await openStudy()
    const { terminal, progress, drawings } = watch(opened, { columns: 60 })
    const note = `${'long '.repeat(20)}note`
    progress.note(note)
    await runTrial(opened, 0.5, { seconds: 30 })
    await runTrial(opened, new Error('boom'), { seconds: 30 })
    await opened.study.ask()
    await opened.study.close()
    progress.stop()
    const after = drawings()
    progress.stop()
    await runTrial(await openStudy(), 1)
    expect(drawings()).toBe(after)
    expect(terminal.screen()).toEqual([
      'digits  accuracy ↑  random · seed 1 · 2 workers',
      '━────────────────────────────  2/60  3 %  2/min  1 min 00 s',
      '1 complete  1 failed  1 waiting',
      '',
      'best accuracy 0.5  trial 0, 1 trial ago',
      ...`note: ${note}`.match(/.{1,60}/g)!.map((line) => line.trimEnd()),
    ])
    expect(terminal.row).toBe(terminal.screen().length)
    expect(terminal.cursorVisible).toBe(true)
  })

  it('does not keep a process alive', async () => {
    const at = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href)
    const script = `
      const { createProgress } = await import(${at('../../src/progress/progress.ts')})
      const { openStudy } = await import(${at('./studies.ts')})
      const { study, clock } = await openStudy()
      const io = { write() {}, columns: () => 80, rows: () => 24, color: false, now: () => clock.now() }
      createProgress('screen', io).start({ study, workers: 1, journal: 'attune.db', resumedFrom: 0 })
      await study.ask()`
    const args = ['-C', '@attune/source', '--input-type=module', '-e', script]
    await promisify(execFile)(process.execPath, args, { timeout: 10_000 })
  })
})

describe('escapes', () => {
  it('are written for colours only where there are colours', async () => {
    const opened = await openStudy()
    const plain = watch(opened)
    const colored = watch(opened, { color: true })
    await runTrial(opened, 0.5)
    await runTrial(opened, new Error('x'))
    expect([...plain.terminal.styles]).toEqual([])
    expect([...colored.terminal.styles].toSorted()).toEqual(['0', '1', '2', '31', '32', '36'])
    expect(colored.terminal.screen()).toEqual(plain.terminal.screen())
  })

  it('of a study never reach the terminal', async () => {
    const evil = '\x1b]0;title\x07\x1b[2J\x9b5Aevil\x1b[8m\r\n'
    const objective = { maximize: evil }
    const opened = await openStudy({ name: evil, objective })
    const { terminal, progress } = watch(opened, { rows: 50 }, { journal: evil })
    await runTrial(opened, { [evil]: 1 })
    await runTrial(opened, new Error(evil))
    const trial = await opened.study.ask()
    await pass(opened)
    await report(trial, { [evil]: 1 }, 1)
    progress.note(evil)
    await pass(opened)
    await report(trial, { [evil]: 1 }, 2)
    // The terminal refuses every escape that is not the screen's own.
    expect(terminal.screen()[0]).toBe('evil   evil  ↑  random · seed 1 · 2 workers')
    progress.stop()
  })
})
