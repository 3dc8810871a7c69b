import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseStudyFile } from '../../src/study-file/parse-study-file.ts'

const root = join(import.meta.dirname, '../../../..')
const folder = join(root, 'examples/genetic-tuning')

describe('the example of genetic tuning', () => {
  const file = join(folder, 'study.yaml')
  const study = parseStudyFile(readFileSync(file, 'utf8'), file)

  it('has a time budget and a list of layers that may be empty', () => {
    expect(study.seconds).toBe(60)
    expect(study.sampler).toMatchObject({ name: 'genetic' })
    const layers = study.space.params.find(({ name }) => name === 'layers')
    expect(layers?.distribution).toMatchObject({ low: 0, high: 4 })
  })

  it('is shown in its guide as it is', () => {
    const guide = readFileSync(join(root, 'docs/guides/genetic-tuning.md'), 'utf8')
    const shown = guide.match(/```yaml\n(name: genetic-tuning\n.*?)```/s)?.[1]
    const told = parseStudyFile(shown ?? '', file)
    const { space: searched, sampler, objectives, seconds, trials } = told
    expect({ sampler, objectives, seconds, trials }).toEqual({
      sampler: study.sampler,
      objectives: study.objectives,
      seconds: study.seconds,
      trials: study.trials,
    })
    expect(searched.params).toEqual(study.space.params)
  })

  it('learns with and without layers', async () => {
    const { testAccuracy } = (await import(join(folder, 'network.mjs'))) as {
      testAccuracy: (params: object, seed: number) => Promise<number>
    }
    const layers = [{ units: 16, activation: 'relu' }]
    // Guessing has 0.1; 500 updates are more than enough.
    expect(await testAccuracy({ batch: 20, layers }, 1)).toBeGreaterThan(0.85)
    expect(await testAccuracy({ batch: 10, layers: [] }, 1)).toBeGreaterThan(0.75)
  })
})
