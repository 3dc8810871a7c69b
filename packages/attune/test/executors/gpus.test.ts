import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { autoWorkers, checkGpus } from '../../src/cli/auto-workers.ts'
import { findGpus, gpuEnvironment, gpuSlots } from '../../src/executors/gpus.ts'
import { createSlots } from '../../src/executors/slots.ts'
import { temporaryFolder } from './processes.ts'

const four = ['0', '1', '2', '3']
const visible = (slot: number, gpus: readonly string[], perTrial: number): string | undefined =>
  gpuEnvironment(slot, { gpus, perTrial })['CUDA_VISIBLE_DEVICES']

describe('GPUs', () => {
  it('are given to trials at once without overlap, whole ones', () => {
    expect(gpuSlots({ gpus: four, perTrial: 2 })).toBe(2)
    expect([0, 1].map((slot) => visible(slot, four, 2))).toEqual(['0,1', '2,3'])
    expect(gpuSlots({ gpus: four, perTrial: 3 })).toBe(1)
  })

  it('are shared evenly when a trial needs a part of one', () => {
    expect(gpuSlots({ gpus: ['0', '2'], perTrial: 0.5 })).toBe(4)
    expect([0, 1, 2, 3].map((slot) => visible(slot, ['0', '2'], 0.5))).toEqual(['0', '2', '0', '2'])
  })

  it('are told to the drivers of all makers, and to the program', () => {
    expect(gpuEnvironment(1, { gpus: ['GPU-a', 'GPU-b'], perTrial: 1 })).toEqual({
      ATTUNE_GPUS: 'GPU-b',
      CUDA_VISIBLE_DEVICES: 'GPU-b',
      HIP_VISIBLE_DEVICES: 'GPU-b',
      ZE_AFFINITY_MASK: 'GPU-b',
    })
  })

  it('are those that the environment leaves visible', () => {
    expect(findGpus({ CUDA_VISIBLE_DEVICES: '3,5' })).toEqual(['3', '5'])
    expect(findGpus({ CUDA_VISIBLE_DEVICES: '' })).toEqual([])
    expect(findGpus({ CUDA_VISIBLE_DEVICES: '-1' })).toEqual([])
  })

  it('are found by what the drivers show', () => {
    const root = `${temporaryFolder()}/`
    expect(findGpus({}, root)).toEqual([])
    const nodes = join(root, 'sys/class/kfd/kfd/topology/nodes')
    for (const [node, simds] of [0, 304, 304].entries()) {
      mkdirSync(join(nodes, String(node)), { recursive: true })
      writeFileSync(
        join(nodes, String(node), 'properties'),
        `cpu_cores_count 8\nsimd_count ${simds}\n`,
      )
    }
    expect(findGpus({}, root)).toEqual(['0', '1'])
    mkdirSync(join(root, 'dev'))
    for (const name of ['nvidia0', 'nvidia1', 'nvidia2', 'nvidiactl']) {
      writeFileSync(join(root, 'dev', name), '')
    }
    expect(findGpus({}, root)).toEqual(['0', '1', '2'])
  })
})

describe('workers: auto', () => {
  const machine = { cores: 16, freeBytes: 20e9 }
  it('uses as many as cores, memory and GPUs allow', () => {
    expect(autoWorkers({}, machine)).toBe(16)
    expect(autoWorkers({ cores: 4 }, machine)).toBe(4)
    expect(autoWorkers({ cores: 4, memoryBytes: 8e9 }, machine)).toBe(2)
    expect(autoWorkers({ gpuShare: { gpus: four, perTrial: 1 } }, machine)).toBe(4)
    expect(autoWorkers({ gpuShare: { gpus: four, perTrial: 0.25 } }, machine)).toBe(16)
  })

  it('uses one where a trial needs more than there is', () => {
    expect(autoWorkers({ cores: 32, memoryBytes: 64e9 }, machine)).toBe(1)
  })

  it('refuses trials that GPUs cannot serve', () => {
    const none = { gpus: [], perTrial: 1 }
    expect(() => autoWorkers({ gpuShare: none }, machine)).toThrow('no GPU was found')
    expect(() => checkGpus(3, { gpus: four, perTrial: 2 })).toThrow('3 workers need more GPUs')
    expect(() => checkGpus(2, { gpus: four, perTrial: 2 })).not.toThrow()
  })
})

it('slots are taken from the first that is free', () => {
  const slots = createSlots()
  expect([slots.take(), slots.take(), slots.take()]).toEqual([0, 1, 2])
  slots.give(1)
  expect([slots.take(), slots.take()]).toEqual([1, 3])
})
