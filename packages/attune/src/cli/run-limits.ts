import type { OptimizeLimits } from '@attune/core'

import { usualFailures, usualWaiting } from '../study-file/rules.ts'
import type { StudySpec } from '../study-file/study-spec.ts'

/** What ends a run of a study, as its specification says; failures in a row do even if it is silent. */
export function runLimits(spec: StudySpec): Omit<OptimizeLimits, 'workers' | 'signal'> {
  const { trials, seconds, target, patience, cost, cpuSeconds, regret } = spec
  const { failures = usualFailures } = spec
  return {
    ...(trials === undefined ? {} : { trials }),
    ...(seconds === undefined ? {} : { seconds }),
    ...(target === undefined ? {} : { target }),
    ...(patience === undefined ? {} : { patience }),
    ...(cost === undefined ? {} : { cost }),
    ...(cpuSeconds === undefined ? {} : { cpuSeconds }),
    ...(failures === false ? {} : { failures }),
    ...(regret === undefined ? {} : { regret }),
    ...(spec.judge === undefined ? {} : { waiting: spec.waiting ?? usualWaiting }),
  }
}
