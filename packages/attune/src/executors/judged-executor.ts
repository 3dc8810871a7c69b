import type { Executor } from '@attune/core'

/** Runs trials by another executor; those that end well wait for people to judge what they made. */
export function judgedExecutor(executor: Executor): Executor {
  return {
    name: executor.name,
    slots: executor.slots,
    async run(trial) {
      const outcome = await executor.run(trial)
      return outcome.state === 'complete' ? { ...outcome, state: 'ran' } : outcome
    },
    [Symbol.asyncDispose]: () => executor[Symbol.asyncDispose](),
  }
}
