import { relative, resolve } from 'node:path'

/** A path as people here would type it: relative when it lies in or under the working folder. */
export function shownPath(path: string): string {
  const near = relative(process.cwd(), resolve(path))
  return near === '' || near.startsWith('..') ? path : near
}
