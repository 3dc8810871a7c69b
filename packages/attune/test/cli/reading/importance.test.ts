import { createStudy, float, random, space, variant } from '@attune/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { ImportanceOptions } from '../../../src/cli/importance.ts'
import { importance } from '../../../src/cli/importance.ts'
import { openStore } from '../../../src/journals/store.ts'
import { temporaryFolder } from '../../journals/temporary.ts'
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
  })
})
