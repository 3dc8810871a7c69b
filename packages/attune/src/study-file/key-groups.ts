import { failureReasons } from '@attune/core'
import { z } from 'zod'
import { checkPattern } from '../artifacts/file-patterns.ts'
import { duration, numberOf, says, size, text } from './key-forms.ts'
import { duplicatePolicies, isGpuShare, numberRules } from './rules.ts'

const gpuShareExample = 'trial: { gpus: 0.5 }'
const gpuShare = numberOf('trialGpus', gpuShareExample).refine(
  isGpuShare,
  says(numberRules.trialGpus.expected, gpuShareExample),
)
const trialWording = says('a mapping', 'trial: { timeout: 60s }')
/** The limits of a single trial. */
export const trial: z.ZodType = z
  .strictObject(
    {
      timeout: duration(true, 'trial: { timeout: 60s }').meta({
        description:
          'A trial that runs for longer is ended and counts as failed. Seconds, or a number with ms, s, m, h or d.',
        examples: ['60s', '10m'],
      }),
      grace: duration(false, 'trial: { grace: 2s }').meta({
        description: 'How long a program has to end after SIGTERM, before it is killed.',
        default: '2s',
      }),
      memory: size('trial: { memory: 2GB }').meta({
        description:
          'A trial that takes more memory, with all it starts, is ended and counts as failed. Bytes, or a number with kB, MB, GB, KiB, MiB or GiB.',
        examples: ['2GB', '512MiB'],
      }),
      cpu: duration(true, 'trial: { cpu: 30s }').meta({
        description:
          'A trial that takes more processor time, with all it starts, is ended and counts as failed.',
        examples: ['30s', '10m'],
      }),
      output: size('trial: { output: 100MB }').meta({
        description: 'A trial that prints more is ended and counts as failed.',
        examples: ['100MB'],
      }),
      disk: size('trial: { disk: 1GB }').meta({
        description:
          'A trial whose folder (ATTUNE_DIR) takes more room is ended and counts as failed.',
        examples: ['1GB'],
      }),
      cores: numberOf('trialCores', 'trial: { cores: 2 }').meta({
        description: 'How many processor cores a trial needs, for workers: auto.',
        default: 1,
      }),
      gpus: gpuShare.meta({
        description:
          'How many GPUs a trial gets for itself, or which part of one it shares with others.',
        default: 1,
        examples: [1, 0.5],
      }),
      nice: numberOf('nice', 'trial: { nice: 10 }')
        .max(19, says(numberRules.nice.expected, 'trial: { nice: 10 }'))
        .meta({
          description: 'How willingly a trial lets other programs run before it (Unix niceness).',
          default: 0,
        }),
    },
    trialWording,
  )
  .partial()

const retryExample = 'retry: { times: 2, on: [killed, timeout] }'
/** Which failed trials are tried again. */
export const retry: z.ZodType = z.strictObject(
  {
    times: numberOf('retryTimes', retryExample).meta({
      description: 'How often a failed trial is tried again at most.',
      examples: [2],
    }),
    on: z
      .array(
        z.enum(failureReasons, says(`one of ${failureReasons.join(', ')}`, retryExample)),
        says('a list of reasons to fail', retryExample),
      )
      .optional()
      .meta({
        description: 'The reasons to fail that are tried again.',
        default: ['killed', 'lost'],
      }),
  },
  says('a number of times and reasons to fail', retryExample),
)

const duplicatesExample = 'duplicates: { policy: memoise, evaluations: 3 }'
const duplicatesWording = says(
  `${duplicatePolicies.join(', ')}, or { policy, evaluations }`,
  duplicatesExample,
)
const duplicatePolicy = z.enum(duplicatePolicies, duplicatesWording)
/** What becomes of configurations that were tried before. */
export const duplicates: z.ZodType = z.union(
  [
    duplicatePolicy,
    z.strictObject(
      {
        policy: duplicatePolicy,
        evaluations: numberOf('evaluations', duplicatesExample)
          .optional()
          .meta({
            description: 'How often a configuration is evaluated before the policy applies.',
            default: 1,
            examples: [3],
          }),
      },
      duplicatesWording,
    ),
  ],
  duplicatesWording,
)

const costExample = 'cost: { limit: 20, perSecond: 0.0003 }'
/** What a study may cost. */
export const cost: z.ZodType = z
  .strictObject(
    {
      limit: numberOf('costLimit', costExample).meta({
        description: 'What all trials of the study may cost together, in any unit.',
        examples: [20],
      }),
      perSecond: numberOf('costPerSecond', costExample)
        .optional()
        .meta({
          description: 'What a second of a trial costs, by the clock on the wall.',
          examples: [0.0003],
        }),
      metric: text('the name of a metric', 'cost: { limit: 20, metric: dollars }')
        .optional()
        .meta({
          description: 'The metric that says what a trial cost.',
          examples: ['dollars'],
        }),
    },
    says('a limit and what is counted', costExample),
  )
  .refine((given) => (given.perSecond === undefined) !== (given.metric === undefined), {
    error: `a cost has a limit and either perSecond or metric. Example: ${costExample}.`,
  })

const artifactsExample = 'artifacts: { files: [model.onnx], keep: { best: 3 } }'
const patternWording = says('a pattern of files', artifactsExample)
const artifactFiles = z
  .array(
    z.string(patternWording).superRefine((pattern, context) => {
      const message = checkPattern(pattern)
      if (message !== undefined) context.addIssue({ code: 'custom', message: `${message}.` })
    }),
    says('a list of patterns of files', artifactsExample),
  )
  .min(1, says('a list of patterns of files', artifactsExample))
const keepWording = says('all, { best: 3 } or { pareto: true }', artifactsExample)
const keep = z.union(
  [
    z.literal('all', keepWording),
    z.strictObject({ best: numberOf('keepBest', artifactsExample) }, keepWording),
    z.strictObject({ pareto: z.literal(true, keepWording) }, keepWording),
  ],
  keepWording,
)
/** The files of trials that are kept. */
export const artifacts: z.ZodType = z.union(
  [
    artifactFiles,
    z.strictObject(
      {
        files: artifactFiles.meta({
          description:
            "Patterns relative to the trial's folder (ATTUNE_DIR): * is any text within a name, ** any folders.",
          examples: [['model.onnx', 'plots/**/*.png']],
        }),
        keep: keep.optional().meta({
          description:
            'Of which trials they are kept; all others are deleted. Absent: of the best one, with several objectives of the Pareto front.',
          examples: [{ best: 3 }, 'all'],
        }),
        move: z
          .boolean(says('true or false', 'artifacts: { files: [model.onnx], move: true }'))
          .optional()
          .meta({
            description: "Whether the files leave the trial's folder, instead of being copied.",
            default: false,
          }),
      },
      says('patterns of files and what is kept', artifactsExample),
    ),
  ],
  says('patterns of files and what is kept', artifactsExample),
)
