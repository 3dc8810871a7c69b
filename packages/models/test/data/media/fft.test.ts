import { createRng } from '@attune/core'
import { expect, it } from 'vitest'
import { createFft, createRealFft, powerOfTwoFrom } from '../../../src/data/media/fft.ts'

/** The definition, term by term. */
function plain(re: Float64Array, im: Float64Array, k: number): [number, number] {
  const n = re.length
  let [a, b] = [0, 0]
  for (let t = 0; t < n; t++) {
    const angle = (-2 * Math.PI * k * t) / n
    a += re[t]! * Math.cos(angle) - im[t]! * Math.sin(angle)
    b += re[t]! * Math.sin(angle) + im[t]! * Math.cos(angle)
  }
  return [a, b]
}

const rng = createRng('fft')
const numbers = (n: number) => Float64Array.from({ length: n }, () => rng.next() - 0.5)

it.each([1, 2, 4, 64])('agrees with the definition at size %i', (size) => {
  const [re, im] = [numbers(size), numbers(size)]
  const [x, y] = [re.slice(), im.slice()]
  createFft(size).forward(x, y)
  for (let k = 0; k < size; k++) {
    const [a, b] = plain(re, im, k)
    expect(x[k]).toBeCloseTo(a, 10)
    expect(y[k]).toBeCloseTo(b, 10)
  }
})

it.each([2, 4, 64])('gives the power spectrum of %i real numbers', (size) => {
  const signal = numbers(size)
  const out = new Float64Array(size / 2 + 1)
  createRealFft(size).power(signal, out)
  for (let k = 0; k < out.length; k++) {
    const [a, b] = plain(signal, new Float64Array(size), k)
    expect(out[k]).toBeCloseTo(a * a + b * b, 10)
  }
})

it('refuses other sizes', () => {
  for (const size of [0, 3, 2 ** 25, NaN, 2.5]) {
    expect(() => createFft(size)).toThrow(expect.objectContaining({ code: 'usage' }))
  }
  expect(() => createRealFft(1)).toThrow(expect.objectContaining({ code: 'usage' }))
  expect([1, 2, 3, 512, 513].map(powerOfTwoFrom)).toEqual([1, 2, 4, 512, 1024])
})
