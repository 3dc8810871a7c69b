import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nearest } from '../src/nearest.ts'

describe('nearest', () => {
  it.each<[string, string[], string | undefined]>([
    ['optimzer', ['lr', 'optimizer'], 'optimizer'],
    ['btach', ['bath', 'batch'], 'batch'],
    ['LR', ['l', 'lr'], 'lr'],
    ['lr', ['LR', 'lr'], 'lr'],
    ['trails', ['trial', 'trials'], 'trials'],
    ['momentum', ['lr', 'optimizer.sgd.momentum'], 'optimizer.sgd.momentum'],
    ['adam.momentun', ['optimizer.sgd.momentum'], 'optimizer.sgd.momentum'],
    ['layers.5.units', ['encoder.units', 'layers.0.units', 'layers.1.units'], 'layers.0.units'],
    ['sgd.lr', ['sgd.rl', 'lr'], 'lr'],
    ['learning_rate', ['learnig_rtae', 'lr'], 'learnig_rtae'],
    ['abcdefghijkl', ['abcdefgh'], 'abcdefgh'],
    ['abcdefghijk', ['abcdefg'], undefined],
    ['x', ['y', 'lr'], undefined],
    ['ab', ['cd', 'ad'], 'ad'],
    ['foo', [], undefined],
    ['', ['a'], undefined],
  ])('takes %j among %j for %j', (word, known, found) => {
    expect(nearest(word, known)).toBe(found)
  })

  it('finds a known word itself, whatever else is known', () => {
    const words = fc.array(fc.string(), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(words, fc.nat(), (known, i) => {
        const word = known[i % known.length]!
        expect(nearest(word, known)).toBe(word)
      }),
    )
  })

  it('finds the word behind one slip in it', () => {
    const lower = fc.string({
      unit: fc.constantFrom('a', 'b', 'c', 'd'),
      minLength: 4,
      maxLength: 9,
    })
    fc.assert(
      fc.property(
        lower,
        fc.nat(7),
        fc.constantFrom('drop', 'double', 'replace', 'swap'),
        (word, at, slip) => {
          const i = at % (word.length - 1)
          const [head, a, b, tail] = [word.slice(0, i), word[i]!, word[i + 1]!, word.slice(i + 2)]
          const slipped = { drop: b, double: a + a + b, replace: `x${b}`, swap: b + a }[slip]
          expect(nearest(head + slipped + tail, ['zzzz', word])).toBe(word)
        },
      ),
    )
  })

  it('answers quickly for a long word and many known ones', () => {
    const known = Array.from({ length: 2_000 }, (_, i) => `layers.${i}.units`)
    expect(nearest('x'.repeat(10_000), known)).toBeUndefined()
  }, 1_000)
})
