// Fails when a package's exports, files and sources do not fit together.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = new URL('..', import.meta.url).pathname
const problems = []
for (const name of ['core', 'attune', 'models', 'dashboard']) {
  const folder = join(root, 'packages', name)
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  for (const [subpath, target] of Object.entries(manifest.exports)) {
    const files = typeof target === 'string' ? [target] : Object.values(target)
    for (const file of files) {
      if (!existsSync(join(folder, file))) {
        problems.push(`packages/${name}: exports["${subpath}"] names ${file}, which is not there`)
      }
    }
  }
  for (const file of manifest.files) {
    if (!existsSync(join(folder, file)))
      problems.push(`packages/${name}: files names ${file}, which is not there`)
  }
}
const core = JSON.parse(readFileSync(join(root, 'packages/core/package.json'), 'utf8'))
if (core.dependencies !== undefined)
  problems.push('packages/core: it has no runtime dependency, ever')
for (const file of ['app/index.html', 'app/licences.txt', 'static/index.html']) {
  if (!existsSync(join(root, 'packages/dashboard/dist', file)))
    problems.push(`packages/dashboard: dist/${file} is not there; npm run build makes it`)
}
for (const problem of problems) console.error(problem)
process.exit(problems.length === 0 ? 0 : 1)
