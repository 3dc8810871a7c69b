// Normal, benign or malignant, in ultrasound pictures of the breast.
import { imageFeatures, toTarget } from '@attune/models'
import { loadBusi } from '@attune/models/node'
import { smallSet } from './classic.mjs'

const set = smallSet(async () => {
  const pictures = await loadBusi()
  return { x: imageFeatures(pictures), y: toTarget(pictures), groups: pictures.groups.codes }
})
export const { finish } = set
export default set.objective
