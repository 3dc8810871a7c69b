import { describe, it } from 'vitest'
import { surviveKills } from './support/kill-run.ts'

describe('attune run', { timeout: 60_000 }, () => {
  it('survives two kill -9 at random moments', () => surviveKills(2, 20, 'two-kills'))
})
