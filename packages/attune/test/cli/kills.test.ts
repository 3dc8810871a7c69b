import { describe, it } from 'vitest'
import { surviveKills } from './support/kill-run.ts'

describe('attune run', { timeout: 60_000 }, () => {
  it('survives four kill -9 at random moments', () => surviveKills(4, 30, 'four-kills'))
})
