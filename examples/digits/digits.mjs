// The handwritten digits, cut in three parts, and the random numbers the example uses.
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

// Marsaglia's xorshift32 (2003): numbers in [0, 1) from a seed.
export function randomNumbers(seed) {
  let state = Math.imul(seed + 1, 0x9e3779b1) | 1
  const next = () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
  for (let i = 0; i < 16; i++) next()
  return next
}

export function shuffle(items, random) {
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    const item = items[i]
    items[i] = items[j]
    items[j] = item
  }
}

// Each class is shuffled in one fixed way and cut 60 : 20 : 20, so that the three parts are always
// the same and have the same mix of digits. Pixels are scaled to [0, 1]; a constant 1, the input of
// the bias, follows them.
export function readDigits() {
  const file = new URL('../../data/digits/digits.csv.gz', import.meta.url)
  const classes = Array.from({ length: 10 }, () => [])
  for (const line of gunzipSync(readFileSync(file)).toString().trim().split('\n')) {
    const cells = line.split(',').map(Number)
    const label = cells.pop()
    classes[label].push({ pixels: Float64Array.from([...cells.map((x) => x / 16), 1]), label })
  }
  const random = randomNumbers(1998)
  const parts = { train: [], validation: [], test: [] }
  for (const examples of classes) {
    shuffle(examples, random)
    const [a, b] = [Math.round(0.6 * examples.length), Math.round(0.8 * examples.length)]
    parts.train.push(...examples.slice(0, a))
    parts.validation.push(...examples.slice(a, b))
    parts.test.push(...examples.slice(b))
  }
  return parts
}
