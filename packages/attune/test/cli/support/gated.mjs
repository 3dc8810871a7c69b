// A program whose end is up to the test: it waits for a file named after its trial, or for all of them.
import { existsSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

const { ATTUNE_TRIAL: trial, ATTUNE_PARAM_X: x } = process.env
writeFileSync(`started-${trial}`, String(process.pid))
while (!existsSync('open') && !existsSync(`open-${trial}`)) await sleep(20)
console.log(JSON.stringify({ loss: Number(x) }))
