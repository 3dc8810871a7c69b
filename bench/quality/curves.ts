// One picture a sampler of how its regret falls, for docs/algorithms, and its figures as text:
// node bench/quality/curves.ts RESULT.json [--out docs/images/algorithms]
import { mean, median } from '@attune/core/math'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { Result } from './columns.ts'
import type { Group } from './comparison.ts'
import { coveringColumns, families, groups } from './comparison.ts'
import type { Curve, Panel } from './curve-picture.ts'
import { picture } from './curve-picture.ts'
import { palette } from './page.ts'
import { show } from './report-text.ts'

/** What bench/quality.ts writes, as far as it is read here. */
interface Measured {
  readonly code: string
  readonly results: readonly Result[]
}

/** What is drawn of a group of tasks, and whom every sampler is drawn beside. */
interface Kind {
  readonly group: Group
  readonly axis: string
  /** Whether the axis begins at 0; else where the figures begin. */
  readonly fromZero: boolean
  readonly peers: readonly string[]
}

const groupNamed = (name: string): Group => groups.find((group) => group.name === name)!
const kinds: readonly Kind[] = [
  {
    group: groupNamed('SYNTH, one objective'),
    axis: 'log10 of the regret, in units of each function',
    fromZero: false,
    peers: ['optuna/tpe', 'optuna/gp'],
  },
  {
    group: groupNamed('TAB, one objective'),
    axis: 'normalised regret (0: best known, 1: median random)',
    fromZero: true,
    peers: ['optuna/tpe', 'optuna/gp'],
  },
  {
    group: { name: 'SYNTH and TAB, two objectives', has: families('synth2', 'deepar2') },
    axis: 'hypervolume regret (share of the volume missed)',
    fromZero: true,
    peers: ['optuna/nsga2', 'optuna/tpe'],
  },
]

const labels: Readonly<Record<string, string>> = {
  'optuna/random': 'Optuna random',
  'optuna/tpe': 'Optuna TPE',
  'optuna/gp': 'Optuna GP',
  'optuna/nsga2': 'Optuna NSGA-II',
}
/** The same sampler has the same colour everywhere; random search is dashed. */
const colours: Readonly<Record<string, string>> = {
  auto: '#24292f',
  random: '#8c959f',
  'optuna/random': '#8c959f',
  'optuna/tpe': palette[1]!,
  'optuna/gp': palette[2]!,
  'optuna/nsga2': palette[3]!,
}

/**
 * The curves of a sampler and of those it is compared with over the tasks it has runs of; whoever
 * lacks one of these tasks is left out. Random search is ours where it was measured.
 */
function panelOf(sampler: string, results: readonly Result[], kind: Kind): Panel | undefined {
  const tasks = results.filter((r) => kind.group.has(r) && r.columns.some(isOf(sampler)))
  const lacksRandom = tasks.some(({ columns }) => !columns.some(isOf('random')))
  const references = ['auto', lacksRandom ? 'optuna/random' : 'random', ...kind.peers]
  const curves = [...new Set([sampler, ...references])].flatMap((name): Curve[] => {
    const points = pointsOf(name, tasks)
    if (points.length === 0) return []
    const seeds = tasks.map(({ columns }) => columns.find(isOf(name))!.runs.length)
    const own = name === sampler
    return [
      {
        label: labels[name] ?? name,
        colour: own ? palette[0]! : colours[name]!,
        own,
        peer: name.includes('/'),
        dashed: !own && name.endsWith('random'),
        points,
        seeds: extent(seeds),
      },
    ]
  })
  if (!curves[0]?.own) return undefined
  const { axis, fromZero, group } = kind
  return { title: group.name, axis, fromZero, tasks: tasks.length, curves }
}

const isOf =
  (name: string) =>
  ({ sampler }: { readonly sampler: string }): boolean =>
    sampler === name

const extent = (values: readonly number[]): readonly [number, number] => [
  Math.min(...values),
  Math.max(...values),
]

/** The mean over all tasks of the medians over the runs, at every budget that all of them reach. */
function pointsOf(sampler: string, tasks: readonly Result[]): Curve['points'] {
  const budgets = [...new Set(tasks.flatMap((task) => task.budgets))].sort((a, b) => a - b)
  return budgets.flatMap((budget) => {
    const scores = coveringColumns(tasks, budget).get(sampler)?.scores
    return scores === undefined ? [] : [{ budget, figure: mean(scores.map(median)) }]
  })
}

/** The figures of all curves at 100 evaluations and at the last budget of the sampler. */
function figuresOf({ title, tasks, curves }: Panel): string[] {
  const budgets = [...new Set([100, curves[0]!.points.at(-1)!.budget])].sort((a, b) => a - b)
  return budgets.map((budget) => {
    const figures = curves.flatMap(({ label, points }) => {
      const found = points.find((point) => point.budget === budget)
      return found === undefined ? [] : [`${label} ${show(found.figure)}`]
    })
    return `  ${title}, ${tasks} tasks, ${budget} evaluations: ${figures.join(', ')}`
  })
}

const fileOf = (sampler: string): string =>
  `${sampler.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`)}.svg`

function fail(message: string): never {
  console.error(message)
  process.exit(2)
}

function read(file: string): Measured {
  try {
    const measured = JSON.parse(readFileSync(file, 'utf8')) as Partial<Measured>
    if (Array.isArray(measured.results)) return measured as Measured
  } catch (error) {
    fail(`${file}: ${error instanceof Error ? error.message : String(error)}`)
  }
  return fail(`${file} is not what bench/quality.ts writes: it has no results.`)
}

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string', default: resolve(import.meta.dirname, '../../docs/images/algorithms') },
  },
})
const [file] = positionals
if (file === undefined || positionals.length > 1) {
  fail('usage: node bench/quality/curves.ts RESULT.json [--out docs/images/algorithms]')
}
const { results, code } = read(file)
const ours = results.flatMap(({ columns }) => columns.filter((column) => column.ours))
// Those with options or a scheduler are experiments.
const samplers = [...new Set(ours.map(({ sampler }) => sampler))].filter((s) => /^\w+$/.test(s))
mkdirSync(flags.out, { recursive: true })
for (const sampler of samplers.sort()) {
  const panels = kinds.flatMap((kind) => panelOf(sampler, results, kind) ?? [])
  if (panels.length === 0) continue
  const target = join(flags.out, fileOf(sampler))
  writeFileSync(target, picture(sampler, panels, `attune build ${code}, peers Optuna 5.0.0.dev`))
  console.log([`${sampler}: ${target}`, ...panels.flatMap(figuresOf)].join('\n'))
}
