import type { Context, Findings, Reproduction } from '../lib/reproduction.ts'
import { judgeActivations } from './activation-claim.ts'
import { judgeBatches } from './batch-claim.ts'
import { judgeBest } from './best-claim.ts'
import { claims } from './claims.ts'
import { planOf } from './settings.ts'
import type { Plan } from './settings.ts'
import { runBatches, runSet, runWithin } from './studies.ts'
import { judgeTime } from './time-claim.ts'

/** T. Zhan's genetic tuner of networks. */
export const reproduction: Reproduction = {
  name: 'genetic',
  title: 'Genetic tuning of neural networks',
  source:
    'Tiffany Zhan, “Hyper-Parameter Tuning in Deep Neural Network Learning”, USAOT, Las Vegas',
  claims,
  run: (context) => findingsOf(context, planOf(context.profile)),
}

/** Runs a plan and judges what came out. */
export async function findingsOf(context: Context, plan: Plan): Promise<Findings> {
  if (context.data === undefined) return without()
  const sets = [
    await runSet(context, 'mnist', plan.sets.mnist),
    await runSet(context, 'cifar10', plan.sets.cifar10),
  ]
  const best = judgeBest(sets)
  const batches = judgeBatches(sets, await runBatches(context, plan))
  const time = judgeTime(await runWithin(context, plan), plan.seconds, sets)
  const filtered = judgeActivations(sets)
  const all = [best, batches, time, filtered]
  return {
    verdicts: all.map(({ verdict }) => verdict),
    sections: all.map(({ section }) => section),
    differences,
    shortened: shortened(plan),
    seeds: [...new Set(Object.values(plan.sets).flatMap(({ seeds }) => seeds))],
  }
}

/** All four claims are about images. */
function without(): Findings {
  const missing = {
    status: 'too small to say',
    because: 'MNIST and CIFAR-10 are not there; name their folder with --data.',
    numbers: {},
  } as const
  return {
    verdicts: claims.map(({ id }) => ({ claim: id, faithful: missing, fair: missing })),
    ...{ sections: [], differences: [], shortened: ['everything: the images are missing'] },
    seeds: [],
  }
}

const differences = [
  'The document names neither the probabilities nor the ranges nor how many are selected. Ours: 5 of 25 are selected, 8 elites go over, mutation 0.2, crossover 0.5, layer probability 0.5, up to 4 hidden layers of 8 to 256 nodes, batch sizes 10, 20, 50, 100, 200 and 500.',
  'It says both scikit-learn and Keras; networks here are those of @attune/models, learnt with Adam (rate 0.001) and categorical cross-entropy, with the 12 activations they have for hidden layers.',
  'Fitness is the accuracy on validation images; test images judge only the winner. The document does not say on which images its fitness was measured.',
  'Every individual of a generation is evaluated, also one that goes over unchanged, so that 25 generations are 625 evaluations as the survey counts them. attune’s own default keeps the result of unchanged individuals.',
  'A network whose loss becomes infinite (exponential activations) ends learning there and guesses: about 10 %.',
  'Trials run several at once: up to 3 results arrive in the generation after the one they were bred in.',
  'The baseline “basic CNN with no hidden layer” is read as a network without hidden layers (a linear softmax); a small convolutional network is added as a second reading.',
]

function shortened({ sets, architectures }: Plan): string[] {
  const of = (set: 'mnist' | 'cifar10', title: string, size: number): string => {
    const { sizes, generations, seeds, epochs } = sets[set]
    return `${title}: ${sizes.train} training images instead of ${set === 'mnist' ? '60,000' : '50,000'}, ${sizes.pool} × ${sizes.pool} pixels pooled into one (${size / sizes.pool} × ${size / sizes.pool}), ${epochs} epochs, ${generations} generations of 25 with ${seeds.length} seeds.`
  }
  return [
    of('mnist', 'MNIST', 28),
    of('cifar10', 'CIFAR-10', 32),
    `Batch sizes were compared on ${architectures} architectures, on MNIST alone.`,
    'Fewer images make fewer updates an epoch, which favours smaller batches than the whole sets would.',
  ]
}
