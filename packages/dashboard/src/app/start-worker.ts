/**
 * The worker of the page: a file beside it, or, in a page that is one file, the text that it carries.
 */
export function startWorker(): Worker {
  const embedded = document.getElementById('attune-worker')
  if (embedded === null) {
    return new Worker(new URL('../data/worker.ts', import.meta.url), { type: 'module' })
  }
  const source = new Blob([embedded.textContent], { type: 'text/javascript' })
  return new Worker(URL.createObjectURL(source))
}
