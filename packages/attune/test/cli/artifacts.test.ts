import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createRng } from '@attune/core'
import { describe, expect, it } from 'vitest'
import { attune, start, temporaryFolder } from './support/attune.ts'

/** Leaves its model in the trial's folder; the smaller x, the better. */
const program = `import { mkdirSync, writeFileSync } from 'node:fs'
const { ATTUNE_DIR: dir, ATTUNE_PARAM_X: x } = process.env
writeFileSync(dir + '/model.txt', 'model for x = ' + x)
mkdirSync(dir + '/plots', { recursive: true })
writeFileSync(dir + '/plots/loss.svg', '<svg/>')
console.log(JSON.stringify({ loss: Number(x) }))
`

function writeStudy(folder: string, more: string): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'train.mjs'), program)
  writeFileSync(
    join(folder, 'study.yaml'),
    `name: kept
command: [${JSON.stringify(process.execPath)}, train.mjs]
space: { x: { float: [0, 1] } }
objective: { minimize: loss }
sampler: random
${more}`,
  )
}

interface Row {
  readonly number: number
  readonly kept: boolean
  readonly artifacts: readonly { name: string; sha256: string; stored: boolean }[]
}

async function rowsIn(folder: string): Promise<Row[]> {
  const { code, stdout, stderr } = await attune(['artifacts', '--json'], folder)
  expect([code, stderr]).toEqual([0, ''])
  const lines = stdout.trim().split('\n').filter(Boolean)
  return lines.map((line) => JSON.parse(line) as Row)
}

/** The files of content below the store, by their hash. */
function storedIn(folder: string): string[] {
  const store = join(folder, 'attune.artifacts')
  const folders = readdirSync(store).filter((name) => name.length === 2)
  return folders.flatMap((name) => readdirSync(join(store, name)))
}

describe('artifacts of a run', { timeout: 60_000 }, () => {
  it('are kept by policy, move with their folder, and are fetched', async () => {
    using folder = temporaryFolder()
    const here = join(folder.path, 'here')
    const there = join(folder.path, 'there')
    writeStudy(
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
    writeStudy(folder.path, '')
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

  it('of what is kept are whole and there, however often attune is killed', async () => {
    using folder = temporaryFolder()
    writeStudy(
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
