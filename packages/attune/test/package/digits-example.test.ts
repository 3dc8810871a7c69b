import { join, resolve } from 'node:path'
import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { parseStudyFile } from '../../src/study-file/parse-study-file.ts'
import { attune, temporaryFolder } from '../cli/support/attune.ts'

const example = resolve(import.meta.dirname, '../../../../examples/digits')
const read = (name: string): ReturnType<typeof parseStudyFile> =>
  parseStudyFile(readFileSync(join(example, name), 'utf8'), join(example, name))

interface Line {
  readonly type: string
  readonly state: string
  readonly step: number
  readonly objectives: { readonly accuracy: number }
}

afterEach(() => vi.unstubAllEnvs())

describe('the example of the digits', () => {
  it('searches the same space with the built-in learners', () => {
    expect(read('learners.yaml').space).toEqual(read('study.yaml').space)
  })

  it('is tuned with the built-in learners', { timeout: 60_000 }, async () => {
    using folder = temporaryFolder()
    vi.stubEnv('EPOCHS', '3')
    const journal = join(folder.path, 'digits.db')
    const limits = ['--trials', '3', '--workers', '1', '--seed', '1']
    const { code, stdout, stderr } = await attune(
      ['run', join(example, 'learners.yaml'), ...limits, '--journal', journal, '--json'],
      folder.path,
    )
    expect([code, stderr]).toEqual([0, ''])
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line)
    const trials = lines.filter(({ type }) => type === 'trial')
    expect(trials.map(({ state, step }) => [state, step])).toEqual(Array(3).fill(['complete', 3]))
    // One in ten would be guessed; the first trial is the middle of the space.
    expect(trials[0]!.objectives.accuracy).toBeGreaterThan(0.85)
  })
})
