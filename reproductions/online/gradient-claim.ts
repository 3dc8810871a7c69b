import type { Section, Verdict } from '../lib/reproduction.ts'
import { cases, worstOf } from '../../packages/models/test/online/differences.ts'

const limit = 1e-4

/** T12-0: hypergradients of every tunable against central differences, in float64. */
export async function judgeGradients(): Promise<{ verdict: Verdict; section: Section }> {
  const found: { name: string; numbers: number; error: number }[] = []
  for (const [name, of] of Object.entries(cases)) {
    const { error, names } = await worstOf({
      ...of,
      network: { depth: 2, units: 4, ...of.network },
    })
    found.push({ name, numbers: names.length, error })
  }
  const worst = Math.max(...found.map(({ error }) => error))
  const numbers = { worst, cases: found.length }
  return {
    verdict: {
      claim: 'T12-0',
      faithful: {
        status: worst < limit ? 'reproduced' : 'not reproduced',
        because: `The largest relative difference is ${worst.toExponential(1)} over ${found.length} networks (limit ${limit}): L2 by model and layer, noise on the inputs and between layers, dropout, label smoothing and the rate.`,
        numbers,
      },
      fair: {
        status: 'not applicable',
        because: 'It is mathematics, not a comparison.',
        numbers: {},
      },
    },
    section: {
      title: 'Gradients of hyperparameters (T12-0)',
      text: [
        'Each hypergradient is compared with the central difference of C₂(θ′(λ)), the T2 loss after one update, computed in float64 with the update written out a second time.',
      ],
      parts: [
        {
          kind: 'table',
          title: 'Relative difference of hypergradients from central differences',
          columns: [
            { name: 'Update and network' },
            { name: 'Numbers tuned' },
            { name: 'Largest difference' },
          ],
          rows: found.map(({ name, numbers: count, error }) => ({
            origin: 'ours',
            cells: [name, count, error.toExponential(1)],
          })),
        },
      ],
    },
  }
}
