import type { Task } from '../matrix.ts'

/** What a preparation has learnt, as plain data. */
export interface PreparationState {
  readonly kind: 'preparation'
  readonly version: 1
  /** The columns of numbers that features are made of, one block each. */
  readonly inputs: readonly RawInput[]
  readonly blocks: readonly Block[]
  readonly target: FittedTarget | null
  /** The columns that are not used, and why. */
  readonly dropped: readonly { readonly column: string; readonly reason: string }[]
}

/** A column of numbers that stands for (a part of) a column of a table; NaN is a missing value. */
export type RawInput =
  /** The number as it stands. */
  | { readonly kind: 'number'; readonly name: string; readonly column: string }
  /** The index of the label in `labels`, or their number for another label. */
  | {
      readonly kind: 'code'
      readonly name: string
      readonly column: string
      readonly labels: readonly string[]
    }
  /** The hash of the label (`hash32` of `@attune/core`), modulo `buckets`. */
  | {
      readonly kind: 'bucket'
      readonly name: string
      readonly column: string
      readonly buckets: number
    }
  /** A part of a date in UTC; months count from 0, weekdays from Sunday, days from 1. */
  | {
      readonly kind: 'datePart'
      readonly name: string
      readonly column: string
      readonly part: DatePart
    }
  /** How many words of a text (runs of letters and digits, in lower case) have this hash. */
  | {
      readonly kind: 'words'
      readonly name: string
      readonly column: string
      readonly bucket: number
      readonly buckets: number
    }

export type DatePart = 'year' | 'month' | 'day' | 'weekday' | 'hour'

/** Features made of one input. */
export type Block = NumberBlock | SlotBlock | ValueBlock

/** The number, imputed and scaled, and whether it was missing. */
export interface NumberBlock {
  readonly kind: 'number'
  readonly names: readonly string[]
  /** null: missing values stay. */
  readonly fill: number | null
  readonly value: boolean
  readonly indicator: boolean
  readonly map: NumberMap
}

export type NumberMap =
  /** (x - offset) · factor */
  | { readonly kind: 'affine'; readonly offset: number; readonly factor: number }
  /** Linear between points with rising `from`, level beyond the outer ones. */
  | { readonly kind: 'knots'; readonly from: readonly number[]; readonly to: readonly number[] }

/** For an input of indices 0 … n - 1: the feature that is 1, -1 for none; then for others, and missing. */
export interface SlotBlock {
  readonly kind: 'slots'
  readonly names: readonly string[]
  /** n + 2 of them. */
  readonly slots: readonly number[]
}

/** For an input of indices 0 … n - 1: the features; then for others, and missing. */
export interface ValueBlock {
  readonly kind: 'values'
  readonly names: readonly string[]
  /** Row by row, n + 2 rows of one number a feature; null is a missing value. */
  readonly values: readonly (number | null)[]
  /** How many categories there are when the one feature is their index, else 0. */
  readonly categories: number
}

export type FittedTarget =
  | {
      readonly task: Extract<Task, 'classification'>
      readonly column: string
      readonly labels: readonly string[]
    }
  | { readonly task: Extract<Task, 'regression'>; readonly column: string }

/** The number of features of a block. */
export function widthOf(block: Block): number {
  return block.names.length
}
