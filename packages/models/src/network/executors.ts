import { chooseExecutor } from '../engine/choose-executor.ts'
import type { CachingExecutor } from '../engine/compile-cache.ts'
import { cachingExecutor } from '../engine/compile-cache.ts'
import type { GraphExecutor } from '../engine/executor.ts'
import { referenceExecutor } from '../graph/interpreter.ts'
import type { CheckedOptions } from './options.ts'

const known = new Map<string, Promise<CachingExecutor>>()

/**
 * The executor of a name, one for all networks of a thread: trials that differ only in rates, penalties,
 * strengths of dropout or seeds share their compiled graphs.
 *
 * @throws AttuneError `models/engine` when it cannot be loaded
 */
export function sharedExecutor(name: CheckedOptions['executor']): Promise<CachingExecutor> {
  const found = known.get(name)
  if (found !== undefined) return found
  const started = start(name).then((executor) => cachingExecutor(executor))
  known.set(name, started)
  // What could not be loaded may be there the next time.
  started.catch(() => known.delete(name))
  return started
}

async function start(name: CheckedOptions['executor']): Promise<GraphExecutor> {
  if (name === 'reference') return referenceExecutor()
  return chooseExecutor(name === 'auto' ? {} : { prefer: name })
}
