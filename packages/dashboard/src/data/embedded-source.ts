import { unpackStudy } from '@attune/core'

import { eventBook } from './event-book.ts'
import type { StudySource } from './study-source.ts'

/** A study that a page carries: what `packStudy` of core makes of it, compressed by gzip, as base64. */
export function embeddedSource(packed: string): StudySource {
  const unpacked = unpack(packed)
  // Who starts it hears of a failure.
  unpacked.catch(() => {})
  const seq = 0
  return {
    book: eventBook({
      attempts: async () => ({ seq, all: (await unpacked).attempts }),
      reports: async (metric) => {
        const { reports } = await unpacked
        return { seq, all: reports.find((each) => each.metric === metric)?.courses ?? [] }
      },
    }),
    async start(sink) {
      sink.begin((await unpacked).history, true)
      sink.connection('still')
      sink.progress(1)
    },
    pause() {},
    resume() {},
    close() {},
  }
}

async function unpack(packed: string): Promise<ReturnType<typeof unpackStudy>> {
  const bytes = Uint8Array.from(atob(packed.trim()), (sign) => sign.charCodeAt(0))
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))
  return unpackStudy(new Uint8Array(await new Response(stream).arrayBuffer()))
}
