import type { ObjectiveOption } from '@attune/core'
import { z } from 'zod'
import { numberOf, says } from './key-forms.ts'
import { usualWaiting } from './rules.ts'

/** How a study file says that people give a metric. */
export type JudgeFile =
  | 'number'
  | 'compare'
  | { readonly number: readonly [number, number] }
  | { readonly slider: readonly [number, number]; readonly step?: number }
  | { readonly choice: { readonly [label: string]: number } }

/** How people give a metric, as it is stored in the `program` of a study. */
export type JudgedMetric =
  | {
      readonly metric: string
      readonly kind: 'number'
      readonly low?: number
      readonly high?: number
    }
  | {
      readonly metric: string
      readonly kind: 'slider'
      readonly low: number
      readonly high: number
      readonly step?: number
    }
  | {
      readonly metric: string
      readonly kind: 'choice'
      readonly labels: readonly { readonly label: string; readonly value: number }[]
    }
  | { readonly metric: string; readonly kind: 'compare' }

const example = 'judge: { taste: { slider: [0, 10] } }'
const wording = says('number, compare, { number }, { slider } or { choice }', example)
const range = z
  .tuple([z.number(wording), z.number(wording)], says('[low, high], two numbers', example))
  .refine(([low, high]) => low < high, says('[low, high] with low < high', example))
const choiceExample = 'judge: { taste: { choice: { bad: 0, fair: 1, good: 2 } } }'
const choiceWording = says('a number by label, two at least', choiceExample)

const metric = z.union(
  [
    z.enum(['number', 'compare'], wording),
    z.strictObject({ number: range }, wording),
    z.strictObject(
      {
        slider: range,
        step: z
          .number(says('a number > 0', 'judge: { taste: { slider: [0, 10], step: 0.5 } }'))
          .positive(says('a number > 0', 'judge: { taste: { slider: [0, 10], step: 0.5 } }'))
          .optional(),
      },
      wording,
    ),
    z.strictObject(
      {
        choice: z
          .record(z.string(), z.number(choiceWording), choiceWording)
          .refine((labels) => Object.keys(labels).length >= 2, choiceWording)
          .meta({ minProperties: 2 }),
      },
      wording,
    ),
  ],
  wording,
)

/** What people are asked, by metric, and how many trials of a program may wait for them. */
export interface JudgeKey {
  readonly waiting?: number
  readonly [metric: string]: JudgeFile | number | undefined
}

/** What people are asked, by metric: instead of a program, or of what one made. */
export const judge: z.ZodType<JudgeKey> = z
  .object(
    {
      waiting: numberOf('waiting', 'judge: { taste: { slider: [0, 10] }, waiting: 5 }')
        .optional()
        .meta({
          description:
            'Beside a command or module: no trial is started while so many run or wait to be judged.',
          default: usualWaiting,
        }),
    },
    says('what people are asked, by metric', example),
  )
  .catchall(metric)
  .refine(
    (given) => Object.keys(given).some((name) => name !== 'waiting'),
    says('one metric at least', example),
  )
  .refine((given) => !Object.hasOwn(given, ''), says('the name of a metric', example))
  .meta({
    minProperties: 1,
    propertyNames: { minLength: 1 },
    not: { required: ['waiting'], maxProperties: 1 },
  }) as z.ZodType<JudgeKey>

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
