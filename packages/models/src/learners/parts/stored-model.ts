import { AttuneError, type Json } from '@attune/core'
import type { Task } from '../../matrix.ts'

/** What all stored models have. */
export interface StoredModel {
  readonly learner: string
  readonly version: 1
  readonly task: Task
  readonly labels: readonly string[]
  readonly columns: number
  readonly [key: string]: Json | undefined
}

/** Checks that plain data is of a model of a learner. */
export function storedModel(learner: string, data: Json): StoredModel {
  const model = data as Partial<StoredModel> | null
  const fits =
    typeof model === 'object' &&
    model !== null &&
    model.learner === learner &&
    model.version === 1 &&
    (model.task === 'classification' || model.task === 'regression') &&
    Array.isArray(model.labels) &&
    Number.isInteger(model.columns)
  if (fits) return model as StoredModel
  const found = typeof model === 'object' && model !== null ? JSON.stringify(model.learner) : data
  throw new AttuneError(
    'data/format',
    `This is not a model of ${learner}, version 1: its learner is ${String(found)}.`,
  )
}
