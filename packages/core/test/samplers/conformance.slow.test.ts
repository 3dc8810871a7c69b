import { describe, it } from 'vitest'
import { auto } from '../../src/index.ts'
import { samplerCases } from '../../src/testing/sampler-cases.ts'

describe('sampler auto', () => {
  for (const { name, run } of samplerCases(auto)) it(name, run)
})
