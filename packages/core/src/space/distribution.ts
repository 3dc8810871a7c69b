/** The value of a categorical parameter; stored by label, never by index. */
export type Label = string | number | boolean | null
export type Scale = 'linear' | 'log'

export interface FloatDistribution {
  readonly kind: 'float'
  readonly low: number
  readonly high: number
  readonly scale: Scale
  /** Distance of neighbouring values, counted from `low`; absent: continuous. */
  readonly step?: number
}
export interface IntDistribution {
  readonly kind: 'int'
  readonly low: number
  readonly high: number
  readonly scale: Scale
  readonly step: number
}
export interface ChoiceDistribution {
  readonly kind: 'choice'
  readonly choices: readonly Label[]
  /** Whether neighbouring labels are alike, as in small < medium < large. */
  readonly ordered: boolean
}
export type NumericDistribution = FloatDistribution | IntDistribution
export type Distribution = NumericDistribution | ChoiceDistribution

/** How many decimals `x` shows, so that values on a grid carry no floating-point noise. */
function decimals(x: number): number {
  if (Number.isInteger(x)) return 0
  const [mantissa = '', exponent = '0'] = String(x).split('e')
  return Math.max(0, (mantissa.split('.')[1] ?? '').length - Number(exponent))
}

/** Number of values of a stepped or categorical distribution; Infinity for a continuous one. */
export function countValues(d: Distribution): number {
  if (d.kind === 'choice') return d.choices.length
  if (d.low === d.high) return 1
  if (d.step === undefined) return Number.POSITIVE_INFINITY
  return Math.floor((d.high - d.low) / d.step + 1e-9) + 1
}

/** The `index`-th value of a distribution with finitely many, in ascending or listed order. */
export function valueAt(d: Distribution, index: number): Label {
  if (d.kind === 'choice') return d.choices[index] as Label
  if (d.step === undefined) return d.low
  const value = d.low + index * d.step
  const digits = Math.max(decimals(d.low), decimals(d.step))
  return digits === 0 || digits > 20 ? value : Number(value.toFixed(digits))
}

/** The position of `value` among the values of a distribution with finitely many, or -1. */
export function indexOfValue(d: Distribution, value: Label): number {
  if (d.kind === 'choice') return d.choices.indexOf(value)
  if (!contains(d, value)) return -1
  return d.step === undefined ? 0 : Math.round(((value as number) - d.low) / d.step)
}

/** Whether `value` is one the distribution can take. */
export function contains(d: Distribution, value: Label): boolean {
  if (d.kind === 'choice') return d.choices.includes(value)
  if (typeof value !== 'number' || !(value >= d.low && value <= d.high)) return false
  if (d.kind === 'int' && !Number.isInteger(value)) return false
  if (d.step === undefined) return true
  const steps = (value - d.low) / d.step
  return Math.abs(steps - Math.round(steps)) < 1e-6
}

/** The end of the range that steps from `low` can reach. */
export function lastStep(low: number, high: number, step: number): number {
  const n = Math.floor((high - low) / step + 1e-9)
  return valueAt({ kind: 'float', low, high, scale: 'linear', step }, n) as number
}

/** Whether two distributions take the same values in the same way. */
export function sameDistribution(a: Distribution, b: Distribution): boolean {
  return describeDistribution(a) === describeDistribution(b)
}

/** A short text such as `float 1e-5..0.1 log` or `choice "relu", "tanh"`. */
export function describeDistribution(d: Distribution): string {
  if (d.kind === 'choice') {
    const labels = d.choices.map((c) => JSON.stringify(c)).join(', ')
    return d.choices.length === 1
      ? `constant ${labels}`
      : `choice ${labels}${d.ordered ? ' ordered' : ''}`
  }
  const step = d.step === undefined || (d.kind === 'int' && d.step === 1) ? '' : ` step ${d.step}`
  return `${d.kind} ${d.low}..${d.high}${d.scale === 'log' ? ' log' : ''}${step}`
}
