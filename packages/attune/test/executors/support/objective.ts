// A module to tune: its behaviour is a parameter, so that one file serves every test.
import type { Trial } from '@attune/core'

interface Params {
  readonly behaviour: string
  readonly x: number
}

export default async function objective(trial: Trial<Params>): Promise<unknown> {
  const { behaviour, x } = trial.params
  console.log(`trial ${trial.number} says ${behaviour}`)
  switch (behaviour) {
    case 'throws':
      throw new Error('on purpose')
    case 'hangs':
      return new Promise(() => setInterval(() => {}, 1000))
    case 'spins':
      for (;;);
    case 'prints':
      for (let line = 0; line < 20_000; line++) process.stdout.write(`line ${line} of many\n`)
      process.stderr.write('the last of it\n')
      return { loss: x, pid: process.pid }
    case 'exits':
      process.exit(3)
    case 'nan':
      return Number.NaN
    case 'reports':
      for (let step = 1; step <= 20; step++) {
        const decision = await trial.report({ loss: x + step }, { step })
        if (decision.kind === 'stop') return 'never used'
      }
      return { loss: x, pid: process.pid }
    case 'discovers':
      return { loss: trial.suggestFloat('found', 0, 1), pid: process.pid }
    default:
      return { loss: x, pid: process.pid }
  }
}
