import { readFileSync } from 'node:fs'
import { AttuneError } from '@attune/core'
import { parseStudyFile } from '../../src/study-file/parse-study-file.ts'

/** A file with one of everything. */
export const complete = `name: digits
command: [node, train.mjs, --lr, "{lr}", --units, "{units}", --act, "{act}", --opt, "{optimizer}", [--momentum, "{momentum}"]]
space:
  lr: { float: [1e-4, 1], scale: log, default: 0.01 }
  units: { int: [8, 256], scale: log }
  act: { choice: [relu, tanh] }
  optimizer: { variant: { sgd: { momentum: { float: [0, 0.99] } }, adam: {} } }
  layers: { list: [1, 3], of: { width: { int: [8, 128] } } }
require: ["lr * units < 50"]
objective: { maximize: accuracy }        # or a list; names are keys of the program's JSON lines
result: best                             # last (default) | best | final line
metric: 'val_acc=([0-9.]+)'              # optional: a regular expression instead of JSON lines
trials: 60
workers: auto
sampler: auto
scheduler: asha
trial: { timeout: 60s }
seed: 1
`

/** The study file of the example that ships with attune. */
export const digits: string = readFileSync(
  new URL('../../../../examples/digits/study.yaml', import.meta.url),
  'utf8',
)

/** The message of the error that reading gives, without its first line. */
export function problemsOf(text: string): string[] {
  try {
    parseStudyFile(text, 'study.yaml')
  } catch (error) {
    if (!(error instanceof AttuneError) || error.code !== 'file/problems') throw error
    return error.message.split('\n').slice(1)
  }
  return []
}
