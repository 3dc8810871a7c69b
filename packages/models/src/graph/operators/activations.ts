import { type GraphBuilder, type Tensor, impossible } from '../builder.ts'
import { showDims } from '../sizes.ts'
import { add, elementwise, erf, exp, mul, requireElement, sub } from './arithmetic.ts'

/** max(x, 0); at 0 the derivative is 0. */
export function relu(g: GraphBuilder, x: Tensor): Tensor {
  return elementwise(g, 'Relu', x)
}

/** x above 0, else `slope` · x; slope 0.01 by default. */
export function leakyRelu(g: GraphBuilder, x: Tensor, slope: number = 0.01): Tensor {
  return elementwise(g, 'LeakyRelu', x, { alpha: { float: slope } })
}

/** x above 0, else alpha · (e^x - 1); alpha 1 by default. */
export function elu(g: GraphBuilder, x: Tensor, alpha: number = 1): Tensor {
  return elementwise(g, 'Elu', x, { alpha: { float: alpha } })
}

/** alpha and gamma of the self-normalising network (Klambauer et al. 2017, equation 14). */
export const SELU_ALPHA = 1.6732632423543772
export const SELU_GAMMA = 1.0507009873554805

/** gamma · x above 0, else gamma · alpha · (e^x - 1). */
export function selu(g: GraphBuilder, x: Tensor): Tensor {
  return elementwise(g, 'Selu', x, {
    alpha: { float: SELU_ALPHA },
    gamma: { float: SELU_GAMMA },
  })
}

export function tanh(g: GraphBuilder, x: Tensor): Tensor {
  return elementwise(g, 'Tanh', x)
}

/** 1 / (1 + e^-x) */
export function sigmoid(g: GraphBuilder, x: Tensor): Tensor {
  return elementwise(g, 'Sigmoid', x)
}

/** log(1 + e^x) */
export function softplus(g: GraphBuilder, x: Tensor): Tensor {
  return elementwise(g, 'Softplus', x)
}

/** x · Φ(x), exactly (Hendrycks and Gimpel 2016). */
export function gelu(g: GraphBuilder, x: Tensor): Tensor {
  const cdf = mul(g, add(g, erf(g, mul(g, x, Math.SQRT1_2)), 1), 0.5)
  return g.composite([x], mul(g, x, cdf), (dy) => {
    const density = mul(g, exp(g, mul(g, mul(g, x, x), -0.5)), 1 / Math.sqrt(2 * Math.PI))
    return [mul(g, dy, add(g, cdf, mul(g, x, density)))]
  })
}

/** x · sigmoid(x) (Ramachandran et al. 2017), also called SiLU. */
export function swish(g: GraphBuilder, x: Tensor): Tensor {
  const share = sigmoid(g, x)
  const y = mul(g, x, share)
  return g.composite([x], y, (dy) => {
    const slope = add(g, y, mul(g, share, sub(g, 1, y)))
    return [mul(g, dy, slope)]
  })
}

/** An axis counted from the end as one from 0 up. */
export function wholeAxis(what: string, x: Tensor, axis: number): number {
  const rank = x.dims.length
  const whole = axis < 0 ? axis + rank : axis
  if (!Number.isInteger(axis) || whole < 0 || whole >= rank) {
    throw impossible(
      `${what} along axis ${axis} of ${showDims(x.dims)}: there are the axes ${-rank} to ${rank - 1}.`,
    )
  }
  return whole
}

/** Shares along an axis (by default the last) that add up to 1. */
export function softmax(g: GraphBuilder, x: Tensor, axis: number = -1): Tensor {
  requireElement('Softmax', x, 'float')
  return elementwise(g, 'Softmax', x, { axis: { int: wholeAxis('Softmax', x, axis) } })
}

/** The logarithm of softmax, without its loss of precision. */
export function logSoftmax(g: GraphBuilder, x: Tensor, axis: number = -1): Tensor {
  requireElement('LogSoftmax', x, 'float')
  return elementwise(g, 'LogSoftmax', x, { axis: { int: wholeAxis('LogSoftmax', x, axis) } })
}
