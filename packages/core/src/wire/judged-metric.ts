/**
 * How people give one metric of a trial, as the `program` of a study holds it: as a number, with a slider,
 * as one of some labels that stand for numbers, or by comparing it with other trials, which gives numbers
 * that only mean an order.
 */
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
