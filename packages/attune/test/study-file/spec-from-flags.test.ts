import { resolve } from 'node:path'
import { AttuneError, spaceToJson } from '@attune/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SpecFlags } from '../../src/study-file/spec-from-flags.ts'
import { mergeFlags, specFromFlags } from '../../src/study-file/spec-from-flags.ts'

const whole: SpecFlags = {
  name: 's',
  param: ['lr=log:1e-5..1e-1', 'act=relu,tanh'],
  require: ['lr < 0.05'],
  goals: [{ direction: 'maximize', name: 'accuracy' }],
  words: ['python3', 'train.py', '--lr', '{lr}'],
}

function messageOf(make: () => unknown): string {
  try {
    make()
  } catch (error) {
    if (error instanceof AttuneError && error.code === 'usage') return error.message
    throw error
  }
  return 'no error'
}

describe('specFromFlags', () => {
  it('makes a study of its options', () => {
    const { space, ...spec } = specFromFlags(whole)
    expect(spec).toEqual({
      name: 's',
      command: ['python3', 'train.py', '--lr', '{lr}'],
      cwd: process.cwd(),
      objectives: [{ maximize: 'accuracy' }],
      constraints: [],
      result: 'last',
      trial: {},
    })
    expect(spaceToJson(space)).toEqual({
      space: {
        lr: { float: [1e-5, 1e-1], scale: 'log' },
        act: { choice: ['relu', 'tanh'] },
      },
      require: ['lr < 0.05'],
    })
  })

  it('keeps objectives in the order they were given in', () => {
    const goals = [
      { direction: 'minimize', name: 'seconds' },
      { direction: 'maximize', name: 'accuracy' },
      { direction: 'minimize', name: 'size' },
    ] as const
    expect(specFromFlags({ ...whole, goals }).objectives).toEqual([
      { minimize: 'seconds' },
      { maximize: 'accuracy' },
      { minimize: 'size' },
    ])
  })

  it('takes the settings of any study as well', () => {
    const spec = specFromFlags({ ...whole, trials: '50', trialTimeout: '30s', result: 'best' })
    expect(spec).toMatchObject({ trials: 50, trial: { timeoutSeconds: 30 }, result: 'best' })
  })

  it('takes limits of a trial, over those of a file', () => {
    const flags = { trialMemory: '512MB', trialCpu: '30s', trialOutput: '1kB', trialDisk: '1GiB' }
    const limits = { memoryBytes: 512e6, cpuSeconds: 30, outputBytes: 1000, diskBytes: 2 ** 30 }
    const spec = specFromFlags({ ...whole, ...flags, trialTimeout: '9s' })
    expect(spec.trial).toEqual({ ...limits, timeoutSeconds: 9 })
    expect(mergeFlags(spec, { trialMemory: '2GB' }).trial).toEqual({
      ...limits,
      timeoutSeconds: 9,
      memoryBytes: 2e9,
    })
    const wrong = { trialMemory: '2', trialDisk: '1 disk', trialCpu: '0' }
    expect(() => mergeFlags(spec, wrong)).toThrow(
      /--trial-memory: expected a size of at least 1kB [^]*, got "2"\. Example: --trial-memory 2GB\n[^]*--trial-cpu: expected a duration[^]*--trial-disk: [^]*Example: --trial-disk 1GB/,
    )
  })

  it('names every mistake at once, each with its option', () => {
    const flags = {
      param: ['lr=lgo:1..2', 'n=int:8.5..9', 'x=log:1..2@5', 'y=flag', 'y=1,2'],
      require: ['n <', 'lr < 1'],
      goals: [],
      words: [],
      metric: '(',
      result: 'bst',
      trials: 'ten',
      scheduler: 'ahsa',
    }
    expect(messageOf(() => specFromFlags(flags))).toBe(
      [
        'Options: 12 problems',
        '  --trials: expected a whole number >= 1, got "ten". Example: --trials 60',
        '  --scheduler: there is no scheduler "ahsa". Did you mean "asha"?',
        '  --name: expected a name of 1 to 100 characters without / and \\, got nothing. Example: --name digits',
        '  there is no objective. Example: --maximize accuracy',
        '  --param lr=lgo:1..2: there is no kind of range "lgo". Did you mean "log"? Example: --param lr=log:1e-5..1e-1',
        '  --param y=1,2: "y" stands twice. Remove one.',
        '  --param n=int:8.5..9: an int needs whole numbers up to 2^53, got 8.5 and 9. Use float() for others.',
        '  --param x=log:1..2@5: the default 5 is not a value of float 1..2 log.',
        '  --require "n <": Expression, column 4: expected a finite number, a string, a name or another value, got the end.',
        '  n <',
        '     ^',
        '  there is no command. Example: -- python3 train.py --lr {lr}',
        '  --result: expected last, best, final, got "bst". Example: --result best',
        '  --metric: The metric pattern ( is not a regular expression: Invalid regular expression: /(/g: Unterminated group.',
      ].join('\n'),
    )
  })

  it('checks the command and the constraints against the parameters', () => {
    const flags = {
      ...whole,
      words: ['python3', '{lrr}', ['--x', '{y}']],
      require: ['lr > 1', 'b'],
    }
    expect(messageOf(() => specFromFlags(flags))).toBe(
      [
        'Options: 3 problems',
        '  --require "b": `b` is not a known name. Known: `lr`, `act`.',
        '  word 2 after --: {lrr} names no parameter. Did you mean {lr}? For literal braces write {{lrr}}.',
        '  word 3 after --: {y} names no parameter. Known are {lr}, {act}, {trial}, {seed} and {dir}. For literal braces write {{y}}.',
      ].join('\n'),
    )
    expect(messageOf(() => specFromFlags({ ...whole, require: ['lr > 1'] }))).toMatch(
      /^Options: 1 problem\n {2}--require "lr > 1": Constraint "lr > 1": at least one draw in 1,000/,
    )
  })

  it('refuses a study with nothing to tune', () => {
    expect(messageOf(() => specFromFlags({ ...whole, param: [], require: [], words: ['a'] }))).toBe(
      'Options: 1 problem\n  there is nothing to tune. Example: --param lr=log:1e-5..1e-1',
    )
  })

  it('gives a study or an error of usage, whatever it is given', () => {
    const words = 'lr = log : 1e-5 .. 8 / @ , " flag choice - { } {lr} __proto__ null true . < ('
    const piece = fc.constantFrom(...words.split(' '), ' ', '\n', "'")
    const text = fc.oneof(
      fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('')),
      fc.string({ maxLength: 10 }),
    )
    const texts = fc.array(text, { maxLength: 3 })
    const flags = fc.record(
      {
        name: text,
        param: fc.array(
          fc.oneof(
            text,
            text.map((values) => `lr=${values}`),
          ),
          { maxLength: 3 },
        ),
        require: texts,
        goals: fc.array(
          fc.record({ direction: fc.constantFrom('minimize', 'maximize'), name: text }),
        ),
        words: fc.array(fc.oneof(text, texts)),
        metric: text,
        result: text,
        trials: text,
        time: text,
        sampler: fc.oneof(text, fc.constantFrom('constructor', 'toString', 'tpe')),
        target: text,
        patience: text,
        costLimit: text,
        costPerSecond: text,
        costMetric: text,
        regret: text,
      },
      { requiredKeys: ['param', 'require', 'goals', 'words'] },
    )
    fc.assert(
      fc.property(flags, (given) => {
        try {
          expect(specFromFlags(given as SpecFlags).space.params.length).toBeGreaterThan(0)
        } catch (error) {
          expect(error).toMatchObject({ name: 'AttuneError', code: 'usage' })
        }
      }),
      { numRuns: 500 },
    )
  })
})

