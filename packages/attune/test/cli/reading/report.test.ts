import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'

import { describe, expect, it } from 'vitest'

import { report } from '../../../src/cli/report.ts'
import { openStore } from '../../../src/journals/store.ts'
import { temporaryFolder } from '../../journals/temporary.ts'
import { bowl, lrSpace, madeEvents } from '../../report/made-studies.ts'
import { writeStudyOf } from '../../report/studies.ts'
import { makeStudy, recorder } from './fixture.ts'

const version = '1.2.3'

describe('attune report', () => {
  it('writes a page, and says where', async () => {
    using folder = temporaryFolder()
    const journal = writeStudyOf('one', folder.path)
    const io = recorder()
    const output = folder.file('made.html')
    const note = 'A first <b>try</b>.\nMore to come.'
    expect(
      await report({ studies: [], journal, output, note, units: ['loss=nats'], version }, io),
    ).toBe(0)
    expect(io.lines()).toEqual([`Report of study one: ${output}`])
    const html = readFileSync(output, 'utf8')
    expect(html).toContain('<p>A first &lt;b&gt;try&lt;/b&gt;.</p>\n<p>More to come.</p>')
    expect(html).toContain('<strong>0.5 nats</strong>')
    expect(html).toContain('minimise loss (in nats)')
    expect(html).toContain('by attune 1.2.3')
  })

  it('writes Markdown with its pictures in a folder beside it', async () => {
    using folder = temporaryFolder()
    const journal = writeStudyOf('running', folder.path)
    const output = folder.file('made.md')
    const io = recorder()
    await report({ studies: ['running'], journal, output, version }, io)
    expect(io.stdout).toContain(`with its pictures in ${folder.file('made-pictures')}`)
    const pictures = readdirSync(folder.file('made-pictures'))
    expect(pictures).toContain('history-0.svg')
    const links = [...readFileSync(output, 'utf8').matchAll(/\]\((made-pictures\/[^)]+)\)/g)]
    expect(links.map(([, link]) => link!.slice('made-pictures/'.length)).sort()).toEqual(
      pictures.sort(),
    )
  })

  it('prints to standard output', async () => {
    using folder = temporaryFolder()
    const journal = writeStudyOf('empty', folder.path)
    const io = recorder()
    await report({ studies: [], journal, output: '-', format: 'md', version }, io)
    expect(io.stdout).toMatch(/^<!-- attune report -->\n\n# Study empty\n/)
    expect(io.stdout).toContain('Nothing has been tried yet.')
  })

  it('compares studies of one objective: who is best, and whether the space is the same', async () => {
    using folder = temporaryFolder()
    const journal = folder.file('two.db')
    await using store = await openStore(journal)
    const narrow = { space: { ...lrSpace.space, lr: { float: [1e-3, 1], scale: 'log' as const } } }
    const studies = [
      ['a', lrSpace, 20],
      ['b', narrow, 40],
    ] as const
    for (const [name, space, count] of studies) {
      await using own = await store.journal(name)
      await own.append([...madeEvents({ name, space }, bowl(count))])
    }
    const io = recorder()
    await report({ studies: ['a', 'b'], journal, output: '-', format: 'md', version }, io)
    const text = io.stdout
    expect(text).toMatch(/\*\*Best loss: 0\.0268257\*\* \(trial 31 of b; a is worse by 0\.\d+\)/)
    expect(text).toContain('Their spaces differ in `lr`. 1 parameter is the same.')
    expect(text).toContain(
      '| `lr` | a number from 0.0001 to 1, by orders of magnitude (log scale) | a number from 0.001 to 1,',
    )
    expect(text).toContain('run each with several seeds')
  })

  it('does not compare what has different objectives', async () => {
    using folder = temporaryFolder()
    const journal = folder.file('two.db')
    await makeStudy(journal, 'a', [1, 2])
    await makeStudy(journal, 'b', [1, 2], { maximize: 'accuracy' })
    const io = recorder()
    await report({ studies: ['a', 'b'], journal, output: '-', format: 'md', version }, io)
    expect(io.stdout).toContain('different objectives: their results cannot be compared.')
  })

  it('says what chance does where only seeds differ', async () => {
    using folder = temporaryFolder()
    const journal = folder.file('seeds.db')
    await using store = await openStore(journal)
    for (const [seed, loss] of [1, 3].entries()) {
      const name = `s${seed}`
      await using own = await store.journal(name)
      const trials = [{ values: { lr: 0.1, act: 'relu' }, metrics: { loss } }]
      await own.append([...madeEvents({ name, seed, space: lrSpace }, trials)])
    }
    const io = recorder()
    await report({ studies: ['s0', 's1'], journal, output: '-', format: 'md', version }, io)
    expect(io.stdout).toContain(
      'The studies differ only by their seeds: the best is 2 on average, with a standard deviation of 1.4.',
    )
  })

  it('replaces neither a journal nor a file that nobody named', async () => {
    using folder = temporaryFolder()
    const journal = writeStudyOf('empty', folder.path)
    const io = recorder()
    await expect(report({ studies: [], journal, output: journal, version }, io)).rejects.toThrow(
      /is a journal, and this would replace it/,
    )
    const before = process.cwd()
    process.chdir(folder.path)
    try {
      writeFileSync('report.html', 'mine')
      await expect(report({ studies: [], journal, version }, io)).rejects.toThrow(
        /report\.html is there and is not a report of attune/,
      )
      expect(readFileSync('report.html', 'utf8')).toBe('mine')
      await report({ studies: [], journal, version, format: 'md' }, io)
      await report({ studies: [], journal, version, format: 'md' }, io)
      expect(existsSync('report.md')).toBe(true)
    } finally {
      process.chdir(before)
    }
  })

  it('refuses what it does not know', async () => {
    const io = recorder()
    const about = { studies: [], version }
    await expect(report({ ...about, format: 'htm' }, io)).rejects.toThrow(/Did you mean html\?/)
    await expect(report({ ...about, units: ['nats'] }, io)).rejects.toThrow(/loss=nats, got "nats"/)
  })
})
