import { resolve } from 'node:path'
import { AttuneError, spaceToJson } from '@attune/core'
import type { SpaceJson } from '@attune/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { parseStudyFile } from '../../src/study-file/parse-study-file.ts'
import { complete, digits, problemsOf } from './study-files.ts'

const minimal =
  'name: s\ncommand: [a, "{x}"]\nspace: { x: { int: [1, 3] } }\nobjective: { minimize: y }\n'

describe('a study file', () => {
  it('says everything a study needs', () => {
    const { space, ...spec } = parseStudyFile(complete, 'some/study.yaml')
    expect(spec).toEqual({
      name: 'digits',
      command: [
        ...'node train.mjs --lr {lr} --units {units} --act {act} --opt {optimizer}'.split(' '),
        ['--momentum', '{momentum}'],
      ],
      cwd: resolve('some'),
      objectives: [{ maximize: 'accuracy' }],
      constraints: [],
      result: 'best',
      metric: 'val_acc=([0-9.]+)',
      trials: 60,
      workers: 'auto',
      sampler: { name: 'auto' },
      scheduler: { name: 'asha' },
      trial: { timeoutSeconds: 60 },
      seed: 1,
    })
    expect(spaceToJson(space)).toEqual({
      space: {
        lr: { float: [1e-4, 1], scale: 'log', default: 0.01 },
        units: { int: [8, 256], scale: 'log' },
        act: { choice: ['relu', 'tanh'] },
        optimizer: { variant: { sgd: { momentum: { float: [0, 0.99] } }, adam: {} } },
        layers: { list: [1, 3], of: { width: { int: [8, 128] } } },
      },
      require: ['lr * units < 50'],
    })
  })

  it('may be the one of the digits example', () => {
    const spec = parseStudyFile(digits, 'examples/digits/study.yaml')
    expect(spec).toMatchObject({ name: 'digits', trials: 60, cwd: resolve('examples/digits') })
  })

  it.each([
    ['{ times: 2, on: [error, timeout] }', { times: 2, on: ['error', 'timeout'] }],
    ['{ times: 1 }', { times: 1 }],
  ])('says which failed trials are tried again: %s', (text, retry) => {
    expect(parseStudyFile(`${minimal}retry: ${text}\n`, 'study.yaml').retry).toEqual(retry)
  })

  it.each([
    ['{ times: -1 }', 'retry.times', 'expected a whole number >= 0, got -1.'],
    [
      '{ times: 1, on: [crash] }',
      'retry.on[0]',
      'expected one of error, timeout, cpu-time, out-of-memory',
    ],
    ['twice', 'retry', 'expected a number of times and reasons to fail'],
  ])('refuses the retry rule %s', (text, path, message) => {
    const problems = problemsOf(`${minimal}retry: ${text}\n`)
    expect(problems).toHaveLength(1)
    expect(problems[0]).toContain(`line 5: ${path}: ${message}`)
  })

  it('leaves to the study what it does not say', () => {
    const { space, ...spec } = parseStudyFile(minimal, 'study.yaml')
    expect(space.params).toHaveLength(1)
    expect(spec).toEqual({
      name: 's',
      command: ['a', '{x}'],
      cwd: resolve('.'),
      objectives: [{ minimize: 'y' }],
      constraints: [],
      result: 'last',
      trial: {},
    })
  })

  it.each([
    ['gp', { startupTrials: null, acquisition: 'UCB', kappa: 2.5 }],
    ['gp', { startupTrials: 8 }],
    ['cmaEs', { population: 12, warmStart: false, restarts: 'ipop' }],
    ['gamma', { readings: ['A', 'C'], distribution: 'gaussian' }],
    ['latinHypercube', { points: 16 }],
  ])('takes options of %s as they are in code: %j', (name, options) => {
    const line = `\nsampler: ${JSON.stringify({ [name]: options })}\n`
    expect(parseStudyFile(minimal + line, 'study.yaml').sampler).toEqual({ name, options })
  })

  it('takes its other settings', () => {
    const more = `
cwd: ../b
env: { OMP_NUM_THREADS: 1, RATE: 1e-4, DEBUG: true, NAME: on }
constraints: ["latency_ms <= 50"]
time: 1.5h
target: -0.5
patience: 50
cost: { limit: 20, perSecond: 3e-4 }
regret: 0
workers: 3
sampler: { tpe: { candidates: 50 } }
scheduler: { asha: }
trial: { timeout: 1e-7, grace: 500ms, memory: 1.5GiB, cpu: 2m, output: 4096, disk: 512 MB }
deterministic: true
lag: 4
journal: runs/attune.db
`
    expect(parseStudyFile(minimal + more, 'a/study.yaml')).toMatchObject({
      cwd: resolve('b'),
      env: { OMP_NUM_THREADS: '1', RATE: '1e-4', DEBUG: 'true', NAME: 'on' },
      constraints: ['latency_ms <= 50'],
      seconds: 5400,
      target: -0.5,
      patience: 50,
      cost: { limit: 20, perSecond: 3e-4 },
      regret: 0,
      workers: 3,
      sampler: { name: 'tpe', options: { candidates: 50 } },
      scheduler: { name: 'asha' },
      trial: {
        timeoutSeconds: 1e-7,
        graceSeconds: 0.5,
        memoryBytes: 1_610_612_736,
        cpuSeconds: 120,
        outputBytes: 4096,
        diskBytes: 512_000_000,
      },
      deterministic: true,
      lag: 4,
      journal: resolve('a/runs/attune.db'),
    })
  })

  it('may count the cost by a metric', () => {
    const { cost } = parseStudyFile(`${minimal}cost: { limit: 5, metric: usd }`, 'study.yaml')
    expect(cost).toEqual({ limit: 5, metric: 'usd' })
  })

  it('passes the words of a command on as they are written', () => {
    const text = minimal.replace('[a, "{x}"]', '[a, 10, 1e-4, 007, true, no, [--x, "{x}", 2.50]]')
    const { command } = parseStudyFile(text, 'study.yaml')
    expect(command).toEqual(['a', '10', '1e-4', '007', 'true', 'no', ['--x', '{x}', '2.50']])
    const shell = minimal.replace('[a, "{x}"]', 'train --x {x} > log')
    expect(parseStudyFile(shell, 'study.yaml').command).toBe('train --x {x} > log')
  })

  it('may name a module, whose parameters may all be met while it runs', () => {
    const text = 'name: s\nmodule: src/objective.ts\nobjective: { minimize: loss }\n'
    const spec = parseStudyFile(text, 'a/study.yaml')
    expect(spec.module).toBe(resolve('a/src/objective.ts'))
    expect(spec).not.toHaveProperty('command')
    expect(spec.space.params).toEqual([])
  })

  it('keeps several objectives in their order', () => {
    const list = minimal.replace('{ minimize: y }', '[{ minimize: y }, { maximize: z }]')
    const { objectives } = parseStudyFile(list, 'study.yaml')
    expect(objectives).toEqual([{ minimize: 'y' }, { maximize: 'z' }])
  })

  it('may use anchors, and whatever indentation and line ends', () => {
    const anchored = minimal.replace(
      'space: { x: { int: [1, 3] } }',
      'space: { x: &range { int: [1, 3] }, y: *range }',
    )
    expect(parseStudyFile(anchored, 'study.yaml').space.params).toHaveLength(2)
    const windows = `\uFEFF${complete.replaceAll('\n', '\r\n')}`
    expect(parseStudyFile(windows, 'study.yaml').trials).toBe(60)
  })

  it('may be JSON, indented with tabs as well', () => {
    const value = {
      $schema: '../study.schema.json',
      name: 's',
      command: ['a', '{x}'],
      space: { x: { choice: ['no', null, 1e-7] } },
      objective: { minimize: 'y' },
    }
    for (const indent of ['', '  ', '\t']) {
      const spec = parseStudyFile(JSON.stringify(value, null, indent), 'study.json')
      expect(spaceToJson(spec.space).space).toEqual(value.space)
      expect(spec).not.toHaveProperty('$schema')
    }
  })

  it('gives every space back that it was written from', () => {
    const name = fc.stringMatching(/^[a-z]{1,2}[A-Z]$/)
    const bounds = fc.tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 51, max: 99 }))
    const label = fc.oneof(
      fc.string({ maxLength: 4 }).filter((text) => !/[\0\uFFFD]/.test(text)),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0),
      fc.constantFrom('no', 'true', '1e-4', '~', true, null),
    )
    const { shape } = fc.letrec((tie) => ({
      shape: fc.dictionary(name, tie('node'), { minKeys: 1, maxKeys: 3, noNullPrototype: true }),
      node: fc.oneof(
        { maxDepth: 3 },
        bounds.map((int) => ({ int })),
        bounds.map((float) => ({ float, scale: 'log' })),
        fc
          .uniqueArray(label, { minLength: 2, maxLength: 4, comparator: 'SameValueZero' })
          .map((choice) => ({ choice, ordered: true, default: choice[1] })),
        tie('shape').map((one) => ({ variant: { one, none: {} }, default: 'none' })),
        tie('node').map((of) => ({ list: [0, 2], of, default: 1 })),
        tie('shape'),
      ),
    }))
    fc.assert(
      fc.property(shape, fc.boolean(), (written, flow) => {
        const value = { name: 's', command: 'a', space: written, objective: { minimize: 'y' } }
        const text = stringify(value, { collectionStyle: flow ? 'flow' : 'any' })
        const spec = parseStudyFile(text, 'study.yaml')
        expect(spaceToJson(spec.space)).toEqual({ space: written as SpaceJson['space'] })
      }),
    )
  })
})

