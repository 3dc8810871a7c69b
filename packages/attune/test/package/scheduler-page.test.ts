import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { createScheduler, schedulerNames } from '@attune/core'
import { describe, expect, it } from 'vitest'
import { parseStudyFile } from '../../src/study-file/parse-study-file.ts'

const page = readFileSync(resolve(import.meta.dirname, '../../../../docs/schedulers.md'), 'utf8')
const sections = new Map(
  page
    .split(/^## /m)
    .slice(1)
    .map((text) => [text.slice(0, text.indexOf('\n')), text] as const),
)

describe('the page of the schedulers', () => {
  it('has a section and a line for every scheduler there is', () => {
    for (const name of schedulerNames) {
      expect([...sections.keys()]).toContain(name)
      expect(page).toContain(`| [\`${name}\`](#${name}) |`)
    }
  })

  it.each([...schedulerNames])('tells every option of %s with its default', (name) => {
    const rows = (sections.get(name) ?? '').matchAll(/^\| `(\w+)` \|.*\| `([^`]*)` \|$/gm)
    const told = Object.fromEntries([...rows].map(([, option, usual]) => [option, usual]))
    const options = Object.entries(createScheduler({ name }).options ?? {})
    expect(told).toEqual(Object.fromEntries(options.map(([k, v]) => [k, JSON.stringify(v)])))
  })

  it.each(['asha', 'hyperband'])('shows a study file with %s that is valid', (name) => {
    const block = /^```yaml\n([^]*?)^```/m.exec(sections.get(name) ?? '')?.[1] ?? ''
    const rest =
      'name: s\ncommand: [echo]\nobjective: { minimize: l }\nspace: { x: { flag: true } }\n'
    expect(parseStudyFile(rest + block, 'schedulers.md').scheduler?.name).toBe(name)
  })
})
