import type { ObjectivesOption, Sampler, SearchSpace, Values } from '../../src/index.ts'
import {
  choice,
  createSampler,
  createStudy,
  flag,
  float,
  int,
  list,
  space,
  variant,
} from '../../src/index.ts'

interface Problem {
  readonly space: SearchSpace
  readonly objectives: readonly string[]
}

const numeric = space({
  x: float(-5, 5),
  lr: float(1e-5, 1, { scale: 'log' }),
  units: int(1, 1_000_000, { scale: 'log' }),
  depth: int(-3, 12),
  share: float(0, 1, { step: 0.05 }),
}) as SearchSpace
const conditional = space(
  {
    lr: float(1e-6, 1, { scale: 'log' }),
    optimizer: variant({
      sgd: { momentum: float(0, 0.99), nesterov: flag() },
      adam: { beta: float(1e-4, 0.2, { scale: 'log' }) },
    }),
    layers: list(1, 3, { units: int(8, 512, { scale: 'log' }), act: choice(['relu', 'tanh']) }),
    batch: choice([16, 32, 64], { ordered: true }),
  },
  { require: ['layers.length < 3 or lr < 0.1'] },
) as SearchSpace
const finite = space({
  n: int(1, 6),
  act: choice(['relu', 'tanh', 'gelu']),
  v: variant({ a: { on: flag() }, b: {} }),
}) as SearchSpace

const problems: Readonly<Record<string, Problem>> = {
  numeric: { space: numeric, objectives: ['loss'] },
  conditional: { space: conditional, objectives: ['loss'] },
  'two objectives': { space: numeric, objectives: ['loss', 'cost'] },
  finite: { space: finite, objectives: ['loss'] },
}

const trials = 40

/** What a sampler with its default settings suggests, by the name of the problem. */
export async function suggestions(name: string): Promise<Record<string, readonly Values[]>> {
  const found: Record<string, readonly Values[]> = {}
  for (const [what, problem] of Object.entries(problems)) {
    const sampler = createSampler({ name })
    if (suits(sampler, problem)) found[what] = await valuesOf(sampler, problem)
  }
  return found
}

function suits({ name, supports }: Sampler, { space, objectives }: Problem): boolean {
  return (
    // Only exhaustive search needs a space of few configurations, and is a waste of the others.
    (name !== 'grid' || space === finite) &&
    (supports.objectives === 'many' || objectives.length === 1) &&
    (supports.continuous || space === finite) &&
    (supports.conditional || space.params.every(({ when }) => when.length === 0)) &&
    (supports.constraints || space.constraints.length === 0)
  )
}

async function valuesOf(sampler: Sampler, { space, objectives }: Problem): Promise<Values[]> {
  await using study = await createStudy({
    space,
    sampler,
    seed: 11,
    objective: objectives.map((minimize) => ({ minimize })) as ObjectivesOption,
  })
  const objective = ({ number, values }: { number: number; values: Values }): number[] => {
    if (number % 13 === 12) throw new Error('a trial that fails')
    return objectives.map((_, i) => loss(values, i))
  }
  await study.optimize(objective as never, { trials })
  return study.trials().map((trial) => trial.values)
}

/** A value of arithmetic alone, which every engine does alike; the best place moves with `i`. */
function loss(values: Values, i: number): number {
  let sum = 0
  for (const value of Object.values(values)) {
    const x = typeof value === 'number' ? value : String(value).length
    const squashed = x / (1 + Math.abs(x))
    sum += (squashed - 0.2 - 0.4 * i) * (squashed - 0.2 - 0.4 * i)
  }
  return sum
}
