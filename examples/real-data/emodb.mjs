// Seven emotions in German speech. The speakers of the test part are heard nowhere else.
import { speechMatrix, toTarget } from '@attune/models'
import { loadEmoDb } from '@attune/models/node'
import { smallSet } from './classic.mjs'

const set = smallSet(async () => {
  const speech = await loadEmoDb()
  return { x: speechMatrix(speech), y: toTarget(speech), groups: speech.groups.codes, share: 0.3 }
})
export const { finish } = set
export default set.objective
