import { writeFileSync } from 'node:fs'

import type { StudyEvent } from '@attune/core'
import { describe, expect, it } from 'vitest'

import { best } from '../../../src/cli/best.ts'
import { exportStudy } from '../../../src/cli/export.ts'
import { show } from '../../../src/cli/show.ts'
import { studies } from '../../../src/cli/studies.ts'
import { trials } from '../../../src/cli/trials.ts'
import { created, temporaryFolder } from '../../journals/temporary.ts'
import { recorder } from './fixture.ts'

const count = 20_000

function* events(): Iterable<StudyEvent> {
  const first = created('large') as Extract<StudyEvent, { type: 'study-created' }>
  yield { ...first, study: { ...first.study, space: { space: { lr: { float: [0, 1] } } } } }
  for (let trial = 0; trial < count; trial++) {
    const of = { at: trial, trial }
    yield { type: 'trial-opened', ...of }
    yield { type: 'trial-suggested', ...of, values: { lr: ((trial * 7919) % count) / count } }
    yield trial % 4 === 0
      ? {
          type: 'trial-finished',
          ...of,
          epoch: 0,
          state: 'failed',
          failure: { reason: 'error', message: `number ${trial}` },
        }
      : {
          type: 'trial-finished',
          ...of,
          epoch: 0,
          state: 'complete',
          metrics: { loss: (trial * 104_729) % count },
        }
  }
}

describe('a study of 20,000 trials', () => {
  it('is read, filtered and exported in time that grows with its size alone', async () => {
    using folder = temporaryFolder()
    const journal = folder.file('large.jsonl')
    writeFileSync(journal, [...events()].map((event) => `${JSON.stringify(event)}\n`).join(''))
    const started = performance.now()
    const io = recorder()
    await studies({ journal }, io)
    await show({ journal }, io)
    await best({ journal }, io)
    await trials({ journal, where: 'lr < 0.5 and loss < 1000 or number == 3', best: '100' }, io)
    expect(io.stdout).toContain(`${count / 4} × error, such as trial ${count - 4}`)
    const listed = recorder()
    await trials({ journal }, listed)
    expect(listed.lines()).toHaveLength(count + 1)
    const exported = recorder()
    await exportStudy({ journal, format: 'csv' }, exported)
    expect(exported.lines()).toHaveLength(count + 1)
    // Linear work takes about a second here; comparing all pairs would take minutes.
    expect(performance.now() - started).toBeLessThan(15_000)
  })
})
