import { execFile } from 'node:child_process'
import { availableParallelism } from 'node:os'

const GIBIBYTE = 1024 ** 3

/**
 * What one process may reserve for data (RLIMIT_DATA) when its trial may use so much memory. It is a
 * last resort for the moments in which this process is too busy to watch, so it is generous: many
 * programs reserve a lot that they never fill, such as a stack and a buffer for each thread. The size
 * of the address space (RLIMIT_AS, `ulimit -v`) is left alone, since V8, Java and CUDA reserve
 * hundreds of gigabytes of it.
 */
export function dataLimit(memoryBytes: number): number {
  return Math.ceil(2 * memoryBytes + 4 * GIBIBYTE + (availableParallelism() * GIBIBYTE) / 16)
}

/** Sets that limit for a process and what it will start; where there is no `prlimit`, nothing is done. */
export function limitData(pid: number, memoryBytes: number): void {
  if (process.platform !== 'linux') return
  const child = execFile('prlimit', [`--pid=${pid}`, `--data=${dataLimit(memoryBytes)}`], () => {})
  child.unref()
}
