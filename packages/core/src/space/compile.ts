import type { Problem } from '../errors.ts'
import type { List, Param, Shape, ShapeNode, Variant } from './builders.ts'
import type { Distribution, Label } from './distribution.ts'
import { contains, describeDistribution, lastStep } from './distribution.ts'
import type { Condition, FlatParam, SpaceNode } from './space.ts'

/** The most parameters a space may flatten to. */
export const maxParams = 2000

const namePattern = /^[\p{L}_][\p{L}\p{N}_-]*$/u
/** Words that the JSON form of a space uses for its own keys. */
const reserved = new Set(['float', 'int', 'choice', 'flag', 'constant', 'variant', 'list'])

interface Compiler {
  readonly params: FlatParam[]
  readonly problems: Problem[]
}

/** Turns a nested shape into the flat list, parents first, collecting every mistake. */
export function compileShape(
  shape: Shape,
  problems: Problem[],
): { params: FlatParam[]; root: SpaceNode } {
  const size = sizeOf(shape)
  if (size > maxParams) {
    problems.push({
      path: '',
      message: `the space flattens to ${size} parameters, at most ${maxParams} are allowed. Shorten its lists.`,
    })
    return { params: [], root: { kind: 'shape', entries: [] } }
  }
  const compiler: Compiler = { params: [], problems }
  const root = compileEntries(shape, '', '', [], compiler)
  return { params: compiler.params, root }
}

function isNode<K extends 'param' | 'variant' | 'list'>(
  node: ShapeNode,
  kind: K,
): node is Extract<Param<unknown> | Variant<unknown> | List<unknown>, { node: K }> {
  return (node as { node?: unknown }).node === kind
}

function isObject(x: unknown): x is Record<string, unknown> {
  return typeof x === 'object' && x !== null && !Array.isArray(x)
}

function sizeOf(node: unknown): number {
  if (!isObject(node)) return 1
  const known = node as ShapeNode
  if (isNode(known, 'param')) return 1
  if (isNode(known, 'variant')) return 1 + (isObject(known.variants) ? sizeOf(known.variants) : 0)
  if (isNode(known, 'list')) return 1 + (known.max > 0 ? known.max * sizeOf(known.of) : 0)
  let sum = 0
  for (const child of Object.values(node)) sum += sizeOf(child)
  return sum
}

/** `path` is where the user wrote it (for messages); `prefix` is where its flat names begin. */
function compileEntries(
  shape: Shape,
  path: string,
  prefix: string,
  when: readonly Condition[],
  compiler: Compiler,
): SpaceNode {
  const entries: [string, SpaceNode][] = []
  for (const [key, child] of Object.entries(shape)) {
    const at = path === '' ? key : `${path}.${key}`
    checkName(key, at, compiler.problems)
    entries.push([key, compileNode(child, at, prefix + key, when, compiler)])
  }
  return { kind: 'shape', entries }
}

function checkName(key: string, path: string, problems: Problem[]): void {
  const say = (message: string): void => void problems.push({ path, message })
  if (reserved.has(key)) say(`"${key}" is a word of the space format. Choose another name.`)
  else if (/^\d+$/.test(key)) say('names of digits alone are reserved for list elements.')
  else if (key in Object.prototype) {
    say(`"${key}" is a name that every object has already. Choose another name.`)
  } else if (!namePattern.test(key)) {
    say('a name starts with a letter or _ and goes on with letters, digits, _ or -. Rename it.')
  }
}

function compileNode(
  node: ShapeNode,
  path: string,
  name: string,
  when: readonly Condition[],
  compiler: Compiler,
): SpaceNode {
  const { problems } = compiler
  if (!isObject(node)) {
    const message = `expected float(), int(), choice(), flag(), variant(), list() or a nested shape, got ${JSON.stringify(node)}. For a fixed value use constant().`
    problems.push({ path, message })
    return { kind: 'shape', entries: [] }
  }
  if (isNode(node, 'param')) {
    const distribution = compileDistribution(node, path, problems)
    checkDefault(node.default, distribution, path, problems)
    return { kind: 'param', index: add(compiler, name, distribution, when, node.default) }
  }
  if (isNode(node, 'variant')) return compileVariant(node, path, name, when, compiler)
  if (isNode(node, 'list')) return compileList(node, path, name, when, compiler)
  return compileEntries(node as Shape, path, `${name}.`, when, compiler)
}

function add(
  compiler: Compiler,
  name: string,
  distribution: Distribution,
  when: readonly Condition[],
  fallback: Label | undefined,
): number {
  compiler.params.push({
    name,
    distribution,
    when,
    ...(fallback === undefined ? {} : { default: fallback }),
  })
  return compiler.params.length - 1
}

