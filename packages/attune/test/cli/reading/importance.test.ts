import { createStudy, float, random, space, variant } from '@attune/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { ImportanceOptions } from '../../../src/cli/importance.ts'
import { importance } from '../../../src/cli/importance.ts'
import { openStore } from '../../../src/journals/store.ts'
import { temporaryFolder } from '../../journals/temporary.ts'
import { attune } from '../support/attune.ts'
import type { Recorder } from './fixture.ts'
import { makeStudy, recorder } from './fixture.ts'

const shared = temporaryFolder()
const journal = shared.file('a.jsonl')

beforeAll(async () => {
  await using store = await openStore(journal)
  await using study = await createStudy({
    space: space({
      net: { lr: float(0, 1), decay: float(0, 1) },
      optimizer: variant({ sgd: { momentum: float(0, 1) }, adam: {} }),
    }),
    objective: { minimize: 'loss' },
    sampler: random(),
    journal: await store.journal('study'),
  })
  await study.optimize(
    ({ params: { net } }) => ({ loss: (net.lr - 0.3) ** 2, size: net.decay ** 2 }),
    { trials: 100 },
  )
})
afterAll(() => shared[Symbol.dispose]())

async function run(options: ImportanceOptions = {}): Promise<Recorder> {
  const io = recorder()
  expect(await importance({ journal, ...options }, io)).toBe(0)
  return io
}

describe('attune importance', () => {
  it('shows the parameters by what they decide, with bars as long as their shares', async () => {
    const lines = (await run()).lines()
    expect(lines[0]).toBe('What decides about loss in study study, as shares of 1:')
    const rows = lines.slice(1).map((line) => line.trim().split(/ {2,}/))
    expect(rows[0]?.[0]).toBe('lr')
    expect(new Set(rows.map(([name]) => name))).toEqual(
      new Set(['decay', 'lr', 'momentum', 'optimizer']),
    )
    const shares = rows.map((row) => Number(row[1]))
    expect(shares).toEqual([...shares].sort((a, b) => b - a))
    expect(rows[0]?.[2]).toBe('━'.repeat(Math.round(24 * (shares[0] ?? 0))))
    const momentum = rows.find(([name]) => name === 'momentum')
    expect(momentum?.at(-1)).toMatch(/^active in \d\d of 100 trials$/)
  })

  it('answers for another metric, and for the time', async () => {
    const [size] = (await run({ target: 'size', json: true })).json<{
      target: string
      parameters: { name: string; value: number; trials: number }[]
    }>()
    expect(size?.target).toBe('size')
    expect(size?.parameters[0]).toMatchObject({ name: 'net.decay', trials: 100 })
    const total = size?.parameters.reduce((sum, { value }) => sum + value, 0)
    expect(total).toBeCloseTo(1)
    expect((await run({ target: 'seconds' })).lines()[0]).toContain('about seconds')
  })

  it('tells what explains the variance when asked for fANOVA, and names the method', async () => {
    type Found = {
      target: string
      method: string
      parameters: { name: string; value: number; trials: number }[]
    }
    const [plain] = (await run({ json: true })).json<Found>()
    const [asked] = (await run({ json: true, method: 'ped-anova' })).json<Found>()
    const [found] = (await run({ json: true, method: 'fanova' })).json<Found>()
    expect(plain?.method).toBe('ped-anova')
    expect(asked).toEqual(plain)
    expect(found).toMatchObject({ target: 'loss', method: 'fanova' })
    // The loss is a function of net.lr alone, and so is nearly all of its variance.
    expect(found?.parameters[0]).toMatchObject({ name: 'net.lr', trials: 100 })
    expect(found?.parameters[0]?.value).toBeGreaterThan(0.9)
    const total = found?.parameters.reduce((sum, { value }) => sum + value, 0)
    expect(total).toBeLessThan(1)
    const [size] = (await run({ json: true, method: 'fanova', target: 'size' })).json<Found>()
    expect(size?.parameters[0]?.name).toBe('net.decay')
    const lines = (await run({ method: 'fANOVA' })).lines()
    expect(lines[0]).toBe(
      'What decides about loss in study study, as shares of its variance; the rest is interaction:',
    )
    expect(lines[1]?.trim().split(/ {2,}/)[0]).toBe('lr')
  })

  it('takes the method from the command line and explains it in its help', async () => {
    const args = ['importance', '--journal', journal, '--method', 'fanova', '--json']
    const { code, stdout } = await attune(args, shared.path)
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ method: 'fanova' })
    const help = await attune(['importance', '--help'], shared.path)
    expect(help.stdout.replaceAll(/\s+/g, ' ')).toContain(
      '--method <method> ped-anova (default): what makes trials the best; fanova: what explains',
    )
  })

  it('refuses a method that does not exist', async () => {
    await expect(importance({ journal, method: 'anova' }, recorder())).rejects.toMatchObject({
      code: 'usage',
      message:
        '--method: there is no "anova". Did you mean "fanova"? There are ped-anova and fanova.',
    })
  })

  it('refuses a target that does not exist', async () => {
    await expect(importance({ journal, target: 'sise' }, recorder())).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(/no trial has a metric "sise"\. Did you mean "size"\?/),
    })
  })

  it('ends with 1 while there are too few trials to tell', async () => {
    using folder = temporaryFolder()
    await makeStudy(folder.file('a.db'), 's', [1, 2, 3])
    const io = recorder()
    expect(await importance({ journal: folder.file('a.db'), json: true }, io)).toBe(1)
    expect(io.stdout).toBe('')
    expect(io.stderr).toMatch(/^attune: Importance needs at least 4 .*has 3\./)
    const other = recorder()
    const options = { journal: folder.file('a.db'), method: 'fanova' }
    expect(await importance(options, other)).toBe(1)
    expect(other.stderr).toMatch(/^attune: Importance needs at least 4 complete trials .*has 3\./)
  })
})
