import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  loadBonnEeg,
  loadBusi,
  loadCifar10,
  loadEmoDb,
  loadMnist,
} from '../../../src/data/media/datasets.ts'
import { mnistFiles } from '../../../src/data/media/homes.ts'
import { isThere } from '../../real-data.ts'
import { idxBytes } from './bytes-of.ts'

const sets = ['mnist', 'cifar10', 'speech-emotion-emodb', 'eeg-bonn', 'breast-ultrasound']

function counts(labels: Int32Array): number[] {
  const found: number[] = []
  for (const label of labels) found[label] = (found[label] ?? 0) + 1
  return found
}

describe.skipIf(!isThere(...sets))('real sets', () => {
  it('MNIST is byte for byte the known one', async () => {
    for (const part of ['train', 'test'] as const) {
      const set = await loadMnist({ part })
      expect(set.count).toBe(part === 'train' ? 60_000 : 10_000)
      const head = idxBytes([set.count, 28, 28], [])
      const sum = createHash('sha256').update(head).update(set.x).digest('hex')
      expect(sum).toBe(mnistFiles[part].images.known.sha256)
      const labels = idxBytes([set.count], [...set.labels])
      expect(createHash('sha256').update(labels).digest('hex')).toBe(
        mnistFiles[part].labels.known.sha256,
      )
    }
  })

  it('CIFAR-10, EmoDB, the EEG of Bonn and BUSI have the counts that their READMEs tell', async () => {
    expect(counts((await loadCifar10()).labels)).toEqual(new Array(10).fill(1000))
    expect(counts((await loadCifar10({ part: 'test' })).labels)).toEqual(new Array(10).fill(200))
    const speech = await loadEmoDb()
    expect(counts(speech.labels)).toEqual([127, 81, 46, 69, 71, 62, 79])
    expect(speech.groups?.labels.length).toBe(10)
    expect(counts((await loadBonnEeg()).labels)).toEqual(new Array(5).fill(100))
    const busi = await loadBusi()
    expect(counts(busi.labels)).toEqual([133, 437, 210])
    expect(busi.groups?.labels.length).toBe(779)
  })
})
