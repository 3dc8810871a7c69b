import { AttuneError } from '../errors.ts'

/** Eigenvalues in ascending order; row `j` of `vectors` is the unit eigenvector of `values[j]`. */
export interface SymmetricEigen {
  readonly values: Float64Array
  /** n rows of n entries, one after the other. */
  readonly vectors: Float64Array
}

/** QL steps per eigenvalue; two are usual. */
const maxSteps = 60
/** Beside entries up to 1 this counts as zero; its square is still far from vanishing. */
const negligible = 1e-60

/**
 * Eigenvalues and eigenvectors of a real symmetric matrix: Householder reflections to tridiagonal
 * form, then QL steps with implicit shifts (J. H. Wilkinson and C. Reinsch, "Handbook for Automatic
 * Computation", vol. II, 1971, contributions II/2 to II/4). Errors are a few 1e-16 of the largest
 * eigenvalue. Uses + - * / and √ in a fixed order only. Cost: about 9 n³ operations.
 * @param matrix n rows of n entries; only numbers that are symmetric make sense; it is not changed
 * @throws AttuneError `usage` when an entry is not finite
 */
export function symmetricEigen(matrix: Float64Array, n: number): SymmetricEigen {
  let top = 0
  for (let i = 0; i < n * n; i++) {
    const size = Math.abs(matrix[i]!)
    if (!(size < Number.POSITIVE_INFINITY)) {
      throw new AttuneError('usage', `Entries must be finite, but entry ${i} is ${matrix[i]}.`)
    }
    if (size > top) top = size
  }
  // Scaled to entries up to 1, so that squares neither overflow nor vanish.
  const scale = top > 0 ? top : 1
  const work = matrix.map((x) => x / scale)
  const vectors = new Float64Array(n * n)
  for (let i = 0; i < n; i++) vectors[i * n + i] = 1
  const diagonal = new Float64Array(n)
  const beside = new Float64Array(n)
  tridiagonalise(work, vectors, n, diagonal, beside)
  diagonalise(vectors, n, diagonal, beside)
  return sorted(vectors, n, diagonal, scale)
}

/** Reflects column after column onto its first two entries; `vectors` takes the reflections. */
function tridiagonalise(
  a: Float64Array,
  vectors: Float64Array,
  n: number,
  diagonal: Float64Array,
  beside: Float64Array,
): void {
  const v = new Float64Array(n)
  const w = new Float64Array(n)
  const row = new Float64Array(n)
  for (let k = 0; k + 2 < n; k++) {
    let tail = 0
    for (let i = k + 2; i < n; i++) tail += a[i * n + k]! * a[i * n + k]!
    const first = a[(k + 1) * n + k]!
    if (tail < negligible * negligible) {
      beside[k] = first
      continue
    }
    const length = Math.sqrt(first * first + tail)
    const image = first > 0 ? -length : length
    beside[k] = image
    for (let i = k + 1; i < n; i++) v[i] = a[i * n + k]!
    v[k + 1] = first - image
    const beta = 2 / (v[k + 1]! * v[k + 1]! + tail)
    let along = 0
    for (let i = k + 1; i < n; i++) {
      let sum = 0
      for (let j = k + 1; j < n; j++) sum += a[i * n + j]! * v[j]!
      w[i] = beta * sum
      along += w[i]! * v[i]!
    }
    for (let i = k + 1; i < n; i++) w[i] = w[i]! - 0.5 * beta * along * v[i]!
    for (let i = k + 1; i < n; i++) {
      for (let j = k + 1; j < n; j++) a[i * n + j] = a[i * n + j]! - v[i]! * w[j]! - w[i]! * v[j]!
    }
    row.fill(0)
    for (let i = k + 1; i < n; i++) {
      for (let j = 0; j < n; j++) row[j] = row[j]! + beta * v[i]! * vectors[i * n + j]!
    }
    for (let i = k + 1; i < n; i++) {
      for (let j = 0; j < n; j++) vectors[i * n + j] = vectors[i * n + j]! - v[i]! * row[j]!
    }
  }
  if (n > 1) beside[n - 2] = a[(n - 1) * n + n - 2]!
  for (let i = 0; i < n; i++) diagonal[i] = a[i * n + i]!
}

function diagonalise(
  vectors: Float64Array,
  n: number,
  diagonal: Float64Array,
  beside: Float64Array,
): void {
  for (let low = 0; low < n; low++) {
    for (let step = 0; step < maxSteps; step++) {
      let high = low
      while (high + 1 < n && !isSmall(diagonal, beside, high)) high++
      if (high === low) break
      qlStep(vectors, n, diagonal, beside, low, high)
    }
  }
}

function isSmall(diagonal: Float64Array, beside: Float64Array, i: number): boolean {
  const size = Math.abs(diagonal[i]!) + Math.abs(diagonal[i + 1]!)
  return Math.abs(beside[i]!) <= Math.max(Number.EPSILON * size, negligible)
}

/** One QL step on the block low … high, with Wilkinson's shift. */
function qlStep(
  vectors: Float64Array,
  n: number,
  diagonal: Float64Array,
  beside: Float64Array,
  low: number,
  high: number,
): void {
  const half = (diagonal[low + 1]! - diagonal[low]!) / (2 * beside[low]!)
  const root = Math.sqrt(half * half + 1)
  let g = diagonal[high]! - diagonal[low]! + beside[low]! / (half + (half < 0 ? -root : root))
  let sine = 1
  let cosine = 1
  let shift = 0
  for (let i = high - 1; i >= low; i--) {
    const f = sine * beside[i]!
    const b = cosine * beside[i]!
    const r = Math.sqrt(f * f + g * g)
    beside[i + 1] = r
    if (r === 0) {
      diagonal[i + 1] = diagonal[i + 1]! - shift
      beside[high] = 0
      return
    }
    sine = f / r
    cosine = g / r
    g = diagonal[i + 1]! - shift
    const t = (diagonal[i]! - g) * sine + 2 * cosine * b
    shift = sine * t
    diagonal[i + 1] = g + shift
    g = cosine * t - b
    const upper = i * n
    const lower = upper + n
    for (let j = 0; j < n; j++) {
      const x = vectors[lower + j]!
      const y = vectors[upper + j]!
      vectors[lower + j] = sine * y + cosine * x
      vectors[upper + j] = cosine * y - sine * x
    }
  }
  diagonal[low] = diagonal[low]! - shift
  beside[low] = g
  beside[high] = 0
}

function sorted(
  vectors: Float64Array,
  n: number,
  diagonal: Float64Array,
  scale: number,
): SymmetricEigen {
  const order = Array.from({ length: n }, (_, i) => i)
  order.sort((a, b) => diagonal[a]! - diagonal[b]! || a - b)
  const values = Float64Array.from(order, (i) => diagonal[i]! * scale)
  const rows = new Float64Array(n * n)
  order.forEach((from, to) => rows.set(vectors.subarray(from * n, from * n + n), to * n))
  return { values, vectors: rows }
}