describe('mergeFlags', () => {
  const spec = specFromFlags({ ...whole, trials: '5', sampler: 'sobol', trialTimeout: '9s' })

  it('overrides what is given and keeps the rest', () => {
    const merged = mergeFlags(spec, {
      trials: '50',
      time: '10m',
      target: '0.99',
      patience: '50',
      costLimit: '20',
      costPerSecond: '3e-4',
      regret: '0.01',
      workers: 'auto',
      seed: '-3',
      sampler: 'tpe',
      scheduler: 'asha',
      trialTimeout: '1.5m',
      deterministic: true,
      lag: '4',
      journal: 'x.db',
    })
    expect(merged).toEqual({
      ...spec,
      trials: 50,
      seconds: 600,
      target: 0.99,
      patience: 50,
      cost: { limit: 20, perSecond: 3e-4 },
      regret: 0.01,
      workers: 'auto',
      seed: -3,
      sampler: { name: 'tpe' },
      scheduler: { name: 'asha' },
      trial: { timeoutSeconds: 90 },
      deterministic: true,
      lag: 4,
      journal: resolve('x.db'),
    })
    expect(mergeFlags(spec, {})).toEqual(spec)
    expect(mergeFlags(merged, { workers: '2' })).toEqual({ ...merged, workers: 2 })
  })

  it('changes a part of the cost, and counts it in one way', () => {
    const metered = mergeFlags(spec, { costLimit: '5', costMetric: 'usd' })
    expect(metered.cost).toEqual({ limit: 5, metric: 'usd' })
    expect(mergeFlags(metered, {}).cost).toEqual({ limit: 5, metric: 'usd' })
    expect(mergeFlags(metered, { costLimit: '9' }).cost).toEqual({ limit: 9, metric: 'usd' })
    const timed = mergeFlags(metered, { costPerSecond: '2' })
    expect(timed.cost).toEqual({ limit: 5, perSecond: 2 })
    expect(mergeFlags(timed, { costMetric: 'eur' }).cost).toEqual({ limit: 5, metric: 'eur' })
  })

  it.each([
    [
      { costLimit: '5' },
      '--cost-limit: nothing says what a trial costs. Example: --cost-per-second 0.0003, or --cost-metric dollars',
    ],
    [
      { costPerSecond: '5' },
      '--cost-per-second: there is no limit of the cost. Example: --cost-limit 20',
    ],
    [
      { costMetric: 'usd' },
      '--cost-metric: there is no limit of the cost. Example: --cost-limit 20',
    ],
  ])('refuses half of a cost: %j', (flags, message) => {
    expect(messageOf(() => mergeFlags(spec, flags))).toContain(message)
  })

  it('names every mistake at once, each with its option', () => {
    const flags = {
      trials: '0',
      time: '10 min',
      target: 'best',
      patience: '0',
      costLimit: '0',
      costPerSecond: '-1',
      costMetric: '',
      regret: '-1',
      workers: 'all',
      seed: '1.5',
      sampler: 'tep',
      scheduler: '',
      trialTimeout: '0s',
      lag: '',
    }
    expect(messageOf(() => mergeFlags(spec, flags))).toBe(
      [
        'Options: 15 problems',
        '  --trials: expected a whole number >= 1, got "0". Example: --trials 60',
        '  --time: expected a duration such as 90s, 10m, 1.5h or 2d, got "10 min". Example: --time 10m',
        '  --target: expected a finite number, got "best". Example: --target 0.99',
        '  --patience: expected a whole number >= 1, got "0". Example: --patience 50',
        '  --cost-limit: expected a number > 0, got "0". Example: --cost-limit 20',
        '  --cost-per-second: expected a number > 0, got "-1". Example: --cost-per-second 0.0003',
        '  --cost-metric: expected the name of a metric, got "". Example: --cost-metric dollars',
        '  --cost-metric: the cost is counted by the second already. Leave out one of them.',
        '  --regret: expected a number >= 0, got "-1". Example: --regret 0.01',
        '  --workers: expected a whole number >= 1, or auto, got "all". Example: --workers 2',
        '  --seed: expected a whole number within ±2^53, got "1.5". Example: --seed 1',
        '  --lag: expected a whole number >= 1, got "". Example: --lag 8',
        '  --sampler: there is no sampler "tep". Did you mean "tpe"?',
        '  --scheduler: there is no scheduler "". Known: asha, hyperband, median, none.',
        '  --trial-timeout: expected a duration such as 90s, 10m, 1.5h or 2d, got "0s". Example: --trial-timeout 60s',
      ].join('\n'),
    )
  })
})
