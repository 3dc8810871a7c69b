// Writes the JSON Schema of study files from the built package: npm run build first.
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { studySchema } from '../packages/attune/dist/study-file/schema.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const file = 'packages/attune/study.schema.json'
writeFileSync(new URL(`../${file}`, import.meta.url), JSON.stringify(studySchema(), null, 2))
execFileSync('npx', ['oxfmt', file], { cwd: root, stdio: 'inherit' })
