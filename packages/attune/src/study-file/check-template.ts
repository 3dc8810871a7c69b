import { AttuneError } from '@attune/core'
import type { SearchSpace } from '@attune/core'
import type { Command } from '../executors/command-template.ts'
import { compileTemplate } from '../executors/command-template.ts'

/** A mistake in a command; `position` leads to its word, or to a word of an inner list. */
export interface TemplateProblem {
  readonly position: readonly number[]
  readonly message: string
}

/** The mistakes in a command whose placeholders stand for the parameters of a space. */
export function checkTemplate(command: Command, space: SearchSpace): TemplateProblem[] {
  const parameters = space.params.map(({ name, when }) => ({ name, conditional: when.length > 0 }))
  try {
    compileTemplate(command, parameters)
    return []
  } catch (error) {
    if (!(error instanceof AttuneError)) throw error
    const problems = error.details as readonly { readonly path: string; readonly message: string }[]
    return problems.map(({ path, message }) => ({
      position: Array.from(path.matchAll(/\[(\d+)\]/g), ([, index]) => Number(index)),
      message,
    }))
  }
}
