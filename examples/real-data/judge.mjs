// Takes the best configuration of a study and judges it by the test part, once: node judge.mjs NAME
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const [name, journal = `${name}.db`] = process.argv.slice(2)
if (name === undefined) throw new Error('Name a study: node judge.mjs mnist-mlp')
const attune = fileURLToPath(import.meta.resolve('attune').replace(/dist\/.*$/, 'bin/attune.js'))
const best = JSON.parse(
  execFileSync(process.execPath, [attune, 'best', name, '--journal', journal, '--json'], {
    encoding: 'utf8',
  }),
)
console.log('validation', best.objectives, 'with', best.params)
const { finish } = await import(`./${name}.mjs`)
const metrics = await finish(best.params, ({ step, steps, metrics }) => {
  console.log(`${step}/${steps}`, metrics)
  return 'continue'
})
console.log('test', metrics)
