import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createLineSplitter } from '../../src/executors/line-splitter.ts'

/** The lines of a stream given in pieces; redrawn ones are marked with `~`. */
function split(pieces: readonly (string | Buffer)[], longest?: number): string[] {
  const lines: string[] = []
  const splitter = createLineSplitter(
    (line, redrawn) => lines.push(redrawn ? `~${line}` : line),
    longest,
  )
  for (const piece of pieces) splitter.push(Buffer.from(piece as string))
  splitter.end()
  return lines
}

describe('a line splitter', () => {
  it.each<[string[], string[]]>([
    [['a\nb\n'], ['a', 'b']],
    [['a\nb'], ['a', 'b']],
    [
      ['a', 'b\nc', '\n'],
      ['ab', 'c'],
    ],
    [['\n\na\n'], ['', '', 'a']],
    [['a\r\nb\r\n'], ['a', 'b']],
    [
      ['a\r', '\nb\r', '\n'],
      ['a', 'b'],
    ],
    [
      ['a\r', '\n', '\nb'],
      ['a', '', 'b'],
    ],
    [['10%\r20%\r30%\nend'], ['10%', '~20%', '~30%', 'end']],
    [['\r10%\r20%\n'], ['10%', '~20%']],
    [['10%\r\r20%'], ['10%', '~20%']],
    [
      ['10%\r', '20%'],
      ['10%', '~20%'],
    ],
    [
      ['10%\r', '\nend\n'],
      ['10%', 'end'],
    ],
    [['', ''], []],
  ])('cuts %j into %j', (pieces, lines) => {
    expect(split(pieces)).toEqual(lines)
  })

  it('hands a line out as soon as its end is seen', () => {
    const lines: string[] = []
    const splitter = createLineSplitter((line) => lines.push(line))
    splitter.push(Buffer.from('a\rb'))
    expect(lines).toEqual(['a'])
  })

  it('gives the same lines however the stream is cut, within characters too', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'é', '€', '😀', '\n', '\r', '\r\n') })
    fc.assert(
      fc.property(text, fc.array(fc.integer({ min: 1, max: 5 })), (whole, sizes) => {
        const bytes = Buffer.from(whole)
        const pieces: Buffer[] = []
        let from = 0
        for (const size of sizes) pieces.push(bytes.subarray(from, (from += size)))
        pieces.push(bytes.subarray(from))
        expect(split(pieces)).toEqual(split([bytes]))
        expect(split(pieces).join('')).not.toContain('\uFFFD')
      }),
    )
  })

  it('replaces bytes that are no UTF-8', () => {
    expect(split([Buffer.from([0x61, 0xff, 0x62, 0x0a, 0xc3])])).toEqual(['a\uFFFDb', '\uFFFD'])
  })

  it('drops what a line has beyond the limit and goes on with the next', () => {
    expect(split(['abcdefgh\nxy\n', '123', '4567', '89\nz'], 5)).toEqual([
      'abcde',
      'xy',
      '12345',
      'z',
    ])
    expect(split(['x'.repeat(600_000), 'x'.repeat(600_000)])[0]).toHaveLength(1_000_000)
  })
})
