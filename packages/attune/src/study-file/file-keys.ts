import type { FailureReason, SpaceJson } from '@attune/core'
import { z } from 'zod'
import type { ArtifactRule } from '../artifacts/artifact-rule.ts'
import type { JudgeKey } from './judged-metrics.ts'
import { judge } from './judge-key.ts'
import type { Wording } from './key-forms.ts'
import { duration, listOf, numberOf, says, text } from './key-forms.ts'
import { artifacts, cost, duplicates, retry, trial } from './key-groups.ts'
import {
  numberRules,
  resultRules,
  studyNameExpected,
  studyNamePattern,
  usualFailures,
} from './rules.ts'
import type { duplicatePolicies } from './rules.ts'
import { show } from './wording.ts'

/** Text, or a number or truth value that stands for its text. */
export type Word = string | number | boolean
export interface Objective {
  readonly minimize?: string
  readonly maximize?: string
}
/** A name, or one name with its options. */
export type Named =
  | string
  | { readonly [name: string]: { readonly [option: string]: unknown } | null }

type DuplicatePolicy = (typeof duplicatePolicies)[number]
/** A policy that applies after so many evaluations of a configuration. */
export interface DuplicatePlan {
  readonly policy: DuplicatePolicy
  readonly evaluations?: number
}

/** What a study file holds under each of its keys. */
export interface StudyFile {
  readonly $schema: string
  readonly name: string
  readonly command: string | readonly (Word | readonly Word[])[]
  readonly module: string
  readonly judge: JudgeKey
  readonly cwd: string
  readonly env: { readonly [name: string]: Word }
  readonly space: SpaceJson['space']
  readonly require: readonly string[]
  readonly objective: Objective | readonly Objective[]
  readonly constraints: readonly string[]
  readonly result: (typeof resultRules)[number]
  readonly metric: string
  readonly trials: number
  readonly time: number | string
  readonly target: number
  readonly patience: number
  readonly cost: { readonly limit: number; readonly perSecond?: number; readonly metric?: string }
  readonly regret: number
  readonly cpuLimit: number | string
  readonly failures: number | false
  readonly workers: number | 'auto'
  readonly gpus: readonly (string | number)[] | number | 'auto'
  readonly sampler: Named
  readonly scheduler: Named
  readonly trial: {
    readonly timeout?: number | string
    readonly grace?: number | string
    readonly memory?: number | string
    readonly cpu?: number | string
    readonly output?: number | string
    readonly disk?: number | string
    readonly cores?: number
    readonly gpus?: number
    readonly nice?: number
  }
  readonly retry: { readonly times: number; readonly on?: readonly FailureReason[] }
  readonly duplicates: DuplicatePolicy | DuplicatePlan
  readonly artifacts: ArtifactRule['files'] | ArtifactRule
  readonly seed: number
  readonly deterministic: boolean
  readonly lag: number
  readonly journal: string
}

const wordWording: Wording = {
  error({ input }) {
    const isPlaceholder = typeof input === 'object' && input !== null && !Array.isArray(input)
    if (!isPlaceholder) return `expected text or a number, got ${show(input)}. Put it in quotes.`
    const name = `{${Object.keys(input).join(', ')}}`
    return `${name} without quotes is a mapping in YAML. Write "${name}".`
  },
}
const word = z.union([z.string(), z.number(), z.boolean()], wordWording)
const commandWording = says(
  'the words of a command, or one text for a shell',
  'command: [python3, train.py, --lr, "{lr}"]',
)
const objectiveWording = says(
  '{ minimize: METRIC } or { maximize: METRIC }, or a list of these',
  'objective: { maximize: accuracy }',
)
const metricName = text('the name of a metric', 'objective: { maximize: accuracy }')
const objective = z
  .strictObject({ minimize: metricName, maximize: metricName }, objectiveWording)
  .partial()
  .refine((given) => Object.keys(given).length === 1, {
    error: 'an objective names one metric. Write several as a list: [{ … }, { … }].',
  })
  .meta({ minProperties: 1, maxProperties: 1 })

function named(key: 'sampler' | 'scheduler', example: string): z.ZodType<Named> {
  const wording = says(`the name of a ${key}, or one name with its options`, `${key}: ${example}`)
  const options = z.union([z.record(z.string(), z.unknown(), wording), z.null()], wording)
  const withOptions = z
    .record(z.string(), options, wording)
    .refine((given) => Object.keys(given).length === 1, wording)
  return z.union([z.string(wording), withOptions], wording)
}

const gpusWording = says(numberRules.gpus.expected, 'gpus: auto')
const workersWording = says(numberRules.workers.expected, 'workers: auto')
const failuresWording = says(numberRules.failures.expected, 'failures: 30')

