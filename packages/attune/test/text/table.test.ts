import fc from 'fast-check'
import { expect, it } from 'vitest'
import { table } from '../../src/text/table.ts'
import { textWidth } from '../../src/text/text.ts'

it('aligns columns left and right under their names', () => {
  const rows = [
    ['1', 'relu', '0.5'],
    ['12', 'leaky', '0.25'],
  ]
  expect(
    table(rows, { columns: ['trial', 'act', 'loss'], align: ['right', 'left', 'right'] }),
  ).toEqual(['trial  act    loss', '    1  relu    0.5', '   12  leaky  0.25'])
})

it('keeps columns straight with letters of two columns and emoji', () => {
  const lines = table([
    ['学習率', 'a'],
    ['🚀', 'b'],
    ['lr', 'c'],
  ])
  expect(lines).toEqual(['学習率  a', '🚀      b', 'lr      c'])
})

it('takes from the widest cells when the place is narrow', () => {
  const lines = table([['short', 'a very long cell indeed', 'end']], { maxWidth: 24 })
  expect(lines).toEqual(['short  a very long…  end'])
})

it('shows no escapes of its cells', () => {
  expect(table([['\x1b[31mred\nline', 'x']])).toEqual(['red line  x'])
})

it('is never wider than asked', () => {
  const cells = fc.array(fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 5 }), {
    maxLength: 4,
  })
  fc.assert(
    fc.property(cells, fc.integer({ min: 1, max: 40 }), (rows, maxWidth) => {
      for (const line of table(rows, { maxWidth })) {
        expect(textWidth(line)).toBeLessThanOrEqual(maxWidth)
      }
    }),
  )
})
