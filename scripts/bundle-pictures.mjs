// Puts the parts of ECharts that attune draws with into attune's built file, so that whoever installs
// attune need not install the 60 MB of ECharts. Does nothing when that was done already.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import { between, licencesOf } from './licences.mjs'

const folder = fileURLToPath(new URL('../packages/attune/', import.meta.url))
const file = join(folder, 'dist/pictures/echarts.js')
const notices = join(folder, 'dist/pictures/echarts-licences.txt')
const { version } = JSON.parse(readFileSync(new URL(import.meta.resolve('echarts/package.json'))))
const marker = `/* Bundled with ECharts ${version}; see echarts-licences.txt. */`

const isDone = readFileSync(file, 'utf8').startsWith(marker) && existsSync(notices)
if (!isDone) await bundle()

async function bundle() {
  const build = await rolldown({
    // The built file may be a bundle already.
    input: join(folder, 'src/pictures/echarts.ts'),
    platform: 'browser',
    treeshake: { moduleSideEffects: false },
  })
  const { output } = await build.generate({ format: 'esm', minify: true, comments: false })
  await build.close()
  if (output.length !== 1 || output[0].imports.length > 0) {
    throw new Error(`The bundle of ECharts has loose ends: ${output[0].imports.join(', ')}`)
  }
  writeFileSync(notices, licences(output[0].moduleIds))
  // The map would tell of the file as the compiler left it.
  rmSync(`${file}.map`, { force: true })
  writeFileSync(file, `${marker}\n${output[0].code}`)
}

function licences(modules) {
  const parts = licencesOf(modules)
  if (!parts.some((part) => part.startsWith('echarts '))) throw new Error('ECharts is not in it.')
  return `echarts.js in this folder contains parts of the following programs.\n\n${parts.join(between)}`
}
