// Judges the best configuration by the test part: node judge.mjs, after `attune run study.yaml`.
import { createStudy, openStore } from 'attune'
import { testAccuracy } from './network.mjs'

const name = 'genetic-tuning'
const store = await openStore(`${name}.db`)
const study = await createStudy({ name, journal: await store.journal(name) })
const { number, params, objectives } = study.best()
await study.close()

const layers = params.layers.map(({ units, activation }) => `${units} ${activation}`).join(', ')
const accuracies = []
for (const seed of [1, 2, 3]) accuracies.push(await testAccuracy(params, seed))
console.log(`trial ${number}: batch ${params.batch}, layers ${layers || 'none'}`)
console.log(`validation accuracy ${objectives[0].toFixed(4)}`)
console.log(`test accuracy with three seeds ${accuracies.map((a) => a.toFixed(4)).join(', ')}`)
