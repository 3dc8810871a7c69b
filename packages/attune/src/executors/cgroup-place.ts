import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Where this process stands in a hierarchy of control groups (Linux). */
export interface CgroupPlace {
  readonly version: 1 | 2
  /** The folder of the group. */
  readonly folder: string
  /** The folder of the hierarchy's top as this process sees it. */
  readonly top: string
}

/**
 * The group of this process in the unified hierarchy (`controller` absent), or in that of a controller
 * of version 1; `undefined` where there is none. See cgroups(7) and proc(5), mountinfo.
 */
export function cgroupPlace(controller?: 'memory' | 'cpuacct'): CgroupPlace | undefined {
  try {
    const group = groupPath(readFileSync('/proc/self/cgroup', 'utf8'), controller)
    const mount = mountOf(readFileSync('/proc/self/mountinfo', 'utf8'), controller)
    if (group === undefined || mount === undefined) return undefined
    // In a container a part of the hierarchy may be mounted, and the group lie outside of it.
    const within = mount.root === '/' ? group : relativeTo(group, mount.root)
    if (within === undefined || within.startsWith('/..')) return undefined
    const folder = within === '/' ? mount.point : join(mount.point, within)
    return { version: controller === undefined ? 2 : 1, folder, top: mount.point }
  } catch {
    return undefined
  }
}

function relativeTo(group: string, root: string): string | undefined {
  if (group === root) return '/'
  return group.startsWith(`${root}/`) ? group.slice(root.length) : undefined
}

function groupPath(text: string, controller: string | undefined): string | undefined {
  for (const line of text.split('\n')) {
    const [, id, names, path] = /^(\d+):([^:]*):(.*)$/.exec(line) ?? []
    if (controller === undefined ? id === '0' : names?.split(',').includes(controller)) return path
  }
  return undefined
}

function mountOf(
  text: string,
  controller: string | undefined,
): { readonly root: string; readonly point: string } | undefined {
  for (const line of text.split('\n')) {
    const [left = '', right = ''] = line.split(' - ')
    const [type, , options = ''] = right.split(' ')
    const fits =
      controller === undefined
        ? type === 'cgroup2'
        : type === 'cgroup' && options.split(',').includes(controller)
    const [, , , root, point] = left.split(' ')
    if (fits && root !== undefined && point !== undefined) {
      return { root: unescaped(root), point: unescaped(point) }
    }
  }
  return undefined
}

/** Blanks in paths are written as octal numbers there. */
const unescaped = (path: string): string =>
  path.replaceAll(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  )
