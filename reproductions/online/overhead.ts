import type { Trial } from 'attune'
import { createRng } from 'attune'
import type { NetworkOptions, OnlineOptions } from '@attune/models'
import { network, t1t2 } from '@attune/models'

/** The shallow network of the document on as many steps of numbers, 20 an epoch. */
const [columns, batch, steps, share] = [784, 100, 20, 0.25]

const tunings: Readonly<Record<string, OnlineOptions | null>> = {
  exact: t1t2({ l2: true, noise: true, share }),
  cheap: t1t2({ l2: true, noise: true, share, form: 'cheap' }),
  notebook: t1t2({ variant: 'fioravanti-notebook', l2: true, noise: true, share }),
}

/** CPU milliseconds a step without tuning and in its three forms, in turns of one epoch each. */
export default async function overhead(
  trial: Trial<{ turn: number }>,
): Promise<Record<string, number>> {
  const without = await cost(null, trial.params.turn)
  const found: Record<string, number> = { without }
  for (const [name, online] of Object.entries(tunings))
    found[name] = await cost(online, trial.params.turn)
  return { ...found, error: found['exact']! / without }
}

async function cost(online: OnlineOptions | null, seed: number): Promise<number> {
  // As many steps with the T2 rows taken out.
  const rows = online === null ? steps * batch : (steps * batch) / (1 - share)
  const rng = createRng('overhead', rows)
  const data = Float32Array.from({ length: Math.round(rows) * columns }, () => rng.next())
  const codes = Int32Array.from({ length: Math.round(rows) }, () => rng.int(10))
  const dense = { kind: 'dense', units: 1000, activation: 'relu' } as const
  const options: Partial<NetworkOptions> = {
    layers: [{ kind: 'gaussianNoise', sd: 0.3 }, dense, dense, dense],
    ...{ batch, epochs: 2, l2: 1e-4, optimizer: { kind: 'adam' }, online },
  }
  let before = process.cpuUsage()
  let found = 0
  const y = { kind: 'classes', codes, labels: [...'0123456789'] } as const
  await network().fit({ rows: Math.round(rows), columns, data } as const, y, options, {
    seed,
    report() {
      const { user, system } = process.cpuUsage(before)
      // The second epoch; the first one warms up.
      found = (user + system) / 1000 / steps
      before = process.cpuUsage()
      return 'continue'
    },
  })
  return found
}
