import { floatOf, intOf } from '../attributes.ts'
import {
  type Kernel,
  type Kernels,
  type Value,
  commonDims,
  engineError,
  need,
  repeated,
  stridedCopy,
  stridesOf,
  volume,
} from './value.ts'

/** c += a · b of [m, k] and [k, n], beginning at places in their arrays. */
function multiply(
  a: Float64Array,
  b: Float64Array,
  c: Float64Array,
  sizes: { readonly m: number; readonly k: number; readonly n: number },
  from: { readonly a: number; readonly b: number; readonly c: number },
): void {
  const { m, k, n } = sizes
  for (let i = 0; i < m; i++) {
    const row = from.c + i * n
    for (let l = 0; l < k; l++) {
      const factor = a[from.a + i * k + l] as number
      const other = from.b + l * n
      for (let j = 0; j < n; j++)
        c[row + j] = (c[row + j] as number) + factor * (b[other + j] as number)
    }
  }
}

const matmul: Kernel = (inputs, node) => {
  const [a, b] = [need(inputs, 0, node), need(inputs, 1, node)]
  const [m, k] = a.dims.slice(-2) as [number, number]
  const [inner, n] = b.dims.slice(-2) as [number, number]
  if (k !== inner || a.dims.length < 2 || b.dims.length < 2) {
    throw engineError(
      `MatMul that makes ${node.outputs[0]} got [${a.dims.join(', ')}] and [${b.dims.join(', ')}].`,
    )
  }
  const lead = commonDims(node, [stackOf(a), stackOf(b)])
  const left = repeated(a, [...lead, m, k])
  const right = repeated(b, [...lead, k, n])
  const data = new Float64Array(volume(lead) * m * n)
  for (let i = 0; i < volume(lead); i++) {
    multiply(left, right, data, { m, k, n }, { a: i * m * k, b: i * k * n, c: i * m * n })
  }
  return [{ element: 'float', dims: [...lead, m, n], data }]
}

/** The axes before the matrices. */
function stackOf(x: Value): Value {
  return { ...x, dims: x.dims.slice(0, -2) }
}

function transposed(x: Value): Value {
  const dims = [x.dims[1] as number, x.dims[0] as number]
  return { ...x, dims, data: stridedCopy(x.data, dims, stridesOf(x.dims).reverse(), 0) }
}

const gemm: Kernel = (inputs, node) => {
  const given = [need(inputs, 0, node), need(inputs, 1, node)] as const
  const a = intOf(node, 'transA', 0) === 1 ? transposed(given[0]) : given[0]
  const b = intOf(node, 'transB', 0) === 1 ? transposed(given[1]) : given[1]
  const [m, k] = a.dims as [number, number]
  const [inner, n] = b.dims as [number, number]
  if (k !== inner || a.dims.length !== 2 || b.dims.length !== 2) {
    throw engineError(
      `Gemm that makes ${node.outputs[0]} got [${a.dims.join(', ')}] and [${b.dims.join(', ')}].`,
    )
  }
  const data = new Float64Array(m * n)
  multiply(a.data, b.data, data, { m, k, n }, { a: 0, b: 0, c: 0 })
  const alpha = floatOf(node, 'alpha', 1)
  if (alpha !== 1) for (let i = 0; i < data.length; i++) data[i] = alpha * (data[i] as number)
  if (inputs[2] !== undefined) {
    const c = repeated(inputs[2], [m, n])
    const beta = floatOf(node, 'beta', 1)
    for (let i = 0; i < data.length; i++) data[i] = (data[i] as number) + beta * (c[i] as number)
  }
  return [{ element: 'float', dims: [m, n], data }]
}

export const matrixKernels: Kernels = { MatMul: matmul, Gemm: gemm }
