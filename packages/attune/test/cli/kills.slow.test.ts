import { describe, it } from 'vitest'
import { surviveKills } from './support/kill-run.ts'

describe('attune run', () => {
  it('survives twenty kill -9 at random moments', () => surviveKills(20, 150, 'twenty-kills'))
})
