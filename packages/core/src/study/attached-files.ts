import type { Problem } from '../errors.ts'
import type { Artifact } from '../journal/event.ts'

/** So many files may be attached to a trial, and so many to a study. */
export const mostAttached = 1000

/** The longest name of a file, and the longest part of one between slashes, in UTF-16 units. */
const longest = { name: 500, part: 200 }

/**
 * What is wrong with the name of a file that is attached, or undefined. A name is a path with forward
 * slashes that leads out of no folder, on any system.
 */
export function checkArtifactName(name: string): string | undefined {
  const parts = name.split('/')
  if (name === '') return 'a file has a name.'
  if (name.length > longest.name || parts.some((part) => part.length > longest.part)) {
    return `a name has at most ${longest.name} characters, and ${longest.part} between slashes.`
  }
  if (parts.some((part) => ['', '.', '..'].includes(part))) {
    return `${JSON.stringify(name)} must be relative, without "." and ".." and without two slashes in a row. Example: plots/loss.png`
  }
  const isPlain = Array.from(name).every((sign) => sign >= ' ' && sign !== '\u007f')
  if (!isPlain || name.includes('\\') || /^[A-Za-z]:/.test(name)) {
    return `${JSON.stringify(name)} holds a backslash, a control character or the letter of a drive. Write folders with "/".`
  }
  return undefined
}

/** What is wrong with the files that somebody attaches and takes away, given those that are there. */
export function attachedProblems(
  attached: readonly Artifact[],
  detached: readonly string[],
  standing: readonly Artifact[],
): Problem[] {
  const names = attached.map(({ name }) => name)
  const before = new Set(standing.map(({ name }) => name))
  const problems: Problem[] = []
  const add = (path: string, message: string | undefined): void => {
    if (message !== undefined) problems.push({ path, message })
  }
  attached.forEach(({ name, sha256, bytes }, i) => {
    const path = `attached[${i}]`
    add(path, checkArtifactName(name))
    if (names.indexOf(name) < i) add(path, `${JSON.stringify(name)} stands twice. Remove one.`)
    if (!/^[0-9a-f]{64}$/.test(sha256)) add(path, 'sha256 is 64 hexadecimal digits.')
    if (!Number.isSafeInteger(bytes) || bytes < 0) add(path, 'bytes is a whole number >= 0.')
  })
  detached.forEach((name, i) => {
    const path = `detached[${i}]`
    if (names.includes(name)) add(path, `${JSON.stringify(name)} is also attached. Choose one.`)
    else if (!before.has(name)) add(path, notAttached(name, [...before]))
  })
  const count = new Set([...before, ...names]).size
  if (count > mostAttached) {
    add('attached', `at most ${mostAttached} files can be attached, and these would make ${count}.`)
  }
  return problems
}

function notAttached(name: string, others: readonly string[]): string {
  const known = others.length === 0 ? 'no file is' : `there are ${others.slice(0, 10).join(', ')}`
  return `no file ${JSON.stringify(name)} is attached; ${known}. What a program left stays as long as the study keeps it.`
}
