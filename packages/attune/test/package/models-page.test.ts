import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { checkTrainingSpec, learnerNamed, learnerNames, metricsOf } from '@attune/models'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { columnDefaults } from '../../../models/src/data/prepare-options.ts'
import { fieldProblems, layerKinds } from '../../../models/src/network/layer-fields.ts'
import { parseStudyFile } from '../../src/study-file/parse-study-file.ts'

const root = resolve(import.meta.dirname, '../../../..')
const page = readFileSync(join(root, 'docs/models.md'), 'utf8')
const blocks = (language: string): string[] => {
  const parts = page.split(/^```(.*)\n/m)
  return parts.filter((_, i) => i % 4 === 2 && parts[i - 1] === language)
}
/** What stands under a heading, up to the next. */
const section = (heading: string): string => {
  const at = page.indexOf(`\n${heading}\n`)
  expect([heading, at]).not.toEqual([heading, -1])
  const rest = page.slice(at + heading.length + 2)
  return rest.slice(0, /^#+ /m.exec(rest)?.index ?? rest.length)
}
/** The rows of the tables of a section, without their heads. */
const cells = (heading: string): string[][] =>
  [...section(heading).matchAll(/^\| (\[?`.*) \|$/gm)].map(([, row = '']) =>
    row.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|')),
  )
const code = (cell = ''): string => cell.replaceAll('`', '')

describe('docs/models.md', () => {
  it('lists all learners with what they can', () => {
    const told = cells('## Learners and their options').map(([name, tasks, missing]) => [
      /`(\w+)`/.exec(name!)?.[1],
      tasks,
      missing === 'taken as they are',
    ])
    const known = learnerNames.map((name) => {
      const { tasks, takesMissing } = learnerNamed(name)
      return [name, tasks.join(', '), takesMissing]
    })
    expect(told).toEqual(known)
  })

  it.each([...learnerNames])('tells every option of %s with its default', (name) => {
    const rows = cells(`### \`${name}\``)
    for (const task of learnerNamed(name).tasks) {
      const told = rows.map(([option, usual = '']) => {
        const [, all, numbers] = /^`(.*?)`(?:, of regression `(.*)`)?$/.exec(usual) ?? []
        return [code(option), parse((task === 'regression' ? numbers : undefined) ?? all ?? '')]
      })
      expect(Object.fromEntries(told)).toEqual(learnerNamed(name).defaults(task))
    }
  })

  it('tells every option of the preparation with its default', () => {
    const told = cells('## Preparation').map(([option, usual]) => [
      code(option),
      parse(code(usual)),
    ])
    expect(Object.fromEntries(told)).toEqual(columnDefaults)
  })

  it('tells all layers with their fields', () => {
    const rows = cells('## Networks')
    expect(rows.map(([kind]) => code(kind))).toEqual(layerKinds)
    const values: Record<string, unknown> = {
      ...{ shape: [4], columns: [{ column: 0, categories: 2, units: 1 }], rate: 0.5, sd: 1 },
      ...{ layer: { kind: 'lstm', units: 2 }, layers: [], activation: 'relu', padding: 'same' },
      ...{ over: 'rows', momentum: 0.5, epsilon: 1, slope: 1, sequences: true, merge: 'sum' },
      ...{ shortcut: [], units: 2, filters: 2, size: 2, stride: 2, vocabulary: 2 },
    }
    const named = (text = ''): string[] => [...text.matchAll(/`(\w+)`/g)].map(([, name]) => name!)
    for (const [kind, told = ''] of rows) {
      const [needed, may] = told.split('|').map(named)
      const layer = (fields: string[]): object => ({
        kind: code(kind),
        ...Object.fromEntries(fields.map((field) => [field, values[field]])),
      })
      expect(fieldProblems(layer([...needed!, ...(may ?? [])]), 'layer')).toEqual([])
      expect(fieldProblems(layer(may ?? []), 'layer')).toHaveLength(needed!.length)
    }
  })

  it('tells all metrics', () => {
    const told = cells('## Metrics').map(([name, task, better]) => [code(name), task, better])
    const known = (['classification', 'regression'] as const).flatMap((task) =>
      metricsOf(task).map(({ name, direction }) => [
        name,
        task,
        direction === 'maximize' ? 'higher' : 'lower',
      ]),
    )
    expect(told).toEqual(known)
  })

  it('shows model files and a study file that are valid', () => {
    const [models, studies] = [/^learner:/, /^command:/m].map((mark) =>
      blocks('yaml').filter((text) => mark.test(text)),
    )
    expect([models!.length, studies!.length]).toEqual([2, 1])
    for (const text of models!) checkTrainingSpec(parse(text))
    const { command, trials } = parseStudyFile(studies![0]!, 'docs/models.md') as {
      command?: readonly unknown[]
      trials?: number
    }
    expect(trials).toBe(50)
    expect(JSON.stringify(command)).toContain('rate')
    // Keys of a model file, as the table of them says.
    const keys = cells('## Train from the command line').map(([key]) => code(key))
    const spec = Object.fromEntries(keys.filter((key) => /^\w+$/.test(key)).map((key) => [key, {}]))
    expect(() => checkTrainingSpec(spec)).not.toThrow(/is no key/)
    const flags = keys.flatMap((key) => key.match(/--\w+/g) ?? [])
    const main = readFileSync(join(root, 'packages/attune/src/cli/main.ts'), 'utf8')
    for (const flag of flags) expect(main).toContain(`'${flag} <`)
    expect(flags).toHaveLength(8)
  })

  it('shows TypeScript that runs', async () => {
    const shown = blocks('ts')
    expect(shown).toHaveLength(4)
    for (const [i, text] of shown.entries()) {
      const file = join(import.meta.dirname, `models-page-${i}-${process.pid}.tmp.ts`)
      const said: unknown[] = []
      writeFileSync(
        file,
        `export default async (console: { log(...said: unknown[]): void }) => {\n${text.replaceAll(
          /^import (\{.*\}) from (.*)$/gm,
          'const $1 = await import($2)',
        )}\n}\n`,
      )
      try {
        const { default: run } = (await import(file)) as {
          default: (console: object) => Promise<void>
        }
        await run({ log: (...values: unknown[]) => said.push(...values) })
      } finally {
        rmSync(file)
      }
      if (i === 0) expect(said[0]).toHaveProperty('rounds')
      if (i === 1) expect(said.slice(0, 2)).toEqual([expect.any(Number), ['no', 'yes']])
      if (i === 2) expect(said[0]).toBe(1)
    }
  })
})
