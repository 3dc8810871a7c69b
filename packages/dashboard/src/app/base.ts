const meta = document.querySelector<HTMLMetaElement>('meta[name="attune-base"]')?.content ?? '/'

/** Whether the page is a file of its own, without a server behind it. */
export const isFile: boolean = meta === 'file'

/** What stands before all paths of the server, without a slash at its end: empty, or `/attune`. */
export const base: string = isFile ? '' : meta.replace(/\/+$/, '')

/** The text that a page of its own carries for a study; undefined when there is none. */
export const embedded: string | undefined =
  document.getElementById('attune-data')?.textContent ?? undefined
