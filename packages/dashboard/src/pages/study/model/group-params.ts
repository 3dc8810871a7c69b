interface Named {
  readonly name: string
}

export interface ParamGroup<T extends Named> {
  /** What the names of the group begin with; empty for parameters that stand alone. */
  readonly name: string
  readonly params: readonly (T & { readonly short: string })[]
}

/**
 * Parameters by what their dotted names begin with: `optimizer` and `optimizer.sgd.momentum` are one
 * group, parameters that stand alone are the first. Within groups the order stays.
 */
export function groupParams<T extends Named>(params: readonly T[]): readonly ParamGroup<T>[] {
  const sizes = new Map<string, number>()
  for (const { name } of params) sizes.set(headOf(name), (sizes.get(headOf(name)) ?? 0) + 1)
  const groups = new Map<string, (T & { short: string })[]>([['', []]])
  for (const param of params) {
    const head = headOf(param.name)
    const group = sizes.get(head)! > 1 ? head : ''
    const short =
      group === '' || param.name === head ? param.name : param.name.slice(head.length + 1)
    const list = groups.get(group) ?? []
    list.push({ ...param, short })
    groups.set(group, list)
  }
  return [...groups].flatMap(([name, list]) => (list.length === 0 ? [] : [{ name, params: list }]))
}

const headOf = (name: string): string =>
  name.slice(0, name.indexOf('.') < 0 ? undefined : name.indexOf('.'))
