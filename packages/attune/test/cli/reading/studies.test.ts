import { writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'

import { describe, expect, it } from 'vitest'

import { formatTime } from '../../../src/describe/format-time.ts'
import { studies } from '../../../src/cli/studies.ts'
import { openStore } from '../../../src/journals/store.ts'
import { created, temporaryFolder } from '../../journals/temporary.ts'
import { makeDigits, makeStudy, recorder } from './fixture.ts'

const pareto = [{ minimize: 'a' }, { minimize: 'b' }] as const

describe('attune studies', () => {
  it('shows the trials by state, the best and the last activity of every study', async () => {
    using folder = temporaryFolder()
    const journal = folder.file('a.db')
    await makeDigits(journal)
    await makeStudy(
      journal,
      'two',
      [
        { a: 1, b: 2 },
        { a: 2, b: 1 },
        { a: 3, b: 3 },
      ],
      pareto,
    )
    await makeStudy(journal, 'new', [])
    const io = recorder()
    expect(await studies({ journal }, io)).toBe(0)
    const lines = io.lines()
    expect(lines).toHaveLength(4)
    expect(lines[0]).toMatch(
      /^study +running +complete +pruned +failed +best +objective +last activity$/,
    )
    const activity = formatTime(1e9 + 36_000)
    expect(lines[1]).toBe(
      `digits        1         4       1       3  accuracy 0.9 (trial 1)  maximize accuracy       ${activity}`,
    )
    expect(lines[2]).toMatch(/^two +0 +3 +0 +0 +front of 2 +minimize a, minimize b +\d{4}-/)
    expect(lines[3]).toMatch(/^new +0 +0 +0 +0 +minimize loss +\d{4}-/)
  })

  it('prints a JSON object a line', async () => {
    using folder = temporaryFolder()
    const journal = folder.file('a.db')
    await makeDigits(journal)
    await makeStudy(journal, 'two', [{ a: 1, b: 2 }], pareto)
    await makeStudy(journal, 'new', [])
    const io = recorder()
    expect(await studies({ journal, json: true }, io)).toBe(0)
    const [digits, two, fresh] = io.json()
    expect(digits).toMatchObject({
      name: 'digits',
      createdAt: 1e9,
      lastActivityAt: 1e9 + 36_000,
      objectives: [{ name: 'accuracy', direction: 'maximize' }],
      trials: { waiting: 0, running: 1, complete: 4, pruned: 1, failed: 3 },
      best: { number: 1, objectives: { accuracy: 0.9 }, violation: 0 },
    })
    expect(two).toMatchObject({ front: [{ number: 0, objectives: { a: 1, b: 2 } }] })
    expect(fresh).toMatchObject({ best: null })
  })

  it('says so when a journal holds none', async () => {
    using folder = temporaryFolder()
    const journal = folder.file('a.jsonl')
    writeFileSync(journal, '')
    const io = recorder()
    expect(await studies({ journal }, io)).toBe(0)
    expect(io.stdout).toBe(`${journal} holds no study yet. Start one: attune run.\n`)
    await expect(studies({ journal: folder.file('b.db') }, io)).rejects.toMatchObject({
      code: 'usage',
    })
  })

  it('shows the others when one cannot be read', async () => {
    using folder = temporaryFolder()
    const journal = folder.file('a.db')
    await makeStudy(journal, 'good', [1])
    await makeStudy(journal, 'bad', [1])
    const database = new DatabaseSync(journal)
    database.exec("UPDATE events SET body = '{' WHERE study = 2 AND seq = 3")
    database.close()
    const io = recorder()
    expect(await studies({ journal }, io)).toBe(1)
    expect(io.lines()[1]).toMatch(/^good /)
    expect(io.lines()).toHaveLength(2)
    expect(io.stderr).toMatch(/^attune: study "bad" cannot be read: .*event 3.*\n$/)
  })

  it('never lets the name of a study reach the terminal as commands', async () => {
    using folder = temporaryFolder()
    const journal = folder.file('a.db')
    const name = '\u001b[31mred\u0007'
    {
      await using store = await openStore(journal)
      await using study = await store.journal(name)
      await study.append([created(name)])
    }
    const io = recorder()
    await studies({ journal }, io)
    expect(io.lines()[1]).toMatch(/^red /)
    await studies({ journal, json: true }, io)
    expect(io.stdout).not.toContain('\u001b')
  })
})
