import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { float, space } from '@attune/core'
import type { Executor } from '@attune/core'
import { executorCases } from '@attune/core/testing'
import type { Behaviour, ExecutorCaseOptions } from '@attune/core/testing'
import { commandExecutor, moduleExecutor } from 'attune'
import { afterAll, describe, it } from 'vitest'

type X = { readonly x: number }
const program = resolve(import.meta.dirname, 'support/behaviour.mjs')
const folder = mkdtempSync(join(tmpdir(), 'attune-conformance-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let made = 0
const place = (): {
  study: string
  journal: string
  cwd: string
  mark: string
  graceSeconds: number
} => ({
  study: `conformance-${++made}`,
  journal: join(folder, 'attune.db'),
  cwd: folder,
  mark: `conformance/${process.pid}/${made}/`,
  graceSeconds: 0.1,
})

describe('command executor', { timeout: 30_000 }, () => {
  const make = async (behaviour: Behaviour, options: ExecutorCaseOptions): Promise<Executor<X>> =>
    commandExecutor({
      ...place(),
      ...options,
      command: [process.execPath, program, '{x}', behaviour],
      space: space({ x: float(0, 2) }),
    }) as Executor<X>
  for (const { name, run } of executorCases(make)) it(name, run)
})

describe('module executor', { timeout: 30_000 }, () => {
  const make = async (behaviour: Behaviour, options: ExecutorCaseOptions): Promise<Executor<X>> =>
    moduleExecutor({
      ...place(),
      ...options,
      file: program,
      env: { BEHAVIOUR: behaviour },
    }) as Executor<X>
  for (const { name, run } of executorCases(make)) it(name, run)
})
