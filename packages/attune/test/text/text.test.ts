import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cut, firstLine, pad, plain, plainLines, textWidth } from '../../src/text/text.ts'

const nasty = fc.string({
  unit: fc.oneof(
    fc.constantFrom('\x1b', '\x1b[', '\x1b]8;;', '\x07', '\x9b', '\u202e', '\n', '\t', 'm', '3'),
    fc.string({ minLength: 1, maxLength: 1, unit: 'grapheme' }),
  ),
})

describe('plain', () => {
  it.each([
    ['colours', '\x1b[31mred\x1b[0m', 'red'],
    ['a moved cursor', 'a\x1b[2J\x1b[Hb', 'ab'],
    ['a link', '\x1b]8;;http://x.y\x07text\x1b]8;;\x07', 'text'],
    ['a C1 sequence', 'a\x9b31mb', 'ab'],
    ['a bell, a backspace and a null', 'a\x07\x08\x00b', 'ab'],
    ['escapes within escapes', '\x1b\x1b[31m[31mred', '[31mred'],
    ['text that is turned around', 'abc\u202edef\u2066', 'abcdef'],
  ])('leaves out %s', (_, text, expected) => {
    expect(plain(text)).toBe(expected)
  })

  it('makes one line of many', () => {
    expect(plain('a\tb\r\nc\u2028d')).toBe('a b c d')
  })

  it('keeps what people write, in any language, with emoji', () => {
    const text = 'größe 学習率 ∂ 👩‍🔬 é €'
    expect(plain(text)).toBe(text)
  })

  it('never leaves anything that a terminal acts on', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        expect(plain(text)).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u)
      }),
    )
  })
})

it('splits text into plain lines, and finds the first that says something', () => {
  expect(plainLines('a\r\n\x1b[1mb\n')).toEqual(['a', 'b', ''])
  expect(firstLine('\n  \n \x1b[1mboom\x1b[0m \nmore')).toBe('boom')
  expect(firstLine('')).toBe('')
})

describe('the width of text', () => {
  it.each([
    ['abc', 3],
    ['größe', 5],
    ['学習率', 6],
    ['ﾊﾝｶｸ', 4],
    ['한국어', 6],
    ['e\u0301', 1],
    ['👍🏽', 2],
    ['👩‍🔬', 2],
    ['🇨🇭', 2],
    ['❤️', 2],
    ['━▁█…', 4],
    ['a\u200bb', 2],
  ])('of %s is %d', (text, width) => {
    expect(textWidth(text)).toBe(width)
  })

  it('is kept by cutting and reached by padding, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(12), (raw, width) => {
        const text = plain(raw)
        expect(textWidth(cut(text, width))).toBeLessThanOrEqual(width)
        expect(textWidth(pad(cut(text, width), width))).toBe(width)
        if (textWidth(text) <= width) expect(cut(text, width)).toBe(text)
      }),
    )
  })

  it('is not cut within a letter of two columns', () => {
    expect(cut('学習率', 4)).toBe('学…')
    expect(cut('学習率', 5)).toBe('学習…')
    expect(cut('learning', 1)).toBe('…')
    expect(cut('learning', 0)).toBe('')
  })
})
