import { describe, expect, it } from 'vitest'
import { openStore } from '../../src/journals/store.ts'
import type { Child } from './processes.ts'
import { run } from './processes.ts'
import { openedFrom, readAll, temporaryFolder, trialsIn } from './temporary.ts'

describe.each(['attune.db', 'study.jsonl'])(
  'a writer of %s that is killed in mid-stream',
  (name) => {
    it('loses nothing that it acknowledged, and what it half wrote is not there', async () => {
      using folder = temporaryFolder()
      const file = folder.file(name)
      const acknowledged: number[] = []
      for (let round = 0; round < 5; round++) {
        const writer: Child = run('writer.ts', [file, 's', round * 1_000_000, 0, 3])
        await writer.hasWritten(50 + 137 * round)
        writer.process.kill('SIGKILL')
        expect(await writer.ended).toBeNull()
        expect(writer.errors).toEqual([])
        acknowledged.push(...writer.lines.map(Number))

        await using store = await openStore(file)
        const trials = await trialsIn(await store.journal('s'))
        const present = new Set(trials)
        expect(acknowledged.filter((trial) => !present.has(trial))).toEqual([])
        expect(trials.length % 3).toBe(0)
        const lists = trials.filter((_, i) => i % 3 === 0)
        expect(lists.flatMap((trial) => [trial, trial + 1, trial + 2])).toEqual(trials)
        // The list that was being appended when the kill came may be there without having been told.
        expect(lists.length - acknowledged.length).toBeLessThanOrEqual(round + 1)
        await (await store.journal('s')).append(openedFrom(-3, 3))
        acknowledged.push(-3)
      }
      await using store = await openStore(file, { readOnly: true })
      const seqs = (await readAll(await store.journal('s'))).map((entry) => entry.seq)
      expect(seqs).toEqual(seqs.map((_, i) => i + 1))
    })
  },
)
