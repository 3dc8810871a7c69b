import type { Entry } from '@attune/core'

/** Events as a journal of JSON lines: a line an event, in their order. */
export async function* eventLines(
  batches: AsyncIterable<readonly Entry[]>,
): AsyncGenerator<string, void> {
  for await (const entries of batches) {
    yield entries.map(({ event }) => `${JSON.stringify(event)}\n`).join('')
  }
}
