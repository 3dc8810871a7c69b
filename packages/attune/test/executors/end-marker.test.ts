import { createMarkedStream, endMarker } from '../../src/executors/end-marker.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const marker = endMarker('test/1/')

/** What comes out of a stream that brings this text in pieces of these lengths. */
function scan(text: string, lengths: readonly number[]): string[] {
  const parts = ['']
  const stream = createMarkedStream(
    marker,
    (chunk) => (parts[parts.length - 1] += chunk.toString('latin1')),
    () => parts.push(''),
  )
  const bytes = Buffer.from(text, 'latin1')
  let at = 0
  for (let i = 0; at < bytes.length; i++) {
    const length = lengths[i % lengths.length] as number
    stream.push(bytes.subarray(at, at + length))
    at += length
  }
  stream.end()
  return parts
}

describe('a stream with end marks', () => {
  it('gives what stands before, between and after them, however it is cut', () => {
    const text = fc.array(fc.constantFrom('a', '\0', marker.slice(0, 9), marker.slice(3), '\n'))
    fc.assert(
      fc.property(
        fc.array(text, { minLength: 1, maxLength: 4 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }),
        (pieces, lengths) => {
          const words = pieces.map((piece) => piece.join('')).filter((w) => !w.includes(marker))
          const whole = words.join(marker)
          fc.pre(whole.split(marker).length === words.length)
          expect(scan(whole, lengths)).toEqual(whole.split(marker))
        },
      ),
    )
  })

  it('does not hold back what cannot become a mark', () => {
    const seen: string[] = []
    const stream = createMarkedStream(
      marker,
      (chunk) => seen.push(chunk.toString()),
      () => {},
    )
    stream.push(Buffer.from('epoch 1\n'))
    stream.push(Buffer.from('epoch 2 \0'))
    expect(seen).toEqual(['epoch 1\n', 'epoch 2 '])
  })
})
