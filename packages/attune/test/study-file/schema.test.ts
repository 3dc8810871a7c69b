import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { studySchema } from '../../src/study-file/schema.ts'
import type { JsonSchema } from './json-schema.ts'
import { validates } from './json-schema.ts'
import { complete, digits, problemsOf } from './study-files.ts'

const written = JSON.parse(
  readFileSync(new URL('../../study.schema.json', import.meta.url), 'utf8'),
) as JsonSchema
const accepts = (value: unknown): boolean => validates(written, value)

describe('the JSON Schema of study files', () => {
  it('is the one that is written (else: npm run build && node scripts/write-schema.mjs)', () => {
    expect(written).toEqual(JSON.parse(JSON.stringify(studySchema())))
  })

  it('accepts the files that are shown', () => {
    expect(accepts(parse(digits))).toBe(true)
    expect(accepts(parse(complete))).toBe(true)
  })

  it('accepts its own examples and defaults', () => {
    const whole = parse(complete) as Record<string, unknown>
    const properties = written['properties'] as Record<
      string,
      { examples?: unknown[]; default?: unknown }
    >
    for (const [key, { examples = [], default: usual }] of Object.entries(properties)) {
      // These stand in the place of the command.
      if (key === 'module' || key === 'judge') continue
      for (const value of usual === undefined ? examples : [...examples, usual]) {
        expect([key, value, accepts({ ...whole, [key]: value })]).toEqual([key, value, true])
      }
    }
  })

  it('describes every key', () => {
    for (const [key, part] of Object.entries(written['properties'] ?? {})) {
      expect([key, typeof (part as { description?: string }).description]).toEqual([key, 'string'])
    }
  })

  const module = 'name: s\nmodule: a.ts\nobjective: { minimize: y }\n'
  const command =
    'name: s\ncommand: [a]\nspace: { x: { int: [1, 3] } }\nobjective: { minimize: y }\n'
  const judged = (judge: string): string => command.replace('command: [a]', `judge: ${judge}`)
  it.each<[boolean, string]>([
    [true, module],
    [true, `${module}space: {}`],
    [true, `${module}space: { x: { flag }, y: { constant: 3 }, z: { a: { b: { flag: true } } } }`],
    [true, `${module}space: { v: { variant: { a:, b: { c: { flag } } }, default: a } }`],
    [true, `${module}space: { l: { list: [0, 3], of: { choice: [1, x, null], ordered: true } } }`],
    [
      true,
      `${module}objective: [{ minimize: y }, { maximize: z }]`.replace(
        'objective: { minimize: y }\n',
        '',
      ),
    ],
    [true, judged('{ y: compare }')],
    [true, judged('{ y: number, z: { number: [0, 1] }, w: { choice: { a: 1, b: -2 } } }')],
    [true, judged('{ y: { slider: [0, 10], step: 0.5 } }')],
    [false, judged('{}')],
    [false, judged('{ y: { choice: { a: 1 } } }')],
    [false, judged('{ y: perhaps }')],
    [false, judged('{ waiting: 5 }')],
    [false, judged('{ "": number, y: number }')],
    [true, `${command}judge: { y: number }`],
    [true, `${command}judge: { y: number, waiting: 1 }\ntrials: 5`],
    [true, `${module}judge: { y: compare }`],
    [false, `${command}judge: { y: number, waiting: 0 }`],
    [false, `${command}judge: { y: number, waiting: number }`],
    [false, `${command}module: a.ts\njudge: { y: number }`],
    [true, `${command}sampler: { grid: { levels: 3, levelsOf: { x: 2 } } }`],
    [true, `${command}scheduler: { asha: }\ntime: 10m\ntrial: { timeout: 1.5, grace: 0 }`],
    [true, `${command}trial: { memory: 1.5GiB, cpu: 30s, output: 100 MB, disk: 1000 }`],
    [false, `${command}trial: { memory: 2G }`],
    [false, `${command}trial: { disk: 999 }`],
    [true, `${command}patience: 5\ncost: { limit: 1, metric: usd }\nregret: 0`],
    [false, `${command}patience: 0`],
    [false, `${command}regret: -1`],
    [false, `${command}cost: { limit: 1 }`],
    [false, `${command}cost: { limit: 0, perSecond: 1 }`],
    [false, `${command}cost: { limit: 1, perSecond: 1, metric: usd }`],
    [false, 'name: s\nobjective: { minimize: y }\n'],
    [false, `${command}trails: 3`],
    [false, `${command}trials: 0`],
    [false, `${command}workers: all`],
    [false, `${command}time: 10 min`],
    [false, `${command}sampler: tep`],
    [false, `${command}sampler: { tpe: { candidats: 3 } }`],
    [false, `${command}sampler: { auto: { candidates: 3 } }`],
    [false, `${command}trial: { ram: 2GB }`],
    [false, `${command}env: { A: [1] }`],
    [false, command.replace('minimize', 'minimise')],
    [false, command.replace('[a]', '[]')],
    [false, command.replace('[a]', '[a, {x}]')],
    [false, command.replace('name: s', 'name: a/b')],
    [false, command.replace('{ int: [1, 3] }', '{ itn: [1, 3] }')],
    [false, command.replace('{ int: [1, 3] }', '{ int: [1, 3], scal: log }')],
    [false, command.replace('{ int: [1, 3] }', '{ int: 3 }')],
    [false, command.replace('{ int: [1, 3] }', '{ list: [1, 3] }')],
    [false, command.replace('{ int: [1, 3] }', '[1, 3]')],
    [false, command.replace('{ x:', '{ float:')],
    [false, command.replace('{ x:', '{ 3:')],
  ])('agrees with the parser: %s for %j', (good, text) => {
    expect(accepts(parse(text))).toBe(good)
    expect(problemsOf(text).length === 0).toBe(good)
  })
})
