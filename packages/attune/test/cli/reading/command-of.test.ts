import { spawnSync } from 'node:child_process'
import { realpathSync } from 'node:fs'

import type { History, Json, SearchSpace, Trial, Values } from '@attune/core'
import {
  choice,
  createStudy,
  float,
  int,
  list,
  memoryJournal,
  random,
  space,
  variant,
} from '@attune/core'
import { describe, expect, it } from 'vitest'

import { commandOf, describeProgram } from '../../../src/cli/command-of.ts'
import { trialFolder } from '../../../src/executors/trial-folder.ts'
import { temporaryFolder } from '../../journals/temporary.ts'

const small = space({
  lr: float(0, 1),
  text: choice(['plain', "it's $HOME `x`", 'two\nlines']),
  optimizer: variant({ sgd: { momentum: float(0, 1) }, adam: {} }),
}) as SearchSpace
const values = { lr: 1e-7, text: "it's $HOME `x`", optimizer: 'sgd', 'optimizer.sgd.momentum': 0.5 }

async function suggest(
  program: Json | undefined,
  given: Values = values,
  shape: SearchSpace = small,
): Promise<{ history: History; trial: Trial }> {
  const study = await createStudy({
    name: 'a study',
    space: shape,
    sampler: random(),
    seed: 11,
    journal: memoryJournal(),
    ...(program === undefined ? {} : { program }),
  })
  await study.enqueueValues(given)
  return { history: study.history, trial: await study.ask() }
}

/** Prints its arguments, its folder and what attune set in its environment. */
const report = `
  const own = Object.entries(process.env).filter(([name]) => name.startsWith('ATTUNE_') && name !== 'ATTUNE_DATA')
  console.log(JSON.stringify([process.argv.slice(1), process.cwd(), Object.fromEntries(own)]))
`
const node = [process.execPath, '-e', report.replaceAll('{', '{{').replaceAll('}', '}}'), '--']
const all = ['{lr}', '{text}', '{optimizer}', ['-m', '{momentum}']]

type Seen = [argv: string[], cwd: string, env: Record<string, string>]

function runInShell(command: string | undefined): Seen {
  const { stdout, stderr } = spawnSync('sh', ['-c', command ?? ''], { encoding: 'utf8' })
  expect(stderr).toBe('')
  return JSON.parse(stdout) as Seen
}

describe('the command that repeats a trial', () => {
  it('gives the program the same arguments, folder and seed in any shell', async () => {
    using folder = temporaryFolder()
    const cwd = realpathSync(folder.path)
    const { history, trial } = await suggest({ command: [...node, ...all], cwd })
    const [argv, place, env] = runInShell(commandOf(history, 0))
    expect(argv).toEqual(['1e-7', "it's $HOME `x`", 'sgd', '-m', '0.5'])
    expect(place).toBe(cwd)
    expect(env).toEqual({ ATTUNE_SEED: String(trial.seed) })
  })

  it('sets all parameters in the environment when the command does not name each', async () => {
    const { history, trial } = await suggest({ command: [...node, '{lr}'], cwd: process.cwd() })
    const [argv, , env] = runInShell(commandOf(history, 0))
    expect(argv).toEqual(['1e-7'])
    expect(JSON.parse(env['ATTUNE_PARAMS'] ?? '')).toEqual(trial.params)
    expect(JSON.parse(env['ATTUNE_PARAMS_FLAT'] ?? '')).toEqual(values)
    expect(env).toMatchObject({
      ATTUNE_PARAM_LR: '1e-7',
      ATTUNE_PARAM_TEXT: "it's $HOME `x`",
      ATTUNE_PARAM_OPTIMIZER_SGD_MOMENTUM: '0.5',
    })
  })

  it('needs no environment when the command names seed and parameters', async () => {
    const { history, trial } = await suggest({ command: [...node, ...all, '{seed}', '{trial}'] })
    const command = commandOf(history, 0)
    expect(command?.startsWith(process.execPath)).toBe(true)
    const [argv, , env] = runInShell(command)
    expect(argv.slice(-2)).toEqual([String(trial.seed), '0'])
    expect(env).toEqual({})
  })

  it('is what the shell got where the command is a text', async () => {
    const { history } = await suggest({ command: 'echo {lr} {text} {optimizer} {seed}; pwd' })
    expect(commandOf(history, 0)).toMatch(
      /ATTUNE_PARAM_LR=1e-7 .*echo 1e-7 'it'\\''s \$HOME `x`' sgd \d+; pwd$/,
    )
  })

  it('leaves out groups of inactive parameters', async () => {
    const adam = { lr: 0.5, text: 'plain', optimizer: 'adam' }
    const { history } = await suggest({ command: ['x', ...all, '{seed}'] }, adam)
    expect(commandOf(history, 0)).toMatch(/^x 0\.5 plain adam \d+$/)
  })

  it('names the folder of the trial beside the journal', async () => {
    const { history } = await suggest({ command: ['x', '{dir}'] })
    expect(commandOf(history, 0, '/data/runs.db')).toContain(
      ` x ${trialFolder('/data/runs.db', 'a study', 0)}`,
    )
  })

  it('names the elements of lists', async () => {
    const shape = space({ layers: list(1, 2, { units: int(1, 9) }) }) as SearchSpace
    const command = ['x', '{layers}', ['{layers.0.units}'], ['{layers.1.units}'], '{seed}']
    const { history } = await suggest({ command }, { layers: 1, 'layers.0.units': 4 }, shape)
    expect(commandOf(history, 0)).toMatch(/^x 1 4 \d+$/)
  })

  it.each<[string, Json | undefined]>([
    ['no program', undefined],
    ['a module', { module: '/a/train.mjs' }],
    ['something else', ['x']],
    ['a command that needs what the trial does not have', { command: ['x', '{other}'] }],
  ])('does not exist for %s', async (_, program) => {
    const { history } = await suggest(program)
    expect(commandOf(history, 0)).toBeUndefined()
  })
})

describe('the description of a program', () => {
  it.each<[Json | undefined, string | undefined]>([
    [
      { command: ['node', 'a b.mjs', '--lr={lr}', ['-m', '{m}'], ''] },
      'node "a b.mjs" --lr={lr} [-m {m}] ""',
    ],
    [{ command: 'train {lr} | tail -1' }, 'train {lr} | tail -1'],
    [{ module: '/a/train.mjs' }, '/a/train.mjs'],
    [undefined, undefined],
  ])('of %j is %j', async (program, expected) => {
    const { history } = await suggest(program)
    expect(describeProgram(history)).toBe(expected)
  })
})
