import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { samplerNames } from '../../src/index.ts'
import { findChromium, runInChromium } from './chromium.ts'
import { suggestions } from './suggestions.ts'

const program = findChromium()
const missing = 'There is no program "chromium" on the PATH to compare Node with.'

interface Answer {
  readonly agent?: string
  readonly found?: Readonly<Record<string, unknown>>
  readonly error?: string
}

describe('the same seed in Node and in Chromium', () => {
  let answer: Answer = {}
  beforeAll(async () => {
    if (program === undefined) return console.warn(`Skipped: ${missing}`)
    const script = join(import.meta.dirname, 'page.ts')
    answer = (await runInChromium(program, script, 400)) as Answer
  }, 420_000)

  it.for(samplerNames)('gives the same suggestions: %s', async (name, { skip }) => {
    skip(program === undefined, missing)
    const own = JSON.parse(JSON.stringify(await suggestions(name))) as object
    expect(Object.keys(own).length).toBeGreaterThan(0)
    expect(answer.error).toBeUndefined()
    expect(answer.agent).toMatch(/Chrome/)
    expect(answer.found?.[name]).toEqual(own)
  })
})
