import { polynomial } from './special.ts'

/** Powers of 1/a that are kept: from a = 20 on the first one left out is below 1e-16. */
const powers = 11
/** Powers of η of c_0, and two fewer for each further one; the series converge for |η| < 2 √π. */
const terms = 36

/**
 * The sum S in Temme's expansion of the incomplete gamma ratios,
 *
 * Q(a, x) = ½ erfc(η √(a/2)) + S e^(-aη²/2) / √(2πa),   S ~ Σ_k c_k(η) a^-k,
 *
 * for a ≥ 20 and |η| ≤ 1, where ½ η² = λ - 1 - log λ, λ = x/a (NIST DLMF 8.12.3 to 8.12.11).
 */
export function temmeSum(a: number, eta: number): number {
  const rows = (coefficients ??= temmeCoefficients())
  let sum = 0
  for (let k = powers - 1; k >= 0; k--) sum = sum / a + polynomial(rows[k]!, eta)
  return sum
}

let coefficients: readonly (readonly number[])[] | undefined

/**
 * Taylor coefficients of c_k in η. With μ = λ - 1 and 1/μ = Σ_n≥-1 r_n ηⁿ they follow from
 * c_0 = 1/μ - 1/η and c_k = c'_(k-1) / η + (-1)^k g_k / μ, DLMF 8.12.10, where g_k is what cancels
 * the poles.
 */
function temmeCoefficients(): readonly (readonly number[])[] {
  // μ = Σ_n≥1 m_n ηⁿ, from μ μ' = η (1 + μ).
  const m = [0, 1]
  for (let n = 2; n <= terms + 1; n++) {
    let rest = m[n - 1]!
    for (let i = 2; i < n; i++) rest -= (n + 1 - i) * m[i]! * m[n + 1 - i]!
    m.push(rest / (n + 1))
  }
  // η / μ = Σ_n r_(n-1) ηⁿ.
  const inverse = [1]
  for (let n = 1; n <= terms; n++) {
    let sum = 0
    for (let i = 1; i <= n; i++) sum -= m[i + 1]! * inverse[n - i]!
    inverse.push(sum)
  }
  const rows: (readonly number[])[] = [inverse.slice(1)]
  for (let k = 1; k < powers; k++) {
    const before = rows[k - 1]!
    const pole = -before[1]!
    rows.push(
      Array.from(
        { length: before.length - 2 },
        (_, n) => (n + 2) * before[n + 2]! + pole * inverse[n + 1]!,
      ),
    )
  }
  return rows
}