function compileVariant(
  node: Variant<unknown>,
  path: string,
  name: string,
  when: readonly Condition[],
  compiler: Compiler,
): SpaceNode {
  const options = isObject(node.variants) ? Object.entries(node.variants) : []
  const labels = options.map(([label]) => label)
  const { problems } = compiler
  if (labels.length === 0) problems.push({ path, message: 'a variant needs at least one option.' })
  const distribution: Distribution = { kind: 'choice', choices: labels, ordered: false }
  checkDefault(node.default, distribution, path, problems)
  const index = add(compiler, name, distribution, when, node.default)
  const nodes = options.map(([label, shape]): [string, SpaceNode] => {
    const at = `${path}.${label}`
    checkName(label, at, problems)
    if (!isObject(shape) || typeof (shape as { node?: unknown }).node === 'string') {
      problems.push({
        path: at,
        message: 'an option of a variant is a shape: { name: parameter, … } or {}.',
      })
      return [label, { kind: 'shape', entries: [] }]
    }
    if ('kind' in shape) {
      problems.push({
        path: `${at}.kind`,
        message: '"kind" names the option itself. Choose another name.',
      })
    }
    const inner = [...when, { parent: name, in: [label] }]
    return [label, compileEntries(shape, at, `${name}.${label}.`, inner, compiler)]
  })
  return { kind: 'variant', index, options: nodes }
}

function compileList(
  node: List<unknown>,
  path: string,
  name: string,
  when: readonly Condition[],
  compiler: Compiler,
): SpaceNode {
  const { min, max } = node
  const { problems } = compiler
  if (!Number.isInteger(min) || !Number.isInteger(max) || min < 0 || max < min || max < 1) {
    problems.push({
      path,
      message: `a list needs whole lengths 0 <= min <= max and max >= 1, got ${min}..${max}.`,
    })
    return { kind: 'shape', entries: [] }
  }
  const distribution: Distribution = { kind: 'int', low: min, high: max, scale: 'linear', step: 1 }
  checkDefault(node.default, distribution, path, problems)
  const index = add(compiler, name, distribution, when, node.default)
  const items: SpaceNode[] = []
  for (let i = 0; i < max; i++) {
    // Elements that every length has exist without a condition.
    const inner = i < min ? when : [...when, { parent: name, atLeast: i + 1 }]
    // Every element has the same mistakes; they are reported once, for the first.
    const quiet = i === 0 ? compiler : { ...compiler, problems: [] }
    items.push(compileNode(node.of, `${path}.of`, `${name}.${i}`, inner, quiet))
  }
  return { kind: 'list', index, items }
}

function checkDefault(
  value: Label | undefined,
  distribution: Distribution,
  path: string,
  problems: Problem[],
): void {
  if (value === undefined || contains(distribution, value)) return
  problems.push({
    path: `${path}.default`,
    message: `the default ${JSON.stringify(value)} is not a value of ${describeDistribution(distribution)}.`,
  })
}

function compileDistribution(
  node: Param<unknown>,
  path: string,
  problems: Problem[],
): Distribution {
  return node.kind === 'choice'
    ? compileChoice(node, path, problems)
    : compileNumeric(node, path, problems)
}

function compileChoice(node: Param<unknown>, path: string, problems: Problem[]): Distribution {
  const choices = Array.isArray(node.choices) ? (node.choices as readonly Label[]) : []
  const say = (message: string): void => void problems.push({ path, message })
  if (choices.length === 0) say('a choice needs at least one label.')
  const seen = new Set<Label>()
  for (const label of choices) {
    const plain = label === null || ['string', 'number', 'boolean'].includes(typeof label)
    if (!plain || (typeof label === 'number' && !Number.isFinite(label))) {
      say(
        `labels are strings, finite numbers, booleans or null, got ${String(label)}. For nested options use variant().`,
      )
    } else if (seen.has(label)) say(`the label ${JSON.stringify(label)} stands twice. Remove one.`)
    seen.add(label)
  }
  return { kind: 'choice', choices: [...choices], ordered: node.ordered ?? false }
}

function compileNumeric(node: Param<unknown>, path: string, problems: Problem[]): Distribution {
  const { low = Number.NaN, high = Number.NaN, scale = 'linear', step } = node
  const before = problems.length
  const say = (message: string): void => void problems.push({ path, message })
  const whole = node.kind === 'int'
  if (!Number.isFinite(low) || !Number.isFinite(high)) {
    say(`low and high must be finite numbers, got ${String(node.low)} and ${String(node.high)}.`)
  } else {
    if (low > high) say(`low <= high must hold, got low = ${low}, high = ${high}. Swap them.`)
    if (scale === 'log' && low <= 0) {
      say(`a log scale needs low > 0, got low = ${low}. Use scale: "linear" or raise low.`)
    }
    if (whole && !(Number.isSafeInteger(low) && Number.isSafeInteger(high))) {
      say(`an int needs whole numbers up to 2^53, got ${low} and ${high}. Use float() for others.`)
    }
  }
  if (scale !== 'linear' && scale !== 'log') {
    say(`scale is "linear" or "log", got ${JSON.stringify(scale)}.`)
  }
  if (step !== undefined && !(Number.isFinite(step) && step > 0)) {
    say(`step must be a number > 0, got ${String(step)}.`)
  } else if (step !== undefined && whole && !Number.isInteger(step)) {
    say(`the step of an int must be whole, got ${step}. Use float() with this step.`)
  }
  if (problems.length > before) return { kind: 'float', low: 0, high: 1, scale: 'linear' }
  const steps = step ?? (whole ? 1 : undefined)
  const last = steps === undefined ? high : lastStep(low, high, steps)
  if (whole) return { kind: 'int', low, high: last, scale, step: steps as number }
  return { kind: 'float', low, high: last, scale, ...(steps === undefined ? {} : { step: steps }) }
}
