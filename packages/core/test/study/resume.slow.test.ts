import { describe, it } from 'vitest'
import { checkContinuations, checkPrefixes, recipes, slowSamplers } from './recorded.ts'

for (const recipe of recipes()) {
  describe(`a study (${recipe.name})`, () => {
    it('has the recorded next events from every prefix of its journal', () => checkPrefixes(recipe))

    it('goes on from random prefixes to the same end', () =>
      checkContinuations(recipe, slowSamplers.has(recipe.sampler.name) ? 2 : 20))
  })
}
