import { AttuneError, refuseProblems, type Problem } from '@attune/core'
import { runsSimd } from './simd/kernels.ts'

export interface ParameterSpec {
  readonly name: string
  readonly dims: readonly number[]
  /** A number for all of them, or what fills them; default 0. */
  readonly init?: number | ((values: Float32Array) => void)
}

/** One named tensor of parameters, with its place in the flat arrays. */
export interface Segment {
  readonly name: string
  readonly dims: readonly number[]
  readonly size: number
  /** In floats. */
  readonly offset: number
  /** Views of the flat arrays, `size` long. */
  readonly values: Float32Array
  readonly gradients: Float32Array
}

/**
 * What is learnt, with its gradients and the state of the optimiser, in one piece of memory. The flat
 * arrays hold segment after segment, each filled up with zeros to a multiple of 16; what fills up
 * stays zero.
 */
export interface Parameters {
  readonly segments: readonly Segment[]
  readonly values: Float32Array
  readonly gradients: Float32Array
  /** Two numbers a parameter for the optimiser; memory that it does not touch is never taken up. */
  readonly states: readonly [Float32Array, Float32Array]
  /** Flat arrays for whoever asked for them. */
  readonly spare: readonly Float32Array[]
  /** The values by name, as a graph takes them. */
  readonly inputs: Readonly<Record<string, Float32Array>>
  /** The memory of the SIMD kernels; null where there are none. */
  readonly memory: WebAssembly.Memory | null
  /** @throws AttuneError `usage` for a name there is none of */
  segment(name: string): Segment
  /** The flat values as they are now, for `restore`. */
  copy(): Float32Array
  /** @throws AttuneError `usage` for a copy of other parameters */
  restore(copy: Float32Array): void
}

const pageBytes = 65_536

/** In floats: 64 bytes, a line of cache and a step of the kernels. */
const alignment = 16

/** Floats of each of so many flat arrays that 32 bits address. */
const mostOf = (arrays: number): number =>
  alignment * (Math.floor(2 ** 30 / arrays / alignment) - 1)

/**
 * Lays parameters out and fills them.
 *
 * @param options.simd false: without WebAssembly; the same numbers, but slower. Default: true where
 *   WebAssembly has SIMD
 * @param options.spare so many flat arrays more, which nobody here uses; default 0
 * @throws AttuneError `models/options` for equal names and for sizes that are not whole, and
 *   `models/impossible` for more parameters than 32 bits address, about 268 million
 */
export function createParameters(
  specs: readonly ParameterSpec[],
  options: { readonly simd?: boolean; readonly spare?: number } = {},
): Parameters {
  refuseProblems('models/options', 'parameters', problemsOf(specs))
  const sizes = specs.map((spec) => spec.dims.reduce((product, dim) => product * dim, 1))
  const offsets: number[] = []
  let length = 0
  for (const size of sizes) {
    offsets.push(length)
    length += Math.ceil(size / alignment) * alignment
  }
  const { spare = 0 } = options
  const most = mostOf(4 + spare)
  if (length > most) throw tooMany(length, most)

  const { buffer, memory } = allocate(
    4 * (4 + spare) * length,
    (options.simd ?? true) && runsSimd(),
  )
  const region = (i: number): Float32Array => new Float32Array(buffer, 4 * i * length, length)
  const [values, gradients] = [region(0), region(1)]
  const segments = specs.map(({ name, dims }, i): Segment => {
    const [size, offset] = [sizes[i]!, offsets[i]!]
    const viewOf = (flat: Float32Array): Float32Array => flat.subarray(offset, offset + size)
    return { name, dims, size, offset, values: viewOf(values), gradients: viewOf(gradients) }
  })
  specs.forEach((spec, i) => fill(segments[i]!.values, spec.init ?? 0))
  const extra = Array.from({ length: spare }, (_, i) => region(4 + i))
  const states = [region(2), region(3)] as const
  return parametersOf({ segments, values, gradients, states, spare: extra, memory })
}

type Laid = Pick<Parameters, 'segments' | 'values' | 'gradients' | 'states' | 'spare' | 'memory'>

function parametersOf(laid: Laid): Parameters {
  const byName = new Map(laid.segments.map((segment) => [segment.name, segment]))
  return {
    ...laid,
    inputs: Object.fromEntries(laid.segments.map(({ name, values }) => [name, values])),
    segment(name) {
      const segment = byName.get(name)
      if (segment === undefined) throw unknown(name, [...byName.keys()])
      return segment
    },
    copy: () => laid.values.slice(),
    restore(copy) {
      if (copy.length !== laid.values.length) throw foreign(laid.values.length, copy.length)
      laid.values.set(copy)
    },
  }
}

function allocate(
  bytes: number,
  simd: boolean,
): { buffer: ArrayBuffer; memory: WebAssembly.Memory | null } {
  if (!simd) return { buffer: new ArrayBuffer(bytes), memory: null }
  const pages = Math.ceil(bytes / pageBytes)
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages })
  return { buffer: memory.buffer as ArrayBuffer, memory }
}

function fill(values: Float32Array, init: NonNullable<ParameterSpec['init']>): void {
  if (typeof init === 'number') values.fill(init)
  else init(values)
}

function problemsOf(specs: readonly ParameterSpec[]): Problem[] {
  const names = new Set<string>()
  return specs.flatMap(({ name, dims }) => {
    const problems: Problem[] = []
    if (names.has(name)) problems.push({ path: name, message: 'Names must differ.' })
    names.add(name)
    if (dims.some((dim) => !Number.isInteger(dim) || dim < 0)) {
      const message = `Sizes must be whole numbers of at least 0, but got [${dims.join(', ')}].`
      problems.push({ path: name, message })
    }
    return problems
  })
}

function tooMany(length: number, most: number): AttuneError {
  return new AttuneError(
    'models/impossible',
    `At most ${most} parameters fit into the memory, but there are ${length}; take smaller layers.`,
    { details: { parameters: length } },
  )
}

function unknown(name: string, names: readonly string[]): AttuneError {
  return new AttuneError(
    'usage',
    `There are no parameters ${name}; there are: ${names.join(', ') || 'none'}.`,
    { details: { name } },
  )
}

function foreign(length: number, got: number): AttuneError {
  return new AttuneError(
    'usage',
    `A copy of these parameters has ${length} numbers, but got ${got}; it must come from copy().`,
    { details: { expected: length, got } },
  )
}
