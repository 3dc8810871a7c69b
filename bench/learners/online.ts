import { median } from '@attune/core/math'
import type { Matrix, NetworkOptions } from '@attune/models'
import { createRng } from '@attune/core'
import { network, t1t2 } from '@attune/models'

/** What online tuning adds to the steps of the shallow network of its document. */
export interface OnlineCost {
  readonly name: string
  /** CPU milliseconds a training step, the median over the rounds: without tuning, and with it. */
  readonly without: number
  readonly with: number
  /** The median over the rounds of with / without - 1, which ran in turns. */
  readonly overhead: number
}

const steps = 40
const batch = 100
const columns = 784
const classes = 10
/** Of rows for the hyperparameters. */
const share = 0.25

const dense = { kind: 'dense', units: 1000, activation: 'relu' } as const
const options: NetworkOptions = {
  layers: [{ kind: 'gaussianNoise', sd: 0.3 }, dense, dense, dense],
  ...{ batch, l2: 1e-4, optimizer: { kind: 'adam' }, executor: 'onnxruntime-node' },
}

const tunings = {
  'L2 and noise, exact': t1t2({ l2: true, noise: true, share }),
  'L2 and noise, cheap': t1t2({ l2: true, noise: true, share, form: 'cheap' }),
  'L2 by layer and rate': t1t2({ l2: { scope: 'layer' }, rate: true, share }),
  'the notebook': t1t2({ variant: 'fioravanti-notebook', l2: true, noise: true, share }),
} as const

/** The same network with noise and L2, tuned every ten steps and not, epoch by epoch in turns. */
export async function* onlineCosts(rounds: number = 3): AsyncGenerator<OnlineCost> {
  const plain = rounder({ ...options, online: null })
  for (const [name, online] of Object.entries(tunings)) {
    const tuned = rounder({ ...options, online })
    const [without, withIt]: [number[], number[]] = [[], []]
    for (let round = 0; round <= rounds; round++) {
      const [a, b] = [await plain(), await tuned()]
      // The first round warms up.
      if (round === 0) continue
      without.push(a)
      withIt.push(b)
    }
    const overhead = median(withIt.map((cost, i) => cost / without[i]! - 1))
    yield { name, without: median(without), with: median(withIt), overhead }
  }
}

/** A function that learns two epochs and gives the CPU milliseconds a step of the second. */
function rounder(tuned: NetworkOptions): () => Promise<number> {
  // As many steps an epoch with the T2 rows taken out.
  const { x, y } = examples(
    Math.round(tuned.online == null ? steps * batch : (steps * batch) / (1 - share)),
  )
  return async () => {
    let before = process.cpuUsage()
    let cost = 0
    const run = {
      report(): 'continue' {
        const { user, system } = process.cpuUsage(before)
        cost = (user + system) / 1000 / steps
        before = process.cpuUsage()
        return 'continue'
      },
    }
    await network().fit(x, y, { ...tuned, epochs: 2 }, run)
    return cost
  }
}

function examples(rows: number) {
  const rng = createRng('bench online', rows)
  const data = Float32Array.from({ length: rows * columns }, () => rng.next())
  const codes = Int32Array.from({ length: rows }, () => rng.int(classes))
  const labels = Array.from({ length: classes }, (_, k) => String(k))
  return {
    x: { rows, columns, data } satisfies Matrix,
    y: { kind: 'classes', codes, labels } as const,
  }
}
