import { describe, it } from 'vitest'
import { collectAtRandom } from './support/collecting.ts'

describe('artifacts that nobody keeps', () => {
  it('are deleted, and no others, in many random runs', async () => {
    await collectAtRandom(500)
  })
})
