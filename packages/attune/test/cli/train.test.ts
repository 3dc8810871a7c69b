import { execFile } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import type { Ended } from './support/attune.ts'
import { attune, bin, eventsOf, start, temporaryFolder } from './support/attune.ts'

const folder = temporaryFolder()
afterAll(() => folder[Symbol.dispose]())
const at = (name: string): string => join(folder.path, name)

/** Two numbers, of which the sum tells the label, with a cell missing now and then. */
function table(rows: number, phase: number): string {
  const lines = Array.from({ length: rows }, (_, i) => {
    const [a, b] = [Math.sin(i * 1.3 + phase), Math.cos(i * 0.7 + phase)]
    return `${i % 9 === 4 ? '' : a},${b},${a + b > 0 ? 'yes' : 'no'}`
  })
  return `a,b,answer\n${lines.join('\n')}\n`
}

writeFileSync(at('data.csv'), table(150, 0))
writeFileSync(at('test.csv'), table(60, 1))
writeFileSync(
  at('boosting.yaml'),
  'learner: histogramBoosting\ntarget: answer\noptions: { rounds: 3, minLeaf: 5 }\n',
)
// 120 rows to learn from are three batches an epoch, each with a report.
writeFileSync(
  at('network.yaml'),
  stringify({
    learner: 'network',
    target: 'answer',
    options: { epochs: 40, units: 8, batch: 40, reportEvery: 1, optimizer: { kind: 'sgd' } },
  }),
)

const train = (...args: string[]): Promise<Ended> => attune(['train', ...args], folder.path)
const linesOf = (text: string): Record<string, number>[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, number>)

describe('attune train', { timeout: 60_000 }, () => {
  it('prints reports and a result, and keeps what it is told to keep', async () => {
    const set = ['--set', 'rounds=4', '--set', 'validation.share=0.3', '--seed', '5']
    const files = ['--save', 'm.json', '--onnx', 'm.onnx', '--predictions', 'p.csv']
    const { code, stdout, stderr } = await train(
      ...['boosting.yaml', 'data.csv', '--test', 'test.csv', '--inputs', 'i.csv', ...set, ...files],
    )
    expect([code, stderr]).toEqual([0, ''])
    const lines = linesOf(stdout)
    expect(lines.map(({ step }) => step)).toEqual([1, 2, 3, 4, undefined])
    expect(lines[4]!['accuracy']).toBeGreaterThan(0.8)
    expect(lines[4]!['test.accuracy']).toBeGreaterThan(0.8)
    expect(readFileSync(at('p.csv'), 'utf8').split('\n')).toHaveLength(62)
    expect(readFileSync(at('i.csv'), 'utf8')).toMatch(/^a,b\n/)
    expect(JSON.parse(readFileSync(at('m.json'), 'utf8'))).toMatchObject({ kind: 'trained-model' })
    expect(readFileSync(at('m.onnx')).length).toBeGreaterThan(500)
  })

  it.each<[string, string[], RegExp]>([
    ['a file that is not there', ['none.yaml', 'data.csv'], /none\.yaml cannot be read/],
    [
      'options that are none, all at once',
      ['boosting.yaml', 'data.csv', '--set', 'deepth=1', '--set', 'validation.folds=1'],
      /boosting\.yaml: 2 problems\n +options\.deepth: .*\n +validation\.folds: /,
    ],
    ['a value that is none', ['boosting.yaml', 'data.csv', '--set', 'rate=[1'], /--set rate is no/],
    [
      'a column that is not there',
      ['boosting.yaml', 'data.csv', '--target', 'answers'],
      /no column "answers"\. Did you mean "answer"/,
    ],
    ['no table', ['boosting.yaml'], /missing required argument 'data'/],
  ])('ends with 2 and a sentence for %s', async (_, args, text) => {
    const { code, stdout, stderr } = await train(...args)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(text)
    expect(stderr).not.toMatch(/\n +at /)
  })

  it('keeps what was learnt when it is interrupted', async () => {
    const args = [
      'train',
      'network.yaml',
      'data.csv',
      '--set',
      'epochs=1000000',
      '--save',
      'n.json',
    ]
    const running = start(args, folder.path)
    while (!running.stdout().includes('\n')) await new Promise((done) => setTimeout(done, 10))
    running.kill('SIGINT')
    const { code, stdout } = await running.ended
    expect(code).toBe(130)
    expect(linesOf(stdout).at(-1)).toHaveProperty('accuracy')
    expect(JSON.parse(readFileSync(at('n.json'), 'utf8'))).toMatchObject({ kind: 'trained-model' })
  })

  it('needs its package, and tells a defect of it from a mistake', async () => {
    const home = at('installed')
    const root = resolve(import.meta.dirname, '../..')
    const modules = join(home, 'node_modules')
    mkdirSync(join(modules, '@attune'), { recursive: true })
    for (const name of ['bin', 'dist', 'package.json']) {
      cpSync(join(root, name), join(home, name), { recursive: true })
    }
    for (const name of ['@attune/core', 'commander', 'yaml', 'zod']) {
      const there = realpathSync(resolve(root, '../../node_modules', name))
      symlinkSync(there, join(modules, name))
    }
    const run = (): Promise<{ code: unknown; stderr: string }> =>
      new Promise((done) => {
        const args = [join(home, 'bin/attune.js'), 'train', 'boosting.yaml', 'data.csv']
        execFile(process.execPath, args, { cwd: folder.path }, (error, _, stderr) =>
          done({ code: error?.code ?? 0, stderr }),
        )
      })
    const missing = await run()
    expect(missing.code).toBe(2)
    expect(missing.stderr).toMatch(
      /^attune: attune train needs the package @attune\/models\. Install it .*npm install/,
    )
    const models = join(modules, '@attune/models')
    mkdirSync(models)
    const exports = { './node': './node.js' }
    const described = { name: '@attune/models', type: 'module', exports }
    writeFileSync(join(models, 'package.json'), JSON.stringify(described))
    writeFileSync(
      join(models, 'node.js'),
      'export function runTraining() { throw new TypeError("a defect") }',
    )
    const broken = await run()
    expect(broken.code).toBe(1)
    expect(broken.stderr).toMatch(/^attune: TypeError: a defect\n +at .*runTraining/)
  })
})

