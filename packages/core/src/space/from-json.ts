import type { Json, Problem } from '../errors.ts'
import { refuseProblems } from '../errors.ts'
import { nearest } from '../nearest.ts'
import type { Shape, ShapeNode } from './builders.ts'
import { choice, constant, flag, list, variant } from './builders.ts'
import type { Requirement } from './constraint.ts'
import { refuseInfeasible } from './constraint.ts'
import type { Label } from './distribution.ts'
import type { SearchSpace } from './space.ts'
import { buildSpace } from './space.ts'
import type { SpaceJson } from './to-json.ts'

const kinds = ['float', 'int', 'choice', 'flag', 'constant', 'variant', 'list'] as const
type Kind = (typeof kinds)[number]

const options: Record<Kind, readonly string[]> = {
  float: ['scale', 'step', 'default'],
  int: ['scale', 'step', 'default'],
  choice: ['ordered', 'default'],
  flag: ['default'],
  constant: [],
  variant: ['default'],
  list: ['of', 'default'],
}

/**
 * Reads a space from its JSON form.
 * @throws AttuneError `space/problems` with every mistake at once.
 */
export function spaceFromJson(
  json: SpaceJson,
  functions: readonly Requirement[] = [],
): SearchSpace {
  const problems: Problem[] = []
  const built = parseSpace(json, problems, functions)
  refuseProblems('space/problems', 'Space', problems)
  refuseInfeasible(built)
  return built
}

/** As spaceFromJson, but adds mistakes to `problems` and does not test feasibility. */
export function parseSpace(
  json: SpaceJson,
  problems: Problem[],
  functions: readonly Requirement[] = [],
): SearchSpace {
  const shape = readShape(json.space, '', problems)
  const expressions = (json.require ?? []).filter((rule) => !isFunctionSource(rule))
  return buildSpace(shape, [...expressions, ...functions], problems)
}

/** Whether a stored constraint stands for a function given in code. */
export function isFunctionSource(rule: string): boolean {
  return /^function \S+ [0-9a-f]{16}$/.test(rule)
}

function isRecord(x: unknown): x is Record<string, Json> {
  return typeof x === 'object' && x !== null && !Array.isArray(x)
}

function readShape(json: Json, path: string, problems: Problem[]): Shape {
  if (!isRecord(json)) {
    problems.push({ path, message: `expected parameters by name, got ${JSON.stringify(json)}.` })
    return {}
  }
  const entries = Object.entries(json).map(([key, child]) => {
    const at = path === '' ? key : `${path}.${key}`
    return [key, readNode(child as Json, at, problems)]
  })
  return Object.fromEntries(entries)
}

function readNode(json: Json, path: string, problems: Problem[]): ShapeNode {
  const say = (message: string): ShapeNode => {
    problems.push({ path, message })
    return {}
  }
  if (!isRecord(json)) {
    const hint = Array.isArray(json)
      ? `{ choice: ${JSON.stringify(json)} }`
      : `{ constant: ${JSON.stringify(json)} }`
    return say(
      `expected a parameter such as { float: [0, 1] }, got ${JSON.stringify(json)}. Perhaps ${hint}?`,
    )
  }
  const keys = Object.keys(json)
  const kind = kinds.find((k) => keys.includes(k))
  if (kind === undefined) return readPlain(json, path, problems)
  for (const key of keys) {
    if (key === kind || options[kind].includes(key)) continue
    const near = nearest(key, options[kind])
    problems.push({
      path: `${path}.${key}`,
      message: `unknown key "${key}" beside "${kind}".${near === undefined ? '' : ` Did you mean "${near}"?`}`,
    })
  }
  return readKind(kind, json, path, problems)
}

/** A nested shape, unless it looks like a parameter whose kind is misspelt. */
function readPlain(json: Record<string, Json>, path: string, problems: Problem[]): ShapeNode {
  const bare = Object.entries(json).find(([, value]) => !isRecord(value))
  if (bare !== undefined && Array.isArray(bare[1])) {
    const near = nearest(bare[0], kinds)
    problems.push({
      path,
      message: `"${bare[0]}" is no kind of parameter; the kinds are ${kinds.join(', ')}.${near === undefined ? '' : ` Did you mean "${near}"?`}`,
    })
    return {}
  }
  return readShape(json, path, problems)
}

function readKind(
  kind: Kind,
  json: Record<string, Json>,
  path: string,
  problems: Problem[],
): ShapeNode {
  const given = json[kind] as Json
  const say = (message: string): ShapeNode => {
    problems.push({ path, message })
    return {}
  }
  const fallback = json['default'] === undefined ? {} : { default: json['default'] as never }
  switch (kind) {
    case 'float':
    case 'int': {
      if (!Array.isArray(given) || given.length !== 2 || given.some((x) => typeof x !== 'number')) {
        return say(`${kind} takes [low, high], two numbers, got ${JSON.stringify(given)}.`)
      }
      const [low, high] = given as [number, number]
      const more = {
        ...(json['scale'] === undefined ? {} : { scale: json['scale'] as never }),
        ...(json['step'] === undefined ? {} : { step: json['step'] as number }),
      }
      return { node: 'param', kind, low, high, ...more, ...fallback }
    }
    case 'choice':
      if (!Array.isArray(given))
        return say(`choice takes a list of labels, got ${JSON.stringify(given)}.`)
      if (!['undefined', 'boolean'].includes(typeof json['ordered'])) {
        return say(`ordered is true or false, got ${JSON.stringify(json['ordered'])}.`)
      }
      return choice(given as readonly Label[], {
        ...(json['ordered'] === undefined ? {} : { ordered: json['ordered'] === true }),
        ...fallback,
      })
    case 'flag':
      if (given !== true && given !== null)
        return say(`flag is written { flag: true }, got ${JSON.stringify(given)}.`)
      return flag(fallback)
    case 'constant':
      return constant(given as Label)
    case 'variant': {
      if (!isRecord(given)) return say('variant takes options by name: { sgd: { … }, adam: {} }.')
      const shapes = Object.entries(given).map(([label, shape]) => [
        label,
        readShape(shape ?? {}, `${path}.${label}`, problems),
      ])
      return variant(Object.fromEntries(shapes), fallback)
    }
    case 'list': {
      if (!Array.isArray(given) || given.length !== 2 || json['of'] === undefined) {
        return say('list takes [min, max] and "of", the shape of one element.')
      }
      const [min, max] = given as [number, number]
      return list(min, max, readNode(json['of'], `${path}.of`, problems), fallback)
    }
  }
}
