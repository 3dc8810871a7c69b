import { describe, it } from 'vitest'
import { checkContinuations, checkPrefixes, oneOfEach } from './recorded.ts'

// All samplers with all schedulers are in resume.slow.test.ts; here half of the quick ones.
for (const recipe of oneOfEach().filter((_, i) => i % 4 === 0 || i % 4 === 3)) {
  describe(`a study (${recipe.name})`, () => {
    it('has the recorded next events from every prefix of its journal', () => checkPrefixes(recipe))

    it('goes on from random prefixes to the same end', () => checkContinuations(recipe, 3))
  })
}
