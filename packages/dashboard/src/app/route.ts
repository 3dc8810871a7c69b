import type { ReadonlySignal } from '@preact/signals'
import { computed, signal } from '@preact/signals'
import { base, isFile } from './base.ts'

/** Where in the app somebody is. */
export interface Route {
  /** `/study/ID/charts`, decoded nowhere. */
  readonly path: string
  /** Its pieces, decoded. */
  readonly parts: readonly string[]
  readonly query: URLSearchParams
}

const current = signal<Route>(readRoute())

/** Follows the address of the page: the path, or in a page without a server what stands after `#`. */
export const route: ReadonlySignal<Route> = current

/** The path alone, and its pieces: they stay the same while only the query changes, which it often does. */
export const routePath: ReadonlySignal<string> = computed(() => current.value.path)
export const routeParts: ReadonlySignal<readonly string[]> = computed(() =>
  partsOf(routePath.value),
)

/** The address of a path of the app, to be used as `href`. */
export function hrefOf(path: string): string {
  return isFile ? `#${path}` : `${base}${path}`
}

/** The path of a study, of one of its pages, and with a query. */
export function studyPath(
  id: string,
  page = '',
  query: Readonly<Record<string, string>> = {},
): string {
  const search = new URLSearchParams(query).toString()
  const path = `/study/${encodeURIComponent(id)}${page === '' ? '' : `/${page}`}`
  return search === '' ? path : `${path}?${search}`
}

/** Goes to a path such as `/study/ID?trial=3`. With `replace` the way back does not lead here. */
export function navigate(path: string, options: { readonly replace?: boolean } = {}): void {
  const before = current.value.path
  if (options.replace === true) history.replaceState(null, '', hrefOf(path))
  else history.pushState(null, '', hrefOf(path))
  current.value = readRoute()
  if (current.value.path !== before) globalThis.scrollTo(0, 0)
}

/**
 * Changes keys of the query and keeps the others; undefined and '' take a key away. The way back
 * leads over such changes unless `push` is given.
 */
export function setQuery(
  changes: Readonly<Record<string, string | undefined>>,
  options: { readonly push?: boolean } = {},
): void {
  const query = new URLSearchParams(current.value.query)
  for (const [key, value] of Object.entries(changes)) {
    if (value === undefined || value === '') query.delete(key)
    else query.set(key, value)
  }
  // Commas and colons may stand in a query, and read better as they are.
  const text = query.toString().replaceAll('%2C', ',').replaceAll('%3A', ':')
  const now = current.value.query.toString()
  if (query.toString() === now) return
  navigate(text === '' ? current.value.path : `${current.value.path}?${text}`, {
    replace: options.push !== true,
  })
}

/** Begins to follow the way back and links; gives the way to end it. */
export function followAddress(): () => void {
  const update = (): void => {
    current.value = readRoute()
  }
  globalThis.addEventListener('popstate', update)
  globalThis.addEventListener('hashchange', update)
  document.addEventListener('click', followLink)
  return () => {
    globalThis.removeEventListener('popstate', update)
    globalThis.removeEventListener('hashchange', update)
    document.removeEventListener('click', followLink)
  }
}

function followLink(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0) return
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
  const link = event.target instanceof Element ? event.target.closest('a') : null
  if (link === null || link.target !== '' || link.hasAttribute('download')) return
  const path = pathOf(link)
  if (path === undefined) return
  event.preventDefault()
  navigate(path)
}

/** The path of the app that a link leads to; undefined when it leads elsewhere. */
function pathOf(link: HTMLAnchorElement): string | undefined {
  if (isFile) return link.getAttribute('href')?.startsWith('#/') ? link.hash.slice(1) : undefined
  if (link.origin !== location.origin || !link.pathname.startsWith(`${base}/`)) return undefined
  const path = link.pathname.slice(base.length)
  const isOurs = path === '/' || path === '/compare' || /^\/(study|file)(\/|$)/.test(path)
  return isOurs ? path + link.search : undefined
}

function readRoute(): Route {
  const text = isFile ? location.hash.slice(1) || '/' : location.pathname.slice(base.length)
  const url = isFile ? text : text + location.search
  const [path = '/', search = ''] = url.split('?', 2)
  return { path, parts: partsOf(path), query: new URLSearchParams(search) }
}

function partsOf(path: string): string[] {
  return path
    .split('/')
    .filter((part) => part !== '')
    .map(decoded)
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
