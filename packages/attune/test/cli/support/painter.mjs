// Leaves a picture of one pixel, prints what it cost, and notes that it ran.
import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const [, , log] = process.argv
const { ATTUNE_TRIAL, ATTUNE_DIR, ATTUNE_PARAMS } = process.env
appendFileSync(log, `${ATTUNE_TRIAL}\n`)
writeFileSync(join(ATTUNE_DIR, 'picture.png'), `PNG of trial ${ATTUNE_TRIAL}`)
console.log(JSON.stringify({ step: 1, heat: 3 }))
console.log(JSON.stringify({ cost: JSON.parse(ATTUNE_PARAMS).x }))