describe('the mistakes in a study file', () => {
  it('are all named at once, by their lines', () => {
    const text = `name: s
command: [a, "{lr}"]
space:
  lr: { float: [0, 1], scale: log }
  act: { choice: [relu, tanh], defualt: relu }
require: ["lr <"]

objective: { maximise: accuracy }
trails: 3
`
    let thrown: unknown
    try {
      parseStudyFile(text, 'dir/study.yaml')
    } catch (error) {
      thrown = error
    }
    expect(thrown).toBeInstanceOf(AttuneError)
    const { code, message, details } = thrown as AttuneError
    expect(code).toBe('file/problems')
    expect(message).toBe(`dir/study.yaml: 5 problems
  line 4: space.lr: a log scale needs low > 0, got low = 0. Use scale: "linear" or raise low.
  line 5: space.act.defualt: unknown key "defualt" beside "choice". Did you mean "default"?
  line 6: require[0]: Expression, column 5: expected a finite number, a string, a name or another value, got the end.
      lr <
          ^
  line 8: objective: unknown key "maximise". Did you mean "maximize"?
  line 9: unknown key "trails". Did you mean "trials"?`)
    expect(details).toEqual([
      expect.objectContaining({ line: 4, path: 'space.lr' }),
      expect.objectContaining({ line: 5, path: 'space.act.defualt' }),
      expect.objectContaining({ line: 6, path: 'require[0]' }),
      expect.objectContaining({ line: 8, path: 'objective' }),
      {
        line: 9,
        path: '',
        message: 'unknown key "trails". Did you mean "trials"?',
      },
    ])
  })

  it.each<[string, string]>([
    ['trials: ten', 'trials: expected a whole number >= 1, got "ten". Example: trials: 60.'],
    ['trials: "60"', 'trials: expected a whole number >= 1, got "60". Example: trials: 60.'],
    ['trials: 0', 'trials: expected a whole number >= 1, got 0. Example: trials: 60.'],
    ['trials:', 'trials: expected a whole number >= 1, got nothing. Example: trials: 60.'],
    ['trials: [3]', 'trials: expected a whole number >= 1, got a list. Example: trials: 60.'],
    [
      'time: 10 min',
      'time: expected a duration such as 90s, 10m, 1.5h or 2d, got "10 min". Example: time: 10m.',
    ],
    [
      'time: 0s',
      'time: expected a duration such as 90s, 10m, 1.5h or 2d, got "0s". Example: time: 10m.',
    ],
    [
      'time: .inf',
      'time: expected a duration such as 90s, 10m, 1.5h or 2d, got Infinity. Example: time: 10m.',
    ],
    [
      'trial: { timeout: -1 }',
      'trial.timeout: expected a duration such as 90s, 10m, 1.5h or 2d, got -1. Example: trial: { timeout: 60s }.',
    ],
    [
      `trial: { grace: ${'9'.repeat(400)}s }`,
      `trial.grace: expected a duration such as 90s, 10m, 1.5h or 2d, got "${'9'.repeat(56)}…. Example: trial: { grace: 2s }.`,
    ],
    ['trial: 60s', 'trial: expected a mapping, got "60s". Example: trial: { timeout: 60s }.'],
    [
      'trial: { ram: 2GB }',
      'trial: unknown key "ram". Known: timeout, grace, memory, cpu, output, disk, cores, gpus, nice.',
    ],
    [
      'trial: { memory: 2 }',
      'trial.memory: expected a size of at least 1kB such as 512MB, 2GB or 1.5GiB (kB, MB, GB, TB count in thousands, KiB, MiB, GiB, TiB in 1024s), got 2. Example: trial: { memory: 2GB }.',
    ],
    [
      'trial: { cpu: 0 }',
      'trial.cpu: expected a duration such as 90s, 10m, 1.5h or 2d, got 0. Example: trial: { cpu: 30s }.',
    ],
    ['trial: { timout: 3s }', 'trial: unknown key "timout". Did you mean "timeout"?'],
    ['target: .nan', 'target: expected a finite number, got NaN. Example: target: 0.99.'],
    ['patience: 0', 'patience: expected a whole number >= 1, got 0. Example: patience: 50.'],
    ['patience: 1.5', 'patience: expected a whole number >= 1, got 1.5. Example: patience: 50.'],
    ['regret: -0.1', 'regret: expected a number >= 0, got -0.1. Example: regret: 0.01.'],
    [
      'cost: 20',
      'cost: expected a limit and what is counted, got 20. Example: cost: { limit: 20, perSecond: 0.0003 }.',
    ],
    [
      'cost: { limit: 20 }',
      'cost: a cost has a limit and either perSecond or metric. Example: cost: { limit: 20, perSecond: 0.0003 }.',
    ],
    [
      'cost: { limit: 20, perSecond: 1, metric: usd }',
      'cost: a cost has a limit and either perSecond or metric. Example: cost: { limit: 20, perSecond: 0.0003 }.',
    ],
    [
      'cost: { perSecond: 1 }',
      'cost.limit: expected a number > 0, got nothing. Example: cost: { limit: 20, perSecond: 0.0003 }.',
    ],
    [
      'cost: { limit: 20, perSecond: 0 }',
      'cost.perSecond: expected a number > 0, got 0. Example: cost: { limit: 20, perSecond: 0.0003 }.',
    ],
    [
      'cost: { limit: 20, metric: "" }',
      'cost.metric: expected the name of a metric, got "". Example: cost: { limit: 20, metric: dollars }.',
    ],
    [
      'cost: { limit: 20, perSeconds: 1 }',
      'cost: unknown key "perSeconds". Did you mean "perSecond"?',
    ],
    [
      'workers: all',
      'workers: expected a whole number >= 1, or auto, got "all". Example: workers: auto.',
    ],
    ['seed: 1.5', 'seed: expected a whole number within ±2^53, got 1.5. Example: seed: 1.'],
    ['lag: 0', 'lag: expected a whole number >= 1, got 0. Example: lag: 8.'],
    [
      'deterministic: yes',
      'deterministic: expected true or false, got "yes". Example: deterministic: true.',
    ],
    ['result: lst', 'result: expected last, best or final, got "lst". Example: result: best.'],
    ['journal:', 'journal: expected a file, got nothing. Example: journal: attune.db.'],
    ['cwd: 3', 'cwd: expected a folder, got 3. Example: cwd: ../model.'],
    [
      'env: [a]',
      'env: expected variables by name, got a list. Example: env: { OMP_NUM_THREADS: 1 }.',
    ],
    ['env: { A: [1] }', 'env.A: expected text or a number, got a list. Put it in quotes.'],
    ['env: { "A=B": x }', 'env.A=B: a variable has a name without "=". Rename it.'],
    [
      "metric: 'a=[0-9.]+'",
      'metric: The metric pattern a=[0-9.]+ captures nothing. Put parentheses around the number: acc=([0-9.]+).',
    ],
    [
      "metric: '(?<loss>\\d+)'",
      'metric: the pattern gives no y. Name one group for each: (?<y>[0-9.]+).',
    ],
    ['module: a.ts', 'module: a study has either a command or a module. Remove one.'],
    ['sampler: tep', 'sampler: there is no sampler "tep". Did you mean "tpe"?'],
    [
      'sampler: { bayes: {} }',
      'sampler.bayes: there is no sampler "bayes". Known: auto, cmaEs, differentialEvolution, forest, gamma, genetic, gp, grid, halton, latinHypercube, nsga2, nsga3, random, sobol, tpe.',
    ],
    [
      'sampler: toString',
      'sampler: there is no sampler "toString". Known: auto, cmaEs, differentialEvolution, forest, gamma, genetic, gp, grid, halton, latinHypercube, nsga2, nsga3, random, sobol, tpe.',
    ],
    [
      'sampler: { tpe: {}, grid: {} }',
      'sampler: expected the name of a sampler, or one name with its options, got a mapping. Example: sampler: { tpe: { candidates: 50 } }.',
    ],
    [
      'sampler: { tpe: 50 }',
      'sampler.tpe: expected the name of a sampler, or one name with its options, got 50. Example: sampler: { tpe: { candidates: 50 } }.',
    ],
    [
      'sampler: { auto: { candidates: 50 } }',
      'sampler.auto.candidates: auto takes no options, got "candidates". Remove it.',
    ],
    [
      'sampler: { tpe: { candidats: 50 } }',
      'sampler.tpe.candidats: tpe has no option "candidats". Did you mean "candidates"?',
    ],
    [
      'scheduler: { asha: { factor: "4" } }',
      'scheduler.asha.factor: expected a number such as 3, got "4".',
    ],
    [
      'sampler: { gp: { startupTrials: ten } }',
      'sampler.gp.startupTrials: expected a number, got "ten".',
    ],
    [
      'sampler: { cmaEs: { warmStart: 1 } }',
      'sampler.cmaEs.warmStart: expected true or false, got 1.',
    ],
    [
      'sampler: { gamma: { readings: A } }',
      'sampler.gamma.readings: expected a list such as ["A","B"], got "A".',
    ],
    [
      'sampler: { gp: { acquisition: 3 } }',
      'sampler.gp.acquisition: expected a word such as logEI, got 3.',
    ],
    [
      'sampler: { grid: { levelsOf: null } }',
      'sampler.grid.levelsOf: expected a mapping, got nothing.',
    ],
    [
      'scheduler: { asha: { factor: 1 } }',
      'scheduler.asha: asha: minSteps > 0 and factor >= 2 must hold, got 1 and 1.',
    ],
    [
      'constraints: y < 3',
      'constraints: expected a list of conditions on results, got "y < 3". Example: constraints: ["latency_ms <= 50"].',
    ],
    [
      'constraints: ["3 < 4"]',
      'constraints[0]: "3 < 4" names no metric. Compare one: latency_ms <= 50.',
    ],
    [
      'constraints: [y + 3]',
      'constraints[0]: A condition such as `x < 1` is expected, not a number.',
    ],
    ['require: [z < 3]', 'require[0]: `z` is not a known name. Known: `x`.'],
    [
      'require: [x < 3, x > 7]',
      'require[1]: Constraint "x > 7": at least one draw in 1,000 must satisfy all constraints, got 0 of 10000 (this one alone refused 10000). Loosen it or narrow the ranges.',
    ],
    [
      'require: ["function f 0123456789abcdef"]',
      'require[0]: Expression, column 10: expected an operator or the end, got `f`. Names with other characters than letters, digits and _ go in backticks.',
    ],
    ['comand: x', 'unknown key "comand". Did you mean "command"?'],
    ['__proto__: x', '"__proto__" cannot be a key. Choose another name.'],
    ['trial: !foo {}', 'Unresolved tag: !foo. Remove it, or put the value in quotes.'],
    ['trials: 3\ntrials: 4', 'the key trials stands twice. Remove one.'],
  ])('%s', (line, problem) => {
    const [first = ''] = problemsOf(`${minimal}${line}\n`)
    const expected = minimal.split('\n').length + (line.split('\n').length - 1)
    expect(first).toBe(`  line ${expected}: ${problem}`)
  })

  it.each<[string, string, string[]]>([
    [
      'name: s',
      'name: a/b',
      [
        'line 1: name: expected a name of 1 to 100 characters without / and \\, got "a/b". Example: name: digits.',
      ],
    ],
    [
      'name: s',
      'name: 12',
      [
        'line 1: name: expected a name of 1 to 100 characters without / and \\, got 12. Example: name: digits.',
      ],
    ],
    ['name: s', 'trials: 3', ['line 1: "name" is missing. Example: name: digits.']],
    [
      'objective: { minimize: y }',
      '',
      ['line 1: "objective" is missing. Example: objective: { maximize: accuracy }.'],
    ],
    [
      'command: [a, "{x}"]',
      '',
      ['line 1: "command" is missing. Example: command: [python3, train.py, --lr, "{lr}"].'],
    ],
    [
      'space: { x: { int: [1, 3] } }',
      '',
      ['line 1: "space" is missing. Example: space: { lr: { float: [1e-4, 1], scale: log } }.'],
    ],
    [
      'space: { x: { int: [1, 3] } }',
      'space: x',
      [
        'line 3: space: expected parameters by name, got "x". Example: space: { lr: { float: [0, 1] } }.',
      ],
    ],
    [
      'command: [a, "{x}"]\nspace: { x: { int: [1, 3] } }',
      'command: a\nspace: {}',
      ['line 3: space: there is nothing to tune. Example: space: { lr: { float: [1e-4, 1] } }.'],
    ],
    [
      'command: [a, "{x}"]',
      'module: a.ts\nmetric: (.)\nresult: best',
      [
        'line 3: metric: this is for the output of a command; a module returns its result. Remove it.',
        'line 4: result: this is for the output of a command; a module returns its result. Remove it.',
      ],
    ],
    [
      '{ minimize: y }',
      'minimize',
      [
        'line 4: objective: expected { minimize: METRIC } or { maximize: METRIC }, or a list of these, got "minimize". Example: objective: { maximize: accuracy }.',
      ],
    ],
    [
      '{ minimize: y }',
      '\n- { minimize: y, maximize: z }\n- { maximise: z }\n- 3',
      [
        'line 5: objective[0]: an objective names one metric. Write several as a list: [{ … }, { … }].',
        'line 6: objective[1]: unknown key "maximise". Did you mean "maximize"?',
        'line 7: objective[2]: expected { minimize: METRIC } or { maximize: METRIC }, or a list of these, got 3. Example: objective: { maximize: accuracy }.',
      ],
    ],
    [
      '{ minimize: y }',
      '\n- minimize: y\n- maximize: y\n- minimize: step',
      [
        'line 6: objective[1]: "y" stands twice. Every objective needs its own name.',
        'line 7: objective[2]: an objective is the name of a metric, not "step". Rename it.',
      ],
    ],
    [
      '[a, "{x}"]',
      '\n- a\n- {x}\n- [b, {x, y}]\n- [[c]]\n-',
      [
        'line 4: command[1]: {x} without quotes is a mapping in YAML. Write "{x}".',
        'line 5: command[2][1]: {x, y} without quotes is a mapping in YAML. Write "{x, y}".',
        'line 6: command[3][0]: expected text or a number, got a list. Put it in quotes.',
        'line 7: command[4]: expected text or a number, got nothing. Put it in quotes.',
      ],
    ],
    [
      '[a, "{x}"]',
      '\n- a\n- "{z}"\n- [--b, "{bb}"]',
      [
        'line 4: command[1]: {z} names no parameter. Known are {x}, {trial}, {seed} and {dir}. For literal braces write {{z}}.',
        'line 5: command[2][1]: {bb} names no parameter. Known are {x}, {trial}, {seed} and {dir}. For literal braces write {{bb}}.',
      ],
    ],
    [
      'name: s',
      'name: s\nrequire: ["x <", x < 3, z < 3]',
      [
        'line 2: require[0]: Expression, column 4: expected a finite number, a string, a name or another value, got the end.',
        '    x <',
        '       ^',
        'line 2: require[2]: `z` is not a known name. Known: `x`.',
      ],
    ],
    [
      '[a, "{x}"]',
      '[]',
      [
        'line 2: command: expected the words of a command, or one text for a shell, got a list. Example: command: [python3, train.py, --lr, "{lr}"].',
      ],
    ],
  ])('%s replaced by %s', (from, to, problems) => {
    expect(problemsOf(minimal.replace(from, to))).toEqual(problems.map((line) => `  ${line}`))
  })

  it('in a space are found where they are written', () => {
    const text = `name: s
command: a
space:
  net:
    width: { int: [3, 1] }
  optimizer:
    default: adagrad
    variant:
      sgd:
        momentum:
          float: [0, 0.99]
          default: 2
      adam: { beta: { flaot: [0, 1] } }
      rms: 3
  layers:
    list: [1, 3]
    of:
      units: { int: [1.5, 3] }
      block:
        variant:
          conv:
            kernel: { choice: [] }
  act: [relu, tanh]
  a.b: { flag }
  9: { flag }
  list: { flag }
objective: { minimize: y }
`
    expect(problemsOf(text)).toEqual(
      [
        'line 5: space.net.width: low <= high must hold, got low = 3, high = 1. Swap them.',
        'line 7: space.optimizer.default: the default "adagrad" is not a value of choice "sgd", "adam", "rms".',
        'line 12: space.optimizer.sgd.momentum.default: the default 2 is not a value of float 0..0.99.',
        'line 13: space.optimizer.adam.beta: "flaot" is no kind of parameter; the kinds are float, int, choice, flag, constant, variant, list. Did you mean "float"?',
        'line 14: space.optimizer.rms: expected parameters by name, got 3.',
        'line 18: space.layers.of.units: an int needs whole numbers up to 2^53, got 1.5 and 3. Use float() for others.',
        'line 22: space.layers.of.block.conv.kernel: a choice needs at least one label.',
        'line 23: space.act: expected a parameter such as { float: [0, 1] }, got ["relu","tanh"]. Perhaps { choice: ["relu","tanh"] }?',
        'line 24: space.a.b: a name starts with a letter or _ and goes on with letters, digits, _ or -. Rename it.',
        'line 25: space.9: names of digits alone are reserved for list elements.',
        'line 26: space.list: "list" is a word of the space format. Choose another name.',
      ].map((line) => `  ${line}`),
    )
  })

  it('are listed up to a number that can be read', () => {
    const many = Array.from({ length: 100 }, (_, i) => `unheard${i}: 1`).join('\n')
    const problems = problemsOf(minimal + many)
    expect(problems).toHaveLength(41)
    expect(problems.at(-1)).toBe('  … and 60 more')
  })
})
