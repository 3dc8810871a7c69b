/** Of the worker that a page in one file carries, when it was unpacked. */
let carried: string | undefined

/**
 * Unpacks the worker that a page in one file carries, as base64 of gzip; before `startWorker`. Undefined
 * when there is nothing to unpack.
 */
export function prepareWorker(): Promise<void> | undefined {
  const packed = document.getElementById('attune-worker')?.textContent
  if (packed === undefined || packed === null || carried !== undefined) return undefined
  return unpack(packed)
}

async function unpack(packed: string): Promise<void> {
  const bytes = Uint8Array.from(atob(packed), (sign) => sign.charCodeAt(0))
  const source = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))
  const script = new Blob([await new Response(source).text()], { type: 'text/javascript' })
  carried = URL.createObjectURL(script)
}

/** A worker of the page: of a file beside it, or of what a page in one file carries. */
export function startWorker(): Worker {
  return carried === undefined
    ? new Worker(new URL('../data/worker.ts', import.meta.url), { type: 'module' })
    : new Worker(carried)
}
