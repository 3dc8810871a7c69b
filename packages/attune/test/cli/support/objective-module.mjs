// The same as objective.mjs as a module: reports a few steps at random moments, then its loss.
import { setTimeout as sleep } from 'node:timers/promises'

export function lossOf({ x, act, momentum }) {
  return (
    (x - 0.3) ** 2 +
    (act === 'relu' ? 0 : 0.1) +
    (momentum === undefined ? 0.05 : (momentum - 0.9) ** 2)
  )
}

export default async function objective(trial) {
  const { x, act, optimizer } = trial.params
  const loss = lossOf({ x, act, momentum: optimizer.momentum })
  for (let step = 1; step <= 4; step++) {
    await sleep(10 * Math.random())
    const decision = await trial.report({ loss: loss + 1 / step }, { step })
    if (decision.kind === 'stop') return { loss }
  }
  return { loss }
}
