import type { Trial } from '@attune/core'

interface Params {
  readonly x: number
  readonly act: 'relu' | 'tanh'
  readonly optimizer: { readonly momentum?: number }
}

export function lossOf(values: {
  readonly x: number
  readonly act: string
  readonly momentum: number | undefined
}): number

export default function objective(trial: Trial<Params>): Promise<{ loss: number }>
