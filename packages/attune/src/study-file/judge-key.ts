import { z } from 'zod'
import type { JudgeKey } from './judged-metrics.ts'
import { numberOf, says } from './key-forms.ts'
import { usualWaiting } from './rules.ts'

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
