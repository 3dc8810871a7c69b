import type { Rng } from '@attune/core'
import { fillNormal, fillUniform } from './draws.ts'
import type { Activation, Initializer } from './layers.ts'

/** How many numbers a unit sees, and how many units see a number. */
export interface Fans {
  readonly in: number
  readonly out: number
}

/**
 * The beginning of weights, by their fans: Glorot's have variance 2 / (in + out) (X. Glorot and Y.
 * Bengio, "Understanding the difficulty of training deep feedforward neural networks", AISTATS 2010),
 * He's 2 / in (K. He and others, "Delving deep into rectifiers", ICCV 2015), LeCun's 1 / in (Y. LeCun
 * and others, "Efficient BackProp", 1998). Normal ones are not truncated, unlike in Keras.
 * `orthogonal` has orthonormal rows or columns, whichever are fewer, of a matrix [rows, columns].
 */
export function initialize(
  kind: Initializer,
  into: Float32Array,
  fans: Fans,
  rows: number,
  rng: Rng,
): void {
  if (kind === 'zeros') into.fill(0)
  else if (kind === 'orthogonal') fillOrthogonal(rng, into, rows)
  else {
    const variance = varianceOf(kind, fans)
    // A uniform number in [-a, a] has variance a² / 3.
    if (kind.endsWith('Uniform')) fillUniform(rng, into, Math.sqrt(3 * variance))
    else fillNormal(rng, into, Math.sqrt(variance))
  }
}

function varianceOf(kind: Initializer, fans: Fans): number {
  if (kind.startsWith('glorot')) return 2 / (fans.in + fans.out)
  return kind.startsWith('he') ? 2 / fans.in : 1 / fans.in
}

const rectifiers: readonly Activation[] = ['relu', 'leakyRelu', 'elu', 'gelu', 'swish']

/** The initializer that suits an activation. */
export function initializerFor(activation: Activation): Initializer {
  if (activation === 'selu') return 'lecunNormal'
  return rectifiers.includes(activation) ? 'heUniform' : 'glorotUniform'
}

/**
 * A matrix with orthonormal rows, or columns when there are more rows: normal numbers, made
 * orthogonal by Gram and Schmidt, each vector twice against rounding (L. Giraud and others, 2005).
 */
function fillOrthogonal(rng: Rng, into: Float32Array, rows: number): void {
  const columns = into.length / rows
  const [count, size] = rows <= columns ? [rows, columns] : [columns, rows]
  const drawn = new Float32Array(count * size)
  fillNormal(rng, drawn, 1)
  const basis = Float64Array.from(drawn)
  for (let i = 0; i < count; i++) {
    const vector = basis.subarray(i * size, (i + 1) * size)
    for (let pass = 0; pass < 2; pass++) {
      for (let j = 0; j < i; j++) removeShare(vector, basis.subarray(j * size, (j + 1) * size))
    }
    const length = Math.sqrt(dot(vector, vector))
    for (let k = 0; k < size; k++) vector[k] = vector[k]! / length
  }
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      into[i * columns + j] = rows <= columns ? basis[i * size + j]! : basis[j * size + i]!
    }
  }
}

function removeShare(vector: Float64Array, unit: Float64Array): void {
  const share = dot(vector, unit)
  for (let k = 0; k < vector.length; k++) vector[k] = vector[k]! - share * unit[k]!
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!
  return sum
}
