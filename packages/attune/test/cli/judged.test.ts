import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { attune, eventsOf, temporaryFolder } from './support/attune.ts'

const coffee = `name: coffee
space: { sugar: { float: [0, 20] } }
objective: { maximize: taste }
judge: { taste: compare }
`

describe('attune run of a study that people judge', { timeout: 60_000 }, () => {
  it('stores the study with its form, runs nothing and says where to judge', async () => {
    using folder = temporaryFolder()
    writeFileSync(join(folder.path, 'study.yaml'), coffee)
    const { code, stdout, stderr } = await attune(['run', 'study.yaml'], folder.path)
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toContain('Study coffee is stored in attune.db.')
    expect(stdout).toContain('attune ui --journal attune.db')
    const events = await eventsOf(join(folder.path, 'attune.db'), 'coffee')
    expect(events.map(({ type }) => type)).toEqual(['study-created'])
    expect(events[0]).toMatchObject({
      study: { program: { judge: [{ metric: 'taste', kind: 'compare' }] } },
    })
  })

  it('refuses options of runs', async () => {
    using folder = temporaryFolder()
    writeFileSync(join(folder.path, 'study.yaml'), coffee)
    const { code, stderr } = await attune(
      ['run', 'study.yaml', '--trials', '5', '--trial-timeout', '3s'],
      folder.path,
    )
    expect(code).toBe(2)
    expect(stderr).toContain('--trials, --trial-timeout would change nothing')
  })
})
