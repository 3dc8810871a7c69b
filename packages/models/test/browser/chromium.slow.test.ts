import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { findChromium, runInChromium } from '../../../core/test/browser/chromium.ts'
import type { LearntDigits } from './digits.ts'
import { learnDigits } from './digits.ts'

const program = findChromium()
const missing = 'There is no program "chromium" on the PATH to compare Node with.'
const data = join(import.meta.dirname, '../../../../data/digits/digits.csv.gz')
const engine = fileURLToPath(import.meta.resolve('onnxruntime-web/ort-wasm-simd-threaded.wasm'))

interface Answer {
  readonly agent?: string
  readonly learnt?: LearntDigits
  readonly error?: string
}

it('a network learns the digits in Chromium with the same bits as in Node', async ({ skip }) => {
  if (program === undefined) console.warn(`Skipped: ${missing}`)
  skip(program === undefined, missing)
  const page = join(import.meta.dirname, 'page.ts')
  const served = { '/engine/ort.wasm': engine, '/data/digits.csv.gz': data }
  const { error, agent, learnt } = (await runInChromium(program!, page, 200, served)) as Answer
  expect(error).toBeUndefined()
  expect(agent).toMatch(/Chrome/)
  const own = await learnDigits(await readFile(data), 'onnxruntime-web')
  expect(learnt?.accuracy).toBeGreaterThanOrEqual(0.95)
  // Math.exp, cos and others differ in their last bits between the two. Weights are numbers of 32 bits
  // and the rates of the schedule are rounded to such; probabilities have 64.
  const { probabilities, ...same } = own
  expect(learnt).toMatchObject(same)
  expect(learnt?.probabilities).toHaveLength(100)
  for (const [i, probability] of probabilities.entries()) {
    expect(Math.abs((learnt?.probabilities[i] ?? NaN) - probability)).toBeLessThan(1e-14)
  }
})
