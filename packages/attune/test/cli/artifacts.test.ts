import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { attune, temporaryFolder } from './support/attune.ts'
import { rowsIn, storedIn, writeKeptStudy } from './support/kept-study.ts'

describe('artifacts of a run', { timeout: 60_000 }, () => {
  it('are kept by policy, move with their folder, and are fetched', async () => {
    using folder = temporaryFolder()
    const here = join(folder.path, 'here')
    const there = join(folder.path, 'there')
    writeKeptStudy(
      here,
      'trials: 6\nworkers: 2\nartifacts: { files: [model.txt, "plots/**"], keep: { best: 2 } }\n',
    )
    const first = await attune(['run', 'study.yaml'], here)
    expect([first.code, first.stderr]).toEqual([0, ''])
    const rows = await rowsIn(here)
    expect(rows).toHaveLength(6)
    expect(rows.filter(({ kept }) => kept)).toHaveLength(2)
    for (const { kept, artifacts } of rows) {
      expect(artifacts.map(({ name }) => name)).toEqual(['model.txt', 'plots/loss.svg'])
      // All plots are the same.
      expect(artifacts.map(({ stored }) => stored)).toEqual([kept, true])
    }
    expect(storedIn(here)).toHaveLength(3)

    cpSync(here, there, { recursive: true })
    rmSync(here, { recursive: true })
    const more = await attune(
      ['run', 'study.yaml', '--trials', '9', '--keep-artifacts', 'best=1'],
      there,
    )
    expect([more.code, more.stderr]).toEqual([0, ''])
    expect(existsSync(here)).toBe(false)
    expect(storedIn(there)).toHaveLength(2)
    const fetched = await attune(['best', 'kept', '--artifacts', 'out'], there)
    expect([fetched.code, fetched.stderr]).toEqual([0, ''])
    const best = await attune(['best', 'kept', '--params'], there)
    const { x } = JSON.parse(best.stdout) as { x: number }
    expect(readFileSync(join(there, 'out/model.txt'), 'utf8')).toBe(`model for x = ${x}`)
    expect(existsSync(join(there, 'out/plots/loss.svg'))).toBe(true)
  })

  it('are named by options as well, and missing ones are noted', async () => {
    using folder = temporaryFolder()
    writeKeptStudy(folder.path, '')
    const { code, stdout, stderr } = await attune(
      [
        ...['run', '--name', 'flags', '--param', 'x=float:0..1', '--minimize', 'loss'],
        ...['--trials', '3', '--artifact', 'model.txt', '--artifact', '*.onnx'],
        ...['--keep-artifacts', 'all', '--', process.execPath, 'train.mjs'],
      ],
      folder.path,
    )
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout.split('\n').filter((line) => line.includes('*.onnx'))).toHaveLength(1)
    expect(storedIn(folder.path)).toHaveLength(3)
  })
})
