import { describe, expect, it } from 'vitest'
import { absorbKey, emptyHash, finishHash, hash32, hashText } from '../../src/math/hash.ts'

describe('hash32', () => {
  it('is MurmurHash3_x86_32 of the UTF-16LE bytes', () => {
    // Published test vectors; texts are chosen so that their UTF-16LE bytes are the vector's input.
    expect(hash32('', 0)).toBe(0)
    expect(hash32('', 1)).toBe(0x514e28b7)
    expect(hash32('', 0xffffffff)).toBe(0x81f16f39)
    expect(hash32('\u4321\u8765')).toBe(0xf55b516b)
    expect(hash32('\u4321\u8765', 0x5082edee)).toBe(0x2362f9de)
    expect(hash32('\u4321')).toBe(0xa0f7b07a)
    expect(hash32('\0')).toBe(0x30f4c306)
    expect(hash32('\u6161\u6161', 0x9747b28c)).toBe(0x5a97808a)
    expect(hash32('\u6261\u6463', 0x9747b28c)).toBe(0xf0478627)
  })

  it('agrees with an independent implementation on longer texts', () => {
    // By a Python implementation over str.encode('utf-16-le') that reproduces the vectors above.
    expect(hash32('(x) => x * x')).toBe(0x97b37d5a)
    expect(hash32('naïve 😀', 0x9747b28c)).toBe(0x5b1406f4)
  })

  it('flips half of the bits when one input bit flips', () => {
    let flips = 0
    let pairs = 0
    for (let n = 0; n < 200; n++) {
      for (let bit = 0; bit < 16; bit++) {
        const text = `key ${n}`
        const changed = text.slice(0, 3) + String.fromCharCode(32 ^ (1 << bit)) + text.slice(4)
        flips += bitCount(hash32(text) ^ hash32(changed))
        pairs += 1
      }
    }
    expect(flips / pairs / 32).toBeGreaterThan(0.49)
    expect(flips / pairs / 32).toBeLessThan(0.51)
  })
})

describe('hashText', () => {
  it('gives 16 hexadecimal digits, the same for ever', () => {
    // By an independent Python implementation of the construction in the source.
    expect(hashText('')).toBe('0c6ef02b10170186')
    expect(hashText('a')).toBe('9681d409ec89b690')
    expect(hashText('(x) => x * x')).toBe('cc73e6b7638b6c6c')
    expect(hashText('naïve 😀')).toBe('4205690534e34f16')
  })

  it('tells apart texts that differ in length, order or trailing zeros only', () => {
    const texts = ['', '\0', '\0\0', '\0\0\0\0', 'ab', 'ba', 'ab\0', 'abcdefgh', 'abcdefgh\0']
    expect(new Set(texts.map(hashText)).size).toBe(texts.length)
  })

  it('has no collision among 100,000 similar texts', () => {
    const seen = new Set<string>()
    for (let n = 0; n < 100_000; n++) seen.add(hashText(`(x) => x * ${n}`))
    expect(seen.size).toBe(100_000)
  })
})

describe('keyed hash states', () => {
  it('distinguish types, boundaries and order of keys', () => {
    const paths = [
      [],
      [1],
      ['1'],
      ['a', 'b'],
      ['b', 'a'],
      ['ab'],
      ['a', 'b', ''],
      [1, 2],
      [2, 1],
      [12],
    ]
    const words = paths.map((path) =>
      finishHash(path.reduce<typeof emptyHash>(absorbKey, emptyHash)).join(),
    )
    expect(new Set(words).size).toBe(paths.length)
  })

  it('leave the given state as it was', () => {
    const before = [...emptyHash]
    absorbKey(emptyHash, 'key')
    finishHash(emptyHash)
    expect(emptyHash).toEqual(before)
  })
})

function bitCount(word: number): number {
  let count = 0
  for (let rest = word; rest !== 0; rest &= rest - 1) count++
  return count
}
