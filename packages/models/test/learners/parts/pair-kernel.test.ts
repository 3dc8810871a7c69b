import { createRng } from '@attune/core'
import { describe, expect, it } from 'vitest'
import {
  groupRows,
  kernelBytes,
  pairKernel,
  panelRows,
} from '../../../src/learners/parts/pair-kernel.ts'

describe.each(['product', 'distance'] as const)('%s', (kind) => {
  it('compares every row of a group with every row of the panels', () => {
    const [depth, panels] = [8, 3]
    const rng = createRng(1, kind)
    const group = groupRows * depth
    const out = group + panels * panelRows * depth
    const kernel = pairKernel(kind, 4 * (out + groupRows * panels * panelRows))!
    const numbers = new Float32Array(kernel.memory.buffer)
    for (let i = 0; i < out; i++) numbers[i] = rng.next() - 0.5
    kernel.compare(0, 4 * group, 4 * out, depth, panels, 4 * panels * panelRows)
    for (let i = 0; i < groupRows; i++) {
      for (let j = 0; j < panels * panelRows; j++) {
        let expected = 0
        const panel = group + Math.floor(j / panelRows) * depth * panelRows + (j % panelRows)
        for (let c = 0; c < depth; c++) {
          const [a, b] = [numbers[c * groupRows + i]!, numbers[panel + c * panelRows]!]
          expected += kind === 'product' ? a * b : Math.abs(a - b)
        }
        expect(numbers[out + i * panels * panelRows + j]).toBeCloseTo(expected, 5)
      }
    }
  })

  it('is valid without fused instructions, too, and small enough to be compiled at once by any browser', () => {
    for (const fused of [false, true]) {
      expect(kernelBytes(kind, fused).length).toBeLessThan(4096)
    }
    expect(WebAssembly.validate(kernelBytes(kind, false))).toBe(true)
  })
})
