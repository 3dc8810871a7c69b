import { describe, it } from 'vitest'
import { checkContinuations, checkPrefixes, oneOfEach } from './recorded.ts'

// All samplers with all schedulers are in resume.slow.test.ts.
for (const recipe of oneOfEach()) {
  describe(`a study (${recipe.name})`, () => {
    it('has the recorded next events from every prefix of its journal', () => checkPrefixes(recipe))

    it('goes on from random prefixes to the same end', () => checkContinuations(recipe, 3))
  })
}
