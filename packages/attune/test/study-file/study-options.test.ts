import { AttuneError } from '@attune/core'
import { describe, expect, it } from 'vitest'
import { runLimits } from '../../src/cli/run-limits.ts'
import { parseStudyFile } from '../../src/study-file/parse-study-file.ts'
import { mergeFlags } from '../../src/study-file/spec-from-flags.ts'
import type { StudyFlags } from '../../src/study-file/study-flags.ts'
import type { StudySpec } from '../../src/study-file/study-spec.ts'
import { problemsOf } from './study-files.ts'

const minimal = `name: s
command: [a, '{x}']
space: { x: { int: [1, 3] } }
objective: { minimize: y }
`
const read = (lines: string): StudySpec => parseStudyFile(`${minimal}${lines}\n`, 'study.yaml')

function merged(flags: StudyFlags, lines = ''): StudySpec | string {
  try {
    return mergeFlags(read(lines), flags)
  } catch (error) {
    if (error instanceof AttuneError && error.code === 'usage') return error.message
    throw error
  }
}

describe('what becomes of duplicates, and what ends a run', () => {
  it.each<[string, StudyFlags, Partial<StudySpec>]>([
    ['duplicates: resample', { duplicates: 'resample' }, { duplicates: 'resample' }],
    ['duplicates: allow', { duplicates: 'allow' }, { duplicates: 'allow' }],
    ['duplicates: { policy: memoise }', { duplicates: 'memoise' }, { duplicates: 'memoise' }],
    [
      'duplicates: { policy: memoise, evaluations: 3 }',
      { duplicates: 'memoise:3' },
      { duplicates: { policy: 'memoise', evaluations: 3 } },
    ],
    // However often it is evaluated first: it is run again in any case.
    [
      'duplicates: { policy: allow, evaluations: 3 }',
      { duplicates: 'allow:3' },
      { duplicates: 'allow' },
    ],
    ['failures: 7', { failures: '7' }, { failures: 7 }],
    ['failures: false', { failures: 'false' }, { failures: false }],
    ['cpuLimit: 2h', { cpuLimit: '2h' }, { cpuSeconds: 7200 }],
    ['cpuLimit: 0.5', { cpuLimit: '.5s' }, { cpuSeconds: 0.5 }],
    ['retry: { times: 2 }', { retry: '2' }, { retry: { times: 2 } }],
    [
      'retry: { times: 1, on: [error, timeout] }',
      { retry: '1:error, timeout' },
      { retry: { times: 1, on: ['error', 'timeout'] } },
    ],
  ])('as a key and as an option: %s', (lines, flags, spec) => {
    const expected = { ...read(''), ...spec }
    const shape = (given: StudySpec): object => ({ ...given, space: null })
    const [key] = Object.keys(spec) as (keyof StudySpec)[]
    const fromFile = read(lines)
    if (key === 'duplicates' && typeof fromFile.duplicates === 'object') {
      expect(fromFile.duplicates).toEqual(
        typeof spec.duplicates === 'object' ? spec.duplicates : { policy: spec.duplicates },
      )
    } else expect(shape(fromFile)).toEqual(shape(expected))
    expect(shape(merged(flags) as StudySpec)).toEqual(shape(expected))
  })

  it('lets options override the file', () => {
    const lines =
      'failures: 5\nduplicates: resample\ncpuLimit: 1h\nretry: { times: 1, on: [error] }'
    const flags = { failures: 'false', duplicates: 'allow', cpuLimit: '2h', retry: '3' }
    expect(merged(flags, lines)).toMatchObject({
      failures: false,
      duplicates: 'allow',
      cpuSeconds: 7200,
      retry: { times: 3 },
    })
    expect(merged({}, lines)).toMatchObject({
      failures: 5,
      duplicates: 'resample',
      cpuSeconds: 3600,
    })
  })

  it('ends a run of 30 like failures where nothing is said of them', () => {
    expect(runLimits(read(''))).toEqual({ failures: 30 })
    expect(runLimits(read('failures: false'))).toEqual({})
    const all =
      'trials: 5\ntime: 1m\ntarget: 2\npatience: 3\ncost: { limit: 1, metric: z }\ncpuLimit: 9\nfailures: 4\nregret: 1'
    expect(runLimits(read(all))).toEqual({
      trials: 5,
      seconds: 60,
      target: 2,
      patience: 3,
      cost: { limit: 1, metric: 'z' },
      cpuSeconds: 9,
      failures: 4,
      regret: 1,
    })
  })

  it.each([
    [
      'duplicates: reuse',
      'duplicates: expected allow, resample, memoise, or { policy, evaluations }, got "reuse". Example: duplicates: { policy: memoise, evaluations: 3 }.',
    ],
    ['duplicates: { policy: memoise, evaluations: 0 }', 'expected a whole number >= 1, got 0.'],
    [
      'duplicates: { policy: memoise, evals: 3 }',
      'duplicates: unknown key "evals". Known: policy, evaluations.',
    ],
    [
      'failures: 0',
      'failures: expected a whole number >= 1, or false, got 0. Example: failures: 30.',
    ],
    [
      'failures: true',
      'failures: expected a whole number >= 1, or false, got true. Example: failures: 30.',
    ],
    [
      'cpuLimit: 0',
      'cpuLimit: expected a duration such as 90s, 10m, 1.5h or 2d, got 0. Example: cpuLimit: 2h.',
    ],
  ])('refuses the key %s', (lines, message) => {
    expect(problemsOf(`${minimal}${lines}\n`).join('\n')).toContain(message)
  })

  it('names every mistake in options', () => {
    const flags = { duplicates: 'once', failures: 'none', cpuLimit: '0', retry: 'x:crash,eror' }
    expect(merged(flags)).toBe(
      [
        'Options: 6 problems',
        '  --cpu-limit: expected a duration such as 90s, 10m, 1.5h or 2d, got "0". Example: --cpu-limit 2h',
        '  --failures: expected a whole number >= 1, or false, got "none". Example: --failures 30',
        '  --retry: expected a whole number >= 0, got "x". Example: --retry 2',
        '  --retry: "crash" is no reason to fail. Known: error, timeout, cpu-time, out-of-memory, output-size, disk-space, not-a-number, killed, lost, invalid-result, missing-result, refused. Example: --retry 2:error,timeout',
        '  --retry: "eror" is no reason to fail. Did you mean "error"? Example: --retry 2:error,timeout',
        '  --duplicates: expected allow, resample, memoise, or one with a number of evaluations, got "once". Example: --duplicates memoise:3',
      ].join('\n'),
    )
    expect(merged({ duplicates: 'memoise:0' })).toContain(
      '--duplicates: expected allow, resample, memoise, or one with a number of evaluations, got "memoise:0". Example: --duplicates memoise:3',
    )
  })
})
