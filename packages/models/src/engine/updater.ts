import type { Parameters } from './parameters.ts'
import { kernelsOver } from './simd/kernels.ts'
import { dot, updatePlainly, type Penalties, type RuleName, type Scalars } from './update-rules.ts'

/** One rule over the segments of parameters, by kernels where there is a memory for them. */
export interface Updater {
  update(segment: number, penalties: Penalties, scalars: Scalars): void
  squaredNorm(segment: number): number
}

export function updaterOf(rule: RuleName, parameters: Parameters): Updater {
  return parameters.memory === null
    ? plainUpdater(rule, parameters)
    : kernelUpdater(rule, parameters, parameters.memory)
}

function plainUpdater(rule: RuleName, parameters: Parameters): Updater {
  const { values, gradients, states } = parameters
  const views = spansOf(parameters).map(({ from, to }) => ({
    values: values.subarray(from, to),
    gradients: gradients.subarray(from, to),
    first: states[0].subarray(from, to),
    second: states[1].subarray(from, to),
  }))
  return {
    update(segment, penalties, scalars) {
      const { values, gradients, first, second } = views[segment]!
      updatePlainly(rule, values, gradients, first, second, penalties, scalars)
    },
    squaredNorm(segment) {
      const { gradients } = views[segment]!
      return dot(gradients, gradients)
    },
  }
}

function kernelUpdater(
  rule: RuleName,
  parameters: Parameters,
  memory: WebAssembly.Memory,
): Updater {
  const { values, gradients, states } = parameters
  const kernels = kernelsOver(memory)
  const addresses = spansOf(parameters).map(({ from, to }) => ({
    values: values.byteOffset + 4 * from,
    gradients: gradients.byteOffset + 4 * from,
    first: states[0].byteOffset + 4 * from,
    second: states[1].byteOffset + 4 * from,
    bytes: 4 * (to - from),
  }))
  return {
    update(segment, penalties, scalars) {
      const { values, gradients, first, second, bytes } = addresses[segment]!
      if (bytes === 0) return
      kernels.update(rule, penalties)(values, gradients, first, second, bytes, ...scalars)
    },
    squaredNorm(segment) {
      const { gradients, bytes } = addresses[segment]!
      return bytes === 0 ? 0 : kernels.dot()(gradients, gradients, bytes)
    },
  }
}

/** Segments with what fills them up, in floats. */
function spansOf({ segments, values }: Parameters): { from: number; to: number }[] {
  return segments.map(({ offset }, i) => ({
    from: offset,
    to: segments[i + 1]?.offset ?? values.length,
  }))
}
