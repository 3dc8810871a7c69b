import { readFileSync, readdirSync } from 'node:fs'

/** GPUs by the names that their drivers know them by, and how many of them a trial gets. */
export interface GpuShare {
  readonly gpus: readonly string[]
  /** A whole number, or a part of one such as 0.5: then several trials share a GPU. */
  readonly perTrial: number
}

/** The variables by which drivers of NVIDIA, AMD and Intel are told which GPUs there are. */
const visibility = ['CUDA_VISIBLE_DEVICES', 'HIP_VISIBLE_DEVICES', 'ZE_AFFINITY_MASK'] as const

/** How many trials these GPUs serve at once. */
export function gpuSlots({ gpus, perTrial }: GpuShare): number {
  return perTrial < 1
    ? gpus.length * Math.floor(1 / perTrial + 1e-9)
    : Math.floor(gpus.length / perTrial)
}

/** What shows the trial in a slot, counted from 0, its own GPUs and no others. */
export function gpuEnvironment(slot: number, share: GpuShare): Record<string, string> {
  const visible = gpusOf(slot, share).join(',')
  return { ATTUNE_GPUS: visible, ...Object.fromEntries(visibility.map((name) => [name, visible])) }
}

/** Trials that share GPUs are spread over all of them before two meet on one. */
function gpusOf(slot: number, { gpus, perTrial }: GpuShare): readonly string[] {
  if (perTrial >= 1) return gpus.slice(slot * perTrial, (slot + 1) * perTrial)
  const own = slot % gpus.length
  return gpus.slice(own, own + 1)
}

/**
 * The GPUs of this machine: those that the environment leaves visible, else those that the drivers of
 * NVIDIA or AMD for Linux show. Empty when none is found.
 */
export function findGpus(
  env: Readonly<Record<string, string | undefined>>,
  root = '/',
): readonly string[] {
  for (const name of visibility) {
    const given = env[name]
    if (given !== undefined) return given.split(',').filter((gpu) => gpu !== '' && gpu !== '-1')
  }
  const nvidia = entries(`${root}dev`).filter((name) => /^nvidia\d+$/.test(name))
  if (nvidia.length > 0) return numbers(nvidia.length)
  const nodes = `${root}sys/class/kfd/kfd/topology/nodes`
  return numbers(entries(nodes).filter((node) => isGpu(`${nodes}/${node}/properties`)).length)
}

const numbers = (count: number): string[] => Array.from({ length: count }, (_, i) => String(i))

/** Nodes of AMD's topology without compute units of a GPU are processors. */
function isGpu(properties: string): boolean {
  try {
    return /^simd_count [1-9]/m.test(readFileSync(properties, 'utf8'))
  } catch {
    return false
  }
}

function entries(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
