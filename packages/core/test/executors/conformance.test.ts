import { describe, it } from 'vitest'
import type { Clock, Executor, SimulatedReport, Trial } from '../../src/index.ts'
import { inline, simulated, simulatedClock } from '../../src/index.ts'
import type { Behaviour, ExecutorCaseOptions } from '../../src/testing/executor-cases.ts'
import { executorCases } from '../../src/testing/executor-cases.ts'

type X = { readonly x: number }
const never = new Promise<never>(() => undefined)

const objectives: Record<Behaviour, (trial: Trial<X>) => Promise<unknown>> = {
  quadratic: async ({ params }) => (params.x - 1) ** 2,
  async reports(trial) {
    for (let step = 1; step <= 5; step++) {
      const decision = await trial.report(trial.params.x + 1 / step)
      if (decision.kind === 'stop') break
    }
    return trial.params.x
  },
  async throws() {
    throw new TypeError('broken')
  },
  nan: async () => Number.NaN,
  async hangs(trial) {
    await trial.report(trial.params.x)
    return never
  },
}

async function simulatedExecutor(
  behaviour: Behaviour,
  options: ExecutorCaseOptions,
): Promise<Executor<X>> {
  const auto = simulatedClock({ auto: true })
  // Time does not jump to where a run that hangs would end.
  const clock: Clock = {
    ...auto,
    sleep: (ms, signal) => (ms < 1e9 ? auto.sleep(ms, signal) : never),
  }
  const reports = (x: number): SimulatedReport[] =>
    [1, 2, 3, 4, 5].map((step) => ({ seconds: 1, step, values: { value: x + 1 / step } }))
  return simulated<X>(
    ({ params: { x } }) => {
      if (behaviour === 'throws') throw new TypeError('broken')
      if (behaviour === 'reports') return { reports: reports(x), result: x }
      if (behaviour === 'hangs') {
        const first = { seconds: 0, step: 1, values: { value: x } }
        return { reports: [first], seconds: 1e9, result: x }
      }
      return { seconds: 1, result: behaviour === 'nan' ? Number.NaN : (x - 1) ** 2 }
    },
    { ...options, clock },
  )
}

describe('inline executor', () => {
  const make = async (behaviour: Behaviour, options: ExecutorCaseOptions): Promise<Executor<X>> =>
    inline<X>(objectives[behaviour], options)
  for (const { name, run } of executorCases(make)) it(name, run)
})

describe('simulated executor', () => {
  for (const { name, run } of executorCases(simulatedExecutor)) it(name, run)
})
