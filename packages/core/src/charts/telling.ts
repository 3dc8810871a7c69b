import { AttuneError } from '../errors.ts'

/** What `tell` gives, or the sentence that says why there are too few results for it. */
export function unlessUntold<T>(tell: () => T): T | { readonly untold: string } {
  try {
    return tell()
  } catch (error) {
    if (error instanceof AttuneError && error.code === 'study/config') {
      return { untold: error.message }
    }
    throw error
  }
}

export const isUntold = <T extends object>(
  found: T | { readonly untold: string },
): found is { readonly untold: string } => 'untold' in found
