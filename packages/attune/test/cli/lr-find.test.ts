import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { attune, eventsOf, historyOf, temporaryFolder } from './support/attune.ts'

const program = resolve(import.meta.dirname, 'support/training.mjs')
const folder = temporaryFolder()
afterAll(() => folder[Symbol.dispose]())
const at = (name: string): string => join(folder.path, name)
const lrFind = (...args: string[]) => attune(['lr-find', ...args], folder.path)

writeFileSync(
  at('study.yaml'),
  `name: bowl
command: [${JSON.stringify(process.execPath)}, ${JSON.stringify(program)}, --lr, "{lr}", --epochs, "{epochs}"]
space:
  lr: { float: [1e-4, 1], scale: log, default: 0.01 }
  epochs: { int: [10, 50] }
objective: { minimize: loss }
trials: 300
scheduler: asha
seed: 3
`,
)

describe('attune lr-find', { timeout: 60_000 }, () => {
  it('sweeps the rate of a study file, proposes one, and draws how it came about', async () => {
    const { code, stdout, stderr } = await lrFind(
      ...['study.yaml', '--set', 'epochs=5', '--steps', '2', '--trials', '6'],
    )
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toContain('Sweeping lr from 1e-4 to 1; fixed: epochs=5\n')
    expect(stdout.match(/^trial \d (complete|failed)/gm)).toHaveLength(6)
    const proposed = Number(/^Proposed lr: (\S+)$/m.exec(stdout)?.[1])
    expect(proposed).toBeGreaterThan(0.005)
    expect(proposed).toBeLessThan(0.04)
    expect(stdout).toMatch(/evidence: \d runs, \d more diverged, from 1e-4 to 1; lower hull of 3/)
    expect(stdout).toContain('picture: bowl-lr.svg')
    const picture = readFileSync(at('bowl-lr.svg'), 'utf8')
    for (const word of ['<svg', 'learning rate', 'convex hull', 'diverged', 'proposed']) {
      expect(picture).toContain(word)
    }
    const events = await eventsOf(at('attune.db'), 'bowl-lr')
    const { sampler, scheduler } = historyOf(events).config!
    expect([sampler.name, scheduler.name]).toEqual(['gamma', 'none'])
    const reports = events.filter((event) => event.type === 'trial-reported')
    expect(Math.max(...reports.map(({ step }) => step))).toBe(2)
  })

  it('goes on with a sweep that is there, and tells the same as JSON and as a page', async () => {
    const again = ['study.yaml', '--set', 'epochs=5', '--steps', '2', '--trials', '7']
    const { code, stdout } = await lrFind(...again, '--json', '--picture', 'lr.html')
    expect(code).toBe(0)
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(lines.filter(({ type }) => type === 'trial')).toHaveLength(1)
    const last = lines.at(-1)!
    expect(last).toMatchObject({ type: 'learning-rate', parameter: 'lr', metric: 'loss' })
    expect(last).toMatchObject({ fixed: { epochs: 5 }, range: { low: 1e-4, high: 1 } })
    expect((last['runs'] as number) + (last['diverged'] as number)).toBe(7)
    expect(last['learningRate']).toBeLessThan(0.04)
    expect(readFileSync(at('lr.html'), 'utf8')).toMatch(/^<!doctype html>[^]*<svg[^]*<\/html>\n$/)
  })

  it('sweeps a command alone, and ends with 1 when no run came through', async () => {
    const { code, stdout } = await lrFind(
      ...['--range', '1e3..1e4', '--trials', '1', '--no-picture', '--name', 'far', '--'],
      ...[process.execPath, program, '--lr', '{lr}', '--epochs', '3'],
    )
    expect(code).toBe(1)
    expect(stdout).toContain('No run came to a finite value')
    expect(existsSync(at('far.svg'))).toBe(false)
  })

  it('says what is wrong before anything runs', async () => {
    const { code, stderr } = await lrFind('study.yaml', '--param', 'epoch', '--set', 'lr=x')
    expect(code).toBe(2)
    expect(stderr).toContain('--param: the study has no such parameter. Did you mean "epochs"?')
    expect(stderr).toContain('--set lr=x: expected a number')
  })
})
