import { z } from 'zod'
import { says, text } from './key-forms.ts'

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

/** What people are asked, by metric, instead of a program. */
export const judge: z.ZodType<Readonly<Record<string, JudgeFile>>> = z
  .record(
    text('the name of a metric', example),
    z.union(
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
    ),
    says('what people are asked, by metric', example),
  )
  .refine((given) => Object.keys(given).length > 0, says('one metric at least', example))
  .meta({ minProperties: 1 }) as z.ZodType<Readonly<Record<string, JudgeFile>>>

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
