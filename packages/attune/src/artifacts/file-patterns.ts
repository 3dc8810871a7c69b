/**
 * Patterns of files below a folder, with `/` between the parts. `*` is any text and `?` any one
 * character within a name, `**` any folders, also none; a pattern that ends with `/` is everything in
 * that folder. Everything else stands for itself. Names that begin with a dot are only meant by parts
 * that begin with one.
 */

/** What is wrong with a pattern, or undefined. */
export function checkPattern(pattern: string): string | undefined {
  const example = 'Example: model.onnx, or plots/**/*.png'
  if (pattern === '') return `a pattern of files has a name. ${example}`
  if (pattern.includes('\\')) return `write folders with "/" in ${JSON.stringify(pattern)}`
  if (pattern.includes('\0')) return 'the name of a file holds no NUL'
  if (/^\/|^[A-Za-z]:\//.test(pattern)) {
    return `${JSON.stringify(pattern)} must be relative to the trial's folder. ${example}`
  }
  const parts = partsOf(pattern)
  const odd = parts.find((part) => ['', '.', '..'].includes(part))
  if (odd === undefined) return undefined
  const why = odd === '..' ? "leads out of the trial's folder" : `has an empty part ("${odd}")`
  return `${JSON.stringify(pattern)} ${why}. ${example}`
}

/** Which of several patterns match as one goes down from folder to folder; never changed. */
export interface PatternState {
  /** What holds for the entry of this name. */
  enter(name: string): PatternState
  /** Whether something further down may match. */
  readonly isOpen: boolean
  /** The indices of the patterns that match up to here. */
  readonly matches: readonly number[]
}

/** The state of the folder that the patterns are relative to. */
export function compilePatterns(patterns: readonly string[]): PatternState {
  const compiled = patterns.map((pattern) => partsOf(pattern).map(compilePart))
  return stateAt(
    compiled,
    compiled.map(() => new Set([0])),
  )
}

/** Matches a name; `deep` ones any number of names in a row. */
interface Part {
  readonly deep: boolean
  test(name: string): boolean
}

/** `places` holds, for each pattern, the parts that the next name may match. */
function stateAt(
  patterns: readonly (readonly Part[])[],
  places: readonly ReadonlySet<number>[],
): PatternState {
  const reached = places.map((set, p) => passDeep(patterns[p] as readonly Part[], set))
  return {
    enter(name) {
      const next = patterns.map((parts, p) => {
        const places = new Set<number>()
        for (const i of reached[p] as ReadonlySet<number>) {
          const part = parts[i]
          if (part?.test(name) === true) places.add(part.deep ? i : i + 1)
        }
        return places
      })
      return stateAt(patterns, next)
    },
    isOpen: reached.some((set, p) => [...set].some((i) => i < (patterns[p]?.length ?? 0))),
    matches: patterns.flatMap((parts, p) => (reached[p]?.has(parts.length) ? [p] : [])),
  }
}

/** Deep parts may match nothing at all. */
function passDeep(parts: readonly Part[], places: ReadonlySet<number>): ReadonlySet<number> {
  const reached = new Set(places)
  for (const i of reached) if (parts[i]?.deep === true) reached.add(i + 1)
  return reached
}

function partsOf(pattern: string): string[] {
  const whole = pattern.endsWith('/') ? `${pattern}**` : pattern
  // What ends with ** means the files, of which the last part must be one.
  return (whole === '**' || whole.endsWith('/**') ? `${whole}/*` : whole).split('/')
}

function compilePart(text: string): Part {
  const isVisible = (name: string): boolean => !name.startsWith('.')
  if (text === '**') return { deep: true, test: isVisible }
  const signs = Array.from(text)
  const isOpen = /^[*?]/.test(text)
  return {
    deep: false,
    test: (name) => (!isOpen || isVisible(name)) && matchesSigns(signs, Array.from(name)),
  }
}

/** `*` and `?` within a name; goes back to the last star only, so that it takes m n steps at most. */
function matchesSigns(signs: readonly string[], name: readonly string[]): boolean {
  let i = 0
  let star = -1
  let afterStar = 0
  for (let k = 0; k < name.length;) {
    if (signs[i] === '*') {
      star = i++
      afterStar = k
    } else if (signs[i] === '?' || signs[i] === name[k]) {
      i++
      k++
    } else if (star >= 0) {
      i = star + 1
      k = ++afterStar
    } else return false
  }
  return signs.slice(i).every((sign) => sign === '*')
}