/** Everything a study file may hold, in the order of its schema. */
export const fileKeys: { readonly [K in keyof StudyFile]: z.ZodType<StudyFile[K]> } = {
  $schema: text('the address of a schema', '"$schema": "study.schema.json"').meta({
    description: 'For editors; attune does not read it.',
  }),
  name: text(studyNameExpected, 'name: digits')
    .regex(studyNamePattern, says(studyNameExpected, 'name: digits'))
    .meta({
      description:
        'The name of the study. Running a file again goes on with the study of this name.',
      examples: ['digits'],
    }),
  command: z
    .union(
      [
        z.string(commandWording).min(1, commandWording),
        z
          .array(z.union([word, z.array(word, wordWording)], wordWording), commandWording)
          .min(1, commandWording),
      ],
      commandWording,
    )
    .meta({
      description:
        'The program to tune. A list is run as it is, a text by `sh -c`. {name} stands for a parameter; {trial}, {seed} and {dir} are known as well; {{ is a literal brace. A list within the list is dropped when a parameter in it is inactive.',
      examples: [
        ['python3', 'train.py', '--lr', '{lr}', ['--momentum', '{momentum}']],
        'python3 train.py --lr {lr}',
      ],
    }),
  module: text('a JavaScript or TypeScript file', 'module: objective.ts').meta({
    description:
      'Instead of a command: a JavaScript or TypeScript file, relative to this one, whose default export is the objective.',
    examples: ['objective.ts'],
  }),
  judge: judge.meta({
    description:
      'People say how good a trial is, in the browser (attune ui): instead of a command, or of what a command or module made. By metric: number, { number: [low, high] }, { slider: [low, high], step }, { choice: { label: number } }, or compare, which puts each trial in its place among the others.',
    examples: [
      { taste: { slider: [0, 10] }, look: { choice: { bad: 0, fair: 1, good: 2 } } },
      { preference: 'compare' },
    ],
  }),
  cwd: text('a folder', 'cwd: ../model').meta({
    description: 'The folder that trials run in, relative to this file.',
    default: '.',
  }),
  env: z
    .record(
      z.string().regex(/^[^=\0]+$/, { error: 'a variable has a name without "=". Rename it.' }),
      word,
      says('variables by name', 'env: { OMP_NUM_THREADS: 1 }'),
    )
    .meta({
      description: 'Variables added to the environment of the program.',
      examples: [{ OMP_NUM_THREADS: '1' }],
    }),
  // Core reads the parameters themselves.
  space: z.record(
    z.string(),
    z.unknown(),
    says('parameters by name', 'space: { lr: { float: [0, 1] } }'),
  ) as never,
  require: listOf('constraints among parameters', 'require: ["lr * batch < 4"]').meta({
    description:
      'Constraints among parameters. No trial breaks them. One about an inactive parameter holds.',
    examples: [['lr * batch < 4', 'layers.length <= 3']],
  }),
  objective: z
    .union(
      [objective, z.array(objective, objectiveWording).min(1, objectiveWording)],
      objectiveWording,
    )
    .meta({
      description:
        'What to optimise: the name of a number that the program reports, and which way is better. A list for several.',
      examples: [{ maximize: 'accuracy' }, [{ maximize: 'accuracy' }, { minimize: 'latency_ms' }]],
    }) as z.ZodType<StudyFile['objective']>,
  constraints: listOf('conditions on results', 'constraints: ["latency_ms <= 50"]').meta({
    description:
      'Conditions on the results. Trials that satisfy them all rank before those that do not.',
    examples: [['latency_ms <= 50']],
  }),
  result: z.enum(resultRules, says('last, best or final', 'result: best')).meta({
    description:
      'Which of the reported values is the result. last: the last one of every metric; best: all metrics of the line with the best first objective; final: those of the last line alone.',
    default: 'last',
  }),
  metric: text('a regular expression', "metric: 'val_acc=([0-9.]+)'").meta({
    description:
      'A regular expression that finds the numbers in the output, instead of JSON lines. Its one group is the objective; several groups have names: (?<accuracy>…).',
    examples: ['val_acc=([0-9.]+)'],
    format: 'regex',
  }),
  trials: numberOf('trials').meta({
    description: 'How many trials the study shall have in all. Absent: until stopped.',
    examples: [60],
  }),
  time: duration(true, 'time: 10m').meta({
    description: 'How long a run may take. Seconds, or a number with ms, s, m, h or d.',
    examples: ['10m', '1.5h', '2d'],
  }),
  target: numberOf('target').meta({
    description: 'The study ends when a trial is at least this good. For one objective.',
    examples: [0.99],
  }),
  patience: numberOf('patience').meta({
    description:
      'The study ends when so many trials in a row have finished without a new best; with several objectives, without a change of the Pareto front.',
    examples: [50],
  }),
  cost: cost.meta({
    minProperties: 2,
    maxProperties: 2,
    description:
      'The study ends when its trials have cost as much as the limit, failed and pruned ones included: perSecond counts their seconds, metric adds up what they say themselves.',
    examples: [
      { limit: 20, perSecond: 0.0003 },
      { limit: 5, metric: 'dollars' },
    ],
  }) as z.ZodType<StudyFile['cost']>,
  regret: numberOf('regret').meta({
    description:
      'The study ends when the best result can hardly be improved by more than this, as a model of the results tells. For one objective.',
    examples: [0.01],
  }),
  cpuLimit: duration(true, 'cpuLimit: 2h').meta({
    description:
      'The study ends when its trials have used this much processor time together. Seconds, or a number with ms, s, m, h or d.',
    examples: ['2h'],
  }),
  failures: z
    .union([numberOf('failures'), z.literal(false, failuresWording)], failuresWording)
    .meta({
      description:
        'The run ends when so many trials in a row have failed for the same reason, or a third as many (10 at least) while no trial is complete; false: never.',
      default: usualFailures,
      examples: [30, false],
    }),
  workers: z.union([numberOf('workers'), z.literal('auto', workersWording)], workersWording).meta({
    description:
      'How many trials run at once; auto: as many as there are processor cores, memory and GPUs for, by what each trial needs.',
    default: 1,
    examples: ['auto', 2],
  }),
  gpus: z
    .union(
      [
        numberOf('gpus'),
        z.literal('auto', gpusWording),
        z
          .array(z.union([z.string(gpusWording), z.int(gpusWording)], gpusWording), gpusWording)
          .min(1, gpusWording),
      ],
      gpusWording,
    )
    .meta({
      description:
        'GPUs for the trials: how many, their names, or all that are found. Each trial sees its own alone (CUDA_VISIBLE_DEVICES and the like).',
      examples: ['auto', 2, [0, 2]],
    }),
  sampler: named('sampler', '{ tpe: { candidates: 50 } }').meta({
    description: 'What proposes the values of each trial.',
    default: 'auto',
  }),
  scheduler: named('scheduler', '{ asha: { factor: 4 } }').meta({
    description: 'What stops trials that do not look promising.',
    default: 'none',
  }),
  trial: trial.meta({ description: 'How each trial is run.' }) as z.ZodType<StudyFile['trial']>,
  retry: retry.meta({
    description:
      'Which failed trials are tried again, with the same values and in the same folder. ATTUNE_ATTEMPT counts the attempts from 1.',
    examples: [{ times: 2, on: ['error', 'timeout'] }],
  }) as z.ZodType<StudyFile['retry']>,
  duplicates: duplicates.meta({
    description:
      'What becomes of a configuration that was tried before. allow: it is run again; resample: another one is tried instead; memoise: its result is taken over without a run.',
    default: 'allow',
    examples: ['resample', { policy: 'memoise', evaluations: 3 }],
  }) as z.ZodType<StudyFile['duplicates']>,
  artifacts: artifacts.meta({
    description:
      'Files that trials leave in their folders and attune keeps: a list of patterns, or with what is kept.',
    examples: [['model.onnx'], { files: ['model.onnx', 'plots/**/*.png'], keep: { best: 3 } }],
  }) as z.ZodType<StudyFile['artifacts']>,
  seed: numberOf('seed').meta({
    description: 'The same seed gives the same study.',
    default: 0,
  }),
  deterministic: z.boolean(says('true or false', 'deterministic: true')).meta({
    description: 'The same trials whatever the number and speed of workers.',
    default: false,
  }),
  lag: numberOf('lag').meta({
    description: 'With deterministic: how many trials may run at once at most.',
    default: 8,
  }),
  journal: text('a file', 'journal: attune.db').meta({
    description: 'Where the study is stored, relative to this file.',
    examples: ['attune.db', 'study.jsonl'],
  }),
}

/** The keys within a key that has some, for suggestions. */
export const innerKeys: { readonly [key: string]: readonly string[] } = {
  objective: ['minimize', 'maximize'],
  judge: ['waiting', 'number', 'slider', 'step', 'choice', 'compare'],
  cost: ['limit', 'perSecond', 'metric'],
  trial: ['timeout', 'grace', 'memory', 'cpu', 'output', 'disk', 'cores', 'gpus', 'nice'],
  retry: ['times', 'on'],
  artifacts: ['files', 'keep', 'move', 'best', 'pareto'],
  duplicates: ['policy', 'evaluations'],
}
