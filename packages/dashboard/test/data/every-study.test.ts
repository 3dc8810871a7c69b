import { importantParams } from '@attune/core'
import { expect, test } from 'vitest'

import { manyTrials } from '../many-trials.ts'
import { testStudies } from './ask-studies.ts'
import { inPage, journalFile } from './in-page.ts'
import { historyOf } from './small-server.ts'

testStudies(['conditional', 'empty', 'all-failed', 'met-while-running'])

test('parameters stand in the order of their importance once that is known', async () => {
  const events = [...manyTrials('many', 60)]
  const { engine } = inPage()
  const study = await engine.open({ kind: 'file', file: journalFile(events) })
  const wanted = importantParams(historyOf(events)).map((param) => `param:${param}`)
  const declared = study.about.params.map(({ column }) => column)
  expect(declared).not.toEqual(wanted)
  await expect
    .poll(() => study.about.params.map(({ column }) => column), { timeout: 5000 })
    .toEqual(wanted)
})
