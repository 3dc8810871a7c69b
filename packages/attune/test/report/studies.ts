import { join } from 'node:path'

import type { StudyConfig } from '@attune/core'

import type { MadeTrial } from './made-studies.ts'
import { bowl, lrSpace, scattered, writeMade } from './made-studies.ts'

/** What somebody may try to make a page do. */
export const evil = `<script>document.title='x'</script>"'><img src=x onerror=alert(1)>`
export const long = 'n'.repeat(200)

const two: Partial<StudyConfig> = {
  objectives: [
    { name: 'error', direction: 'minimize' },
    { name: 'speed', direction: 'maximize' },
  ],
}

interface Made {
  readonly config: Partial<StudyConfig>
  readonly trials: Iterable<MadeTrial>
}

const command = { command: ['python3', 'train.py', '--lr={lr}', '--act', '{act}'], cwd: '/work' }

/** Studies of every kind that a report must make sense of. */
export const studies: Readonly<Record<string, () => Made>> = {
  empty: () => ({ config: { space: lrSpace }, trials: [] }),
  one: () => ({
    config: { space: lrSpace },
    trials: [{ values: { lr: 0.01, act: 'relu' }, metrics: { loss: 0.5 } }],
  }),
  failed: () => ({
    config: { space: lrSpace, program: command },
    trials: Array.from({ length: 4 }, (_, i) => ({
      values: { lr: scattered(i), act: 'relu' },
      failure: { reason: 'out-of-memory' as const, message: 'no memory left' },
    })),
  }),
  running: () => ({
    config: { space: lrSpace },
    trials: [
      ...bowl(3),
      {
        values: { lr: 0.01, act: 'relu' },
        reports: [{ loss: 3 }, { loss: 2 }],
        state: 'running' as const,
      },
    ],
  }),
  bowl: () => ({ config: { space: lrSpace, program: command, seed: 3 }, trials: bowl(60) }),
  pruned: () => ({
    config: { space: lrSpace, scheduler: { name: 'asha' } },
    trials: Array.from({ length: 30 }, (_, i) => {
      const length = i % 3 === 0 ? 9 : 3
      const loss = scattered(i)
      const reports = Array.from({ length }, (_, k) => ({ loss: loss + 1 / (k + 1) }))
      const values = { lr: 10 ** (-4 * loss), act: i % 2 === 0 ? 'relu' : 'tanh' }
      return length === 9
        ? { values, reports, seconds: 9, metrics: { loss: reports.at(-1)!.loss } }
        : { values, reports, seconds: 3, state: 'pruned' as const }
    }),
  }),
  two: () => ({
    config: { ...two, space: lrSpace, constraints: ['speed >= 0.2'] },
    trials: Array.from({ length: 40 }, (_, i) => {
      const [a, b] = [scattered(i), scattered(3 * i + 1)]
      const values = { lr: 10 ** (-4 * a), act: b < 0.5 ? 'relu' : 'tanh' }
      return { values, metrics: { error: a + b / 5, speed: a ** 2 } }
    }),
  }),
  infeasible: () => ({
    config: { space: lrSpace, constraints: ['loss <= -1'] },
    trials: [...bowl(12)],
  }),
  evil: () => ({
    config: {
      name: evil,
      objectives: [{ name: evil, direction: 'minimize' }],
      space: {
        space: {
          [long]: { float: [0, 1] },
          act: { choice: [evil, `${long}${evil}`, '| a | `b`'] },
        },
      },
      program: { command: ['sh', '-c', `echo "${evil}" {act}`], cwd: '/' },
    },
    trials: Array.from({ length: 24 }, (_, i) => ({
      values: {
        [long]: scattered(i),
        act: [evil, `${long}${evil}`, '| a | `b`'][i % 3]!,
      },
      ...(i % 4 === 3
        ? {
            failure: {
              reason: 'error' as const,
              message: `${evil}\u001b[31m red \u202e turned`,
              help: evil,
              output: [evil, '</code></pre><h1>', '```', long],
            },
          }
        : { metrics: { [evil]: scattered(i), [`m ${evil}`]: 1 } }),
    })),
  }),
}

/** Writes a study as a journal into a folder and gives the file. */
export function writeStudyOf(kind: string, folder: string): string {
  const file = join(folder, `${kind}.jsonl`)
  const { config, trials } = studies[kind]!()
  writeMade(file, { name: kind, ...config }, trials)
  return file
}
