import { readFileSync, writeFileSync } from 'node:fs'

import { describe, expect, it } from 'vitest'

import { openStore } from '../../src/journals/store.ts'
import { run } from './processes.ts'
import { openedFrom, readAll, temporaryFolder, trialsIn } from './temporary.ts'

async function seqsIn(file: string): Promise<number[]> {
  await using store = await openStore(file, { readOnly: true })
  return (await readAll(await store.journal('s'))).map((entry) => entry.seq)
}

describe('several processes that write one SQLite file', () => {
  it.each(['unconditional', 'conditional'])('lose nothing (%s appends)', async (kind) => {
    using folder = temporaryFolder()
    const file = folder.file('attune.db')
    const gate = folder.file('go')
    const writers = [1, 2, 3].map((n) =>
      run('writer.ts', [file, 's', n * 10_000, 1_000, 2, kind, gate]),
    )
    await Promise.all(writers.map((writer) => writer.hasWritten(1)))
    writeFileSync(gate, '')
    const codes = await Promise.all(writers.map((writer) => writer.ended))
    expect(writers.flatMap((writer) => writer.errors)).toEqual([])
    expect(codes).toEqual([0, 0, 0])

    const seqs = await seqsIn(file)
    expect(seqs).toEqual(seqs.map((_, i) => i + 1))
    await using store = await openStore(file)
    const trials = await trialsIn(await store.journal('s'))
    expect(trials).toHaveLength(6_000)
    for (const n of [1, 2, 3]) {
      const own = trials.filter((trial) => Math.floor(trial / 10_000) === n)
      expect(own).toEqual(openedFrom(n * 10_000, 2_000).map((e) => 'trial' in e && e.trial))
    }
    trials.forEach((trial, i) => trial % 2 === 1 && expect(trials[i - 1]).toBe(trial - 1))
  })
})

// A limit on the size of files acts like a full disk in the middle of a write.
describe.skipIf(process.platform === 'win32')('a disk that is full', () => {
  it.each(['attune.db', 'study.jsonl'])('leaves %s whole', async (name) => {
    using folder = temporaryFolder()
    const file = folder.file(name)
    const writer = run('writer.ts', [file, 's', 0, 0, 100], { shell: 'ulimit -f 200; exec "$@"' })
    expect(await writer.ended).not.toBe(0)
    expect(writer.errors.join('\n')).toContain('cannot be written')

    if (name === 'study.jsonl') expect(readFileSync(file, 'utf8')).toMatch(/\n$/)
    await using store = await openStore(file)
    const journal = await store.journal('s')
    expect(writer.lines.length).toBeGreaterThan(0)
    const trials = openedFrom(0, writer.lines.length * 100).map((e) => 'trial' in e && e.trial)
    expect(await trialsIn(journal)).toEqual(trials)
    expect(await journal.append(openedFrom(0, 1))).toEqual({ seq: trials.length + 2 })
  })
})
