import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { attune } from './attune.ts'

/** Leaves its model in the trial's folder; the smaller x, the better. */
const program = `import { mkdirSync, writeFileSync } from 'node:fs'
const { ATTUNE_DIR: dir, ATTUNE_PARAM_X: x } = process.env
writeFileSync(dir + '/model.txt', 'model for x = ' + x)
mkdirSync(dir + '/plots', { recursive: true })
writeFileSync(dir + '/plots/loss.svg', '<svg/>')
console.log(JSON.stringify({ loss: Number(x) }))
`

export function writeKeptStudy(folder: string, more: string): void {
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

export interface Row {
  readonly number: number
  readonly kept: boolean
  readonly artifacts: readonly { name: string; sha256: string; stored: boolean }[]
}

export async function rowsIn(folder: string): Promise<Row[]> {
  const { code, stdout, stderr } = await attune(['artifacts', '--json'], folder)
  expect([code, stderr]).toEqual([0, ''])
  const lines = stdout.trim().split('\n').filter(Boolean)
  return lines.map((line) => JSON.parse(line) as Row)
}

/** The files of content below the store, by their hash. */
export function storedIn(folder: string): string[] {
  const store = join(folder, 'attune.artifacts')
  const folders = readdirSync(store).filter((name) => name.length === 2)
  return folders.flatMap((name) => readdirSync(join(store, name)))
}
