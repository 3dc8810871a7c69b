import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkpointFolder } from '../../src/training/checkpoint-folder.ts'
import { network } from '../../src/network/network.ts'
import { exclusiveOr, points } from '../network/data.ts'

test('a trial that paused goes on from its folder', async () => {
  const base = await mkdtemp(join(tmpdir(), 'attune-'))
  const folder = join(base, 'trial')
  const x = points(12, 2)
  const y = exclusiveOr(x)
  const steps: number[] = []
  const fit = async (pauseAt: number): Promise<unknown> => {
    const checkpoint = await checkpointFolder(folder)
    const report = ({ step }: { step: number }): 'continue' | 'stop' => {
      steps.push(step)
      return step === pauseAt ? 'stop' : 'continue'
    }
    return (await network().fit(x, y, { epochs: 5 }, { checkpoint, report })).tensors
  }
  try {
    await fit(2)
    const found = await fit(5)
    expect(steps).toEqual([1, 2, 3, 4, 5])
    expect(await readdir(folder)).toEqual(['network.checkpoint'])
    expect(found).toEqual((await network().fit(x, y, { epochs: 5 })).tensors)
  } finally {
    await rm(base, { recursive: true })
  }
})
