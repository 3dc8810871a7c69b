// Seizure or not, in segments of EEG.
import { seriesFeatures } from '@attune/models'
import { loadBonnEeg } from '@attune/models/node'
import { smallSet } from './classic.mjs'

const set = smallSet(async () => {
  const eeg = await loadBonnEeg()
  const x = seriesFeatures(eeg)
  const seizure = eeg.classes.indexOf('S')
  const codes = Int32Array.from(eeg.labels, (label) => (label === seizure ? 1 : 0))
  const y = { kind: 'classes', codes, labels: ['other', 'seizure'] }
  return { x, y, groups: eeg.groups.codes }
})
export const { finish } = set
export default set.objective
