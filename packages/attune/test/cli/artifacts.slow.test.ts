import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createRng } from '@attune/core'
import { describe, expect, it } from 'vitest'
import { attune, start, temporaryFolder } from './support/attune.ts'
import { rowsIn, storedIn, writeKeptStudy } from './support/kept-study.ts'

describe('artifacts of a run', { timeout: 60_000 }, () => {
  it('of what is kept are whole and there, however often attune is killed', async () => {
    using folder = temporaryFolder()
    writeKeptStudy(
      folder.path,
      'trials: 30\nworkers: 2\nartifacts: { files: [model.txt], keep: { best: 3 } }\n',
    )
    const rng = createRng('kills', 'artifacts')
    for (let i = 0; i < 4; i++) {
      const run = start(['run', 'study.yaml'], folder.path)
      await sleep(200 + rng.next() * 600)
      run.kill('SIGKILL')
      await run.ended
    }
    const last = await attune(['run', 'study.yaml'], folder.path)
    expect([last.code, last.stderr]).toEqual([0, ''])
    const kept = (await rowsIn(folder.path)).filter((row) => row.kept)
    expect(kept).toHaveLength(3)
    for (const { artifacts } of kept) expect(artifacts).toMatchObject([{ stored: true }])
    const hashes = kept.flatMap(({ artifacts }) => artifacts.map(({ sha256 }) => sha256))
    expect(storedIn(folder.path).toSorted()).toEqual(hashes.toSorted())
    for (const hash of hashes) {
      const file = join(folder.path, 'attune.artifacts', hash.slice(0, 2), hash)
      expect(createHash('sha256').update(readFileSync(file)).digest('hex')).toBe(hash)
    }
  })
})
