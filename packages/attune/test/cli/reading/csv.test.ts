import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import type { CsvCell } from '@attune/core'
import { csvLine } from '@attune/core'
import { parseCsv } from './fixture.ts'

describe('a line of a CSV file', () => {
  it.each<[readonly CsvCell[], string]>([
    [['a', 1, true, null, undefined], 'a,1,true,null,'],
    [
      ['a,b', 'say "x"', 'two\nlines', ' padded', ''],
      '"a,b","say ""x""","two\nlines"," padded",""',
    ],
    [[0.1 + 0.2, 1e-7, -0, Number.NaN], '0.30000000000000004,1e-7,0,NaN'],
    [[Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY], 'Infinity,-Infinity'],
    [['=1+1', '@x', 'ü'], '=1+1,@x,ü'],
  ])('writes %j', (cells, expected) => {
    expect(csvLine(cells)).toBe(`${expected}\r\n`)
  })

  it('gives back every text', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '"', ',', '\r', '\n', ' ', '=', 'é') })
    fc.assert(
      fc.property(fc.array(fc.array(text, { minLength: 1 })), (rows) => {
        expect(parseCsv(rows.map(csvLine).join(''))).toEqual(rows)
      }),
    )
  })
})
