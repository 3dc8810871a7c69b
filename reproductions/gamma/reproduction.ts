import type { Context, Findings, Reproduction, Verdict } from '../lib/reproduction.ts'
import { checkIdentities } from './identities.ts'
import type { Scale, TaskScale } from './profile.ts'
import { scales } from './profile.ts'
import { seedOutcome } from './seed-outcome.ts'
import { identitySection, syntheticSection, taskSection, timeFigure } from './sections.ts'
import { pooled } from './studies.ts'
import { regrets } from './synthetic.ts'
import type { TaskOutcome } from './tables.ts'
import {
  gammaVerdict,
  gridVerdict,
  hullVerdict,
  metricsVerdict,
  rateVerdict,
  timeVerdict,
} from './verdicts.ts'

const claims = [
  {
    id: 'GAM-0',
    text: 'Sensitivity, specificity, accuracy and MCC (formulas 16 to 19) judge the systems.',
    published: 'formulas 16 to 19; Tables 4 to 7',
  },
  {
    id: 'GAM-1',
    text: 'The time of Bayesian optimisation does not grow with the number of grid points; that of a grid does.',
    published: 'Table 8: 5.3 to 25.6 s for the grid, 4.1 to 5.1 s for both searches',
  },
  {
    id: 'GAM-2',
    text: 'Bayesian optimisation with a Gamma distribution finds better learning rates than with a Gaussian one.',
    published:
      'mean accuracy 47.8 against 40.4 (Table 8), 88.0 against 86.0 (Table 9), 92.4 against 91.4 (Table 10); every block of Table 7',
  },
  {
    id: 'GAM-3',
    text: 'It is as accurate as a grid, about 24.8 times faster.',
    published: '88.0 against 88.8 % in 29.4 instead of 729.9 s (Table 9)',
  },
  {
    id: 'GAM-4',
    text: 'Predicting the rate by an approximated convex hull improves on the Gamma search.',
    published: 'k-dGamma rows of Tables 6 and 7',
  },
  {
    id: 'GAM-5',
    text: 'The rates found for 1 epoch.',
    published: '0.265, 0.113, 0.178, 0.077, 0.230 (Table 10)',
  },
] as const

/** The claims of the thesis on Gamma distributions and convex hulls for the learning rate. */
export const reproduction: Reproduction = {
  name: 'gamma',
  title: 'Gamma distributions and convex hulls for the learning rate',
  source:
    'Yong Hoon Kim, "Research on Hyperparameter Optimization for Improving AutoML Performance", thesis, Pukyong National University; of which the abstract, three formula numbers and seven damaged tables are to be had.',
  claims,
  run,
}

async function run(context: Context): Promise<Findings> {
  const scale = scales[context.profile]
  const check = checkIdentities()
  context.say('gamma: hulls on losses with known truth')
  const known = await regrets(scale.sweeps, context.signal)
  const outcomes = context.data === undefined ? [] : await outcomesOf(context, scale)
  const [mnist] = outcomes
  const verdicts = mnist === undefined ? withoutData(check) : judged(outcomes, mnist, known, check)
  return {
    verdicts,
    sections: [
      identitySection(check),
      ...outcomes.map((outcome) => {
        const section = taskSection(outcome)
        return outcome.scale.dense
          ? { ...section, parts: [...section.parts, timeFigure(outcome)] }
          : section
      }),
      syntheticSection(known, scale.sweeps),
    ],
    differences,
    shortened: context.profile === 'short' ? shortened(scale) : shortenedInFull(scale),
    seeds: mnist?.scale.seeds ?? [],
  }
}

function judged(
  outcomes: readonly TaskOutcome[],
  mnist: TaskOutcome,
  known: Awaited<ReturnType<typeof regrets>>,
  check: ReturnType<typeof checkIdentities>,
): Verdict[] {
  return [
    metricsVerdict(check),
    timeVerdict(mnist),
    gammaVerdict(outcomes),
    gridVerdict(mnist),
    hullVerdict(outcomes, known),
    rateVerdict(mnist),
  ]
}

/** All seeds of all data sets, as many at a time as there are workers. */
async function outcomesOf(context: Context, { tasks }: Scale): Promise<TaskOutcome[]> {
  const jobs = tasks.flatMap((scale) => scale.seeds.map((seed) => ({ scale, seed })))
  const found = await pooled(
    context,
    jobs.map(
      ({ scale, seed }) =>
        () =>
          seedOutcome(context, scale, seed),
    ),
  )
  return tasks.map((scale: TaskScale) => ({
    scale,
    seeds: found.filter((_, i) => jobs[i]!.scale === scale),
  }))
}

function withoutData(check: ReturnType<typeof checkIdentities>): Verdict[] {
  const missing = {
    status: 'not applicable',
    because: 'MNIST and CIFAR-10 are not there: name their folder with --data.',
    numbers: {},
  } as const
  return [
    metricsVerdict(check),
    ...claims.slice(1).map(({ id }): Verdict => ({ claim: id, faithful: missing, fair: missing })),
  ]
}

const differences = [
  'Of the thesis only the abstract and tables can be read, so the method is a reconstruction: three readings of "Gamma distribution" (A: predictive distribution, B: search distribution, C: priors), of which A and B together stand for it, and three of "approximated convex hull" (strips, onion layers, slope).',
  'The networks are ours: a perceptron with 64 hidden units for MNIST, two convolutions and a dense layer for CIFAR-10 (the thesis names a Keras CNN); plain SGD without momentum, no augmentation. Colours are standardised by channel.',
  'The range of rates, 1e-5 to 1 on a log scale, is ours; the thesis names none.',
  'Every rate is chosen by images apart and judged by test images. The thesis seems to have selected and judged by the same.',
  'A grid of N points is looked up in one sweep of 500 trainings a seed, at the nearest of its points; searches are trained for themselves.',
  'Seconds are those of this machine, and only their slopes are judged.',
]

function shortened({ tasks, sweeps }: Scale): string[] {
  return [
    ...tasks.map(
      ({ task, images, blocks, seeds, rowSeeds }) =>
        `${task}: ${images.train} of the training images, blocks of ${blocks.join(', ')} epochs, ${seeds.length} seeds${rowSeeds.length > 0 ? `, rows of Tables 8 to 10 other than 300 for ${rowSeeds.length}` : ''}.`,
    ),
    'CIFAR-10: a grid of 20 points instead of 100 to 500, only the searches of the tables, the learning rate alone.',
    `${sweeps.gamma} synthetic sweeps by the Gamma search a family.`,
  ]
}

const shortenedInFull = ({ tasks }: Scale): string[] =>
  tasks.map(
    ({ task, images, blocks }) =>
      `${task}: ${images.train} of the training images, blocks of ${blocks.join(', ')} epochs${task === 'cifar10' ? ', a grid of 20 points, the learning rate alone' : ''}.`,
  )
