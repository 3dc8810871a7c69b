import type { JudgedMetric, ObjectiveOption } from '@attune/core'

/** How a study file says that people give a metric. */
export type JudgeFile =
  | 'number'
  | 'compare'
  | { readonly number: readonly [number, number] }
  | { readonly slider: readonly [number, number]; readonly step?: number }
  | { readonly choice: { readonly [label: string]: number } }

/** What people are asked, by metric, and how many trials of a program may wait for them. */
export interface JudgeKey {
  readonly waiting?: number
  readonly [metric: string]: JudgeFile | number | undefined
}

/** What is asked of people, without how many trials may wait. */
export function askedMetrics(key: JudgeKey): [string, JudgeFile][] {
  return Object.entries(key).filter(([name]) => name !== 'waiting') as [string, JudgeFile][]
}

/** The objectives that a program gives, beside those that people judge. */
export function reportedObjectives<O extends Exclude<ObjectiveOption, string>>(
  objectives: readonly O[],
  judged: readonly string[],
): readonly O[] {
  return objectives.filter((one) => {
    const name = 'minimize' in one ? one.minimize : one.maximize
    return !judged.includes(name)
  })
}

/** The form of a metric as it is stored. */
export function judgedMetric(metric: string, given: JudgeFile): JudgedMetric {
  if (typeof given === 'string') return { metric, kind: given }
  if ('number' in given) {
    const [low, high] = given.number
    return { metric, kind: 'number', low, high }
  }
  if ('slider' in given) {
    const { slider, step } = given
    const [low, high] = slider
    return { metric, kind: 'slider', low, high, ...(step === undefined ? {} : { step }) }
  }
  const labels = Object.entries(given.choice).map(([label, value]) => ({ label, value }))
  return { metric, kind: 'choice', labels }
}
