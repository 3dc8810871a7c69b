import { formatNumber } from '../ui/format.ts'

/** How far apart results may lie for all of them to have the same decimals, in powers of ten. */
const evenPowers = 3

/**
 * Numbers of a column as a table shows them: with as many decimals as tell a thousandth of their
 * spread apart, and at least `digits` significant ones of most numbers. Columns that span many powers
 * of ten have `digits` significant digits in each number. No small number is shown as zero.
 */
export function columnFormat(values: Float64Array, digits = 4): (x: number) => string {
  const sample = sampleOf(values)
  if (sample.every(Number.isInteger)) return (x) => formatNumber(x, digits + 2)
  const sizes = sample
    .map(Math.abs)
    .filter((x) => x > 0)
    .sort()
  const quantile = (of: Float64Array, share: number): number =>
    of[Math.round(share * (of.length - 1))]!
  const [small, usual, large] = [0.05, 0.5, 0.95].map((share) => quantile(sizes, share)) as [
    number,
    number,
    number,
  ]
  if (large >= 1e6 || usual < 1e-3 || large >= 10 ** evenPowers * small)
    return (x) => formatNumber(x, digits)
  const sorted = sample.sort()
  const spread = quantile(sorted, 0.95) - quantile(sorted, 0.05) || usual
  const power = (x: number): number => Math.floor(Math.log10(x))
  const wanted = Math.max(3 - power(spread) - 1, digits - 1 - power(usual))
  const decimals = Math.max(0, Math.min(12, wanted))
  return (x) => {
    const isShownAsZero = x !== 0 && Math.abs(x) < 0.5 * 10 ** -decimals
    if (!Number.isFinite(x) || Math.abs(x) >= 1e9 || isShownAsZero) return formatNumber(x, digits)
    return x.toFixed(decimals).replace('-', '−')
  }
}

/** At most 2000 finite numbers of a column, spread evenly. */
function sampleOf(values: Float64Array): Float64Array {
  const step = Math.max(1, Math.floor(values.length / 2000))
  const found: number[] = []
  for (let i = 0; i < values.length; i += step)
    if (Number.isFinite(values[i])) found.push(values[i]!)
  // Columns of which few trials have a value.
  if (found.length === 0 && step > 1) return values.filter(Number.isFinite).slice(0, 2000)
  return Float64Array.from(found)
}
