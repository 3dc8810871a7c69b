import type { Penalties, RuleName } from '../update-rules.ts'
import { pullModule, type PullKernel } from './pull-kernel.ts'
import { dotModule, updateModule, type DotKernel, type UpdateKernel } from './update-kernels.ts'

/** The kernels over one memory; they are made when they are first asked for. */
export interface Kernels {
  update(rule: RuleName, penalties: Penalties): UpdateKernel
  dot(): DotKernel
  pull(momentum: boolean): PullKernel
}

/** Modules hold no data, so all memories of a thread share them. */
const modules = new Map<string, WebAssembly.Module>()
let simd: boolean | undefined

/** Whether there is WebAssembly with SIMD here, and it may be compiled. */
export function runsSimd(): boolean {
  simd ??= typeof WebAssembly === 'object' && WebAssembly.validate(dotModule()) && compiles()
  return simd
}

/** Pages may forbid it (Content Security Policy without wasm-unsafe-eval). */
function compiles(): boolean {
  try {
    moduleOf('dot', dotModule)
    return true
  } catch {
    return false
  }
}

export function kernelsOver(memory: WebAssembly.Memory): Kernels {
  const functions = new Map<string, unknown>()

  function functionOf(key: string, name: string, make: () => Uint8Array<ArrayBuffer>): unknown {
    let found = functions.get(key)
    if (found === undefined) {
      const instance = new WebAssembly.Instance(moduleOf(key, make), { shared: { memory } })
      found = instance.exports[name]
      functions.set(key, found)
    }
    return found
  }

  return {
    update(rule, penalties) {
      const { l2, l1, clips } = penalties
      const key = `${rule}${l2 ? ' l2' : ''}${l1 ? ' l1' : ''}${clips ? ' clips' : ''}`
      return functionOf(key, 'update', () => updateModule(rule, penalties)) as UpdateKernel
    },
    dot: () => functionOf('dot', 'dot', dotModule) as DotKernel,
    pull(momentum) {
      const key = momentum ? 'pull momentum' : 'pull'
      return functionOf(key, 'pull', () => pullModule(momentum)) as PullKernel
    },
  }
}

function moduleOf(key: string, make: () => Uint8Array<ArrayBuffer>): WebAssembly.Module {
  let found = modules.get(key)
  if (found === undefined) {
    found = new WebAssembly.Module(make())
    modules.set(key, found)
  }
  return found
}
