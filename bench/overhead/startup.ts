import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

export interface Startup {
  readonly bareNodeMs: number
  readonly versionMs: number
  /** From the start of attune to the first line of the first trial's program. */
  readonly firstTrialMs: number
}

const bin = resolve(import.meta.dirname, '../../packages/attune/bin/attune.js')
const rounds = 9

const median = (values: number[]): number =>
  values.sort((a, b) => a - b)[Math.floor(values.length / 2)] as number

function wall(args: readonly string[]): number {
  const started = performance.now()
  spawnSync(process.execPath, args, { stdio: 'ignore' })
  return performance.now() - started
}

/** Wall-clock medians of fresh processes. */
export function startup(): Startup {
  const folder = mkdtempSync(join(tmpdir(), 'attune-start-'))
  try {
    const times = { bare: [] as number[], version: [] as number[], first: [] as number[] }
    for (let i = 0; i < rounds; i++) {
      times.bare.push(wall(['-e', '0']))
      times.version.push(wall([bin, '--version']))
      times.first.push(firstTrial(folder, i))
    }
    return {
      bareNodeMs: median(times.bare),
      versionMs: median(times.version),
      firstTrialMs: median(times.first),
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function firstTrial(folder: string, i: number): number {
  const stamp = join(folder, `${i}.stamp`)
  const study = join(folder, 'study.yaml')
  writeFileSync(
    study,
    `name: start\ncommand: 'date +%s%N > ${stamp}; echo "{{\\"loss\\": {x}}}"'\nspace: { x: { float: [0, 1] } }\nobjective: { minimize: loss }\ntrials: 1\n`,
  )
  const started = performance.timeOrigin + performance.now()
  spawnSync(process.execPath, [bin, 'run', study, '--journal', join(folder, `${i}.db`)], {
    stdio: 'ignore',
  })
  return Number(readFileSync(stamp, 'utf8')) / 1e6 - started
}
