// Writes made-up speech of six emotions, a row an utterance, as a table: node speech.mjs > speech.csv
import { syntheticSpeech } from '@attune/models'

const { x, y, speakers } = syntheticSpeech({ rows: 1200, speakers: 20, seed: 1 })
const lines = Array.from({ length: x.rows }, (_, i) => {
  const features = x.data.subarray(i * x.columns, (i + 1) * x.columns)
  const named = [speakers.labels[speakers.codes[i]], y.labels[y.codes[i]]]
  return [...named, ...Array.from(features, (value) => value.toFixed(3))].join(',')
})
console.log([['speaker', 'emotion', ...x.names].join(','), ...lines].join('\n'))