describe('attune run of attune train', { timeout: 60_000 }, () => {
  const rates = [0.3, 1e-7, 1e-6]
  const study = (name: string, asha: object, epochs: number = 40): string[] => {
    const spec = {
      name,
      command: [
        ...[process.execPath, bin, 'train', at('network.yaml'), at('data.csv')],
        ...['--set', 'options.optimizer.rate={rate}', '--set', `epochs=${epochs}`],
      ],
      space: { rate: { choice: rates } },
      objective: { minimize: 'validationLoss' },
      result: 'last',
      sampler: 'grid',
      trials: 3,
      seed: 1,
      scheduler: { asha: { maxSteps: 81, ...asha } },
    }
    writeFileSync(at(`${name}.yaml`), stringify(spec))
    return ['run', `${name}.yaml`, '--journal', `${name}.db`]
  }

  it('stops poor trials between the reports of a network', async () => {
    const { code, stderr } = await attune(study('halved', {}), folder.path)
    expect([code, stderr]).toEqual([0, ''])
    const events = await eventsOf(at('halved.db'), 'halved')
    const finished = events.flatMap((e) => (e.type === 'trial-finished' ? [e] : []))
    const states = new Set(finished.map(({ state }) => state))
    expect(states).toEqual(new Set(['complete', 'pruned']))
    for (const { trial, state } of finished) {
      const steps = events.flatMap((e) =>
        e.type === 'trial-reported' && e.trial === trial ? [e.step] : [],
      )
      expect(steps[0]).toBe(1)
      if (state === 'complete') expect(steps.at(-1)).toBe(120)
      else expect(steps.at(-1)).toBeLessThan(120)
    }
  })

  it('goes on from the checkpoint of a trial that paused', async () => {
    // So many that none ends before it is told to pause.
    const args = study('paused', { promote: true }, 4000)
    const { stdout, stderr } = await attune(args, folder.path)
    expect(stderr).toBe('')
    expect(stdout).toMatch(/3 paused/)
    const events = await eventsOf(at('paused.db'), 'paused')
    const [promoted] = events.flatMap((e) => (e.type === 'trial-promoted' ? [e.trial] : []))
    expect(promoted).toBeDefined()
    const dir = at(`paused.trials/paused/${promoted}`)
    expect(readdirSync(dir)).toContain('network.checkpoint')
    const stepsOf = (file: string): number[] =>
      linesOf(readFileSync(join(dir, file), 'utf8')).flatMap(({ step }) => step ?? [])
    const [first, second] = [stepsOf('stdout.1.log'), stepsOf('stdout.log')]
    expect(first[0]).toBe(1)
    expect(first.length).toBeGreaterThan(0)
    expect(second[0]).toBe(first.at(-1)! + 1)
  })
})
