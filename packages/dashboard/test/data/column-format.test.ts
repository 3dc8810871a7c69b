import { describe, expect, it } from 'vitest'

import { columnFormat } from '../../src/data/column-format.ts'

const shown = (...values: number[]): string[] => values.map(columnFormat(Float64Array.from(values)))

describe('the numbers of a column', () => {
  it('have as many decimals as tell them apart, the same in all rows', () => {
    expect(shown(0.91234, 0.9135, 0.92)).toEqual(['0.91234', '0.91350', '0.92000'])
  })

  it('are whole where all are', () => {
    expect(shown(8, 128, 25_600)).toEqual(['8', '128', '25600'])
  })

  it('have digits of their own when they are small or span many powers of ten', () => {
    expect(shown(1.23456e-9, 3e-9)).toEqual(['1.235e−9', '3e−9'])
    expect(shown(1.456e-6, 0.0638, 2.64, 0)).toEqual(['1.456e−6', '0.0638', '2.64', '0'])
  })

  it('are never zero when they are only small', () => {
    const values = Float64Array.from({ length: 100 }, (_, i) => (i === 7 ? 2e-7 : 1 + i / 100))
    const format = columnFormat(values)
    expect([values[7]!, values[8]!, 0].map(format)).toEqual(['2e−7', '1.080', '0.000'])
  })

  it('take no notice of what is not finite, and show it by name', () => {
    const format = columnFormat(Float64Array.of(1.5, Number.NaN, Infinity, 2.25))
    expect([1.5, Number.NaN, -Infinity].map(format)).toEqual(['1.500', 'NaN', '−∞'])
    expect(columnFormat(new Float64Array(0))(1.5)).toBe('1.5')
  })
})
