// A small program of nine steps that keeps a checkpoint in its trial's folder and writes down which
// steps it made, in which attempt.
import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'

const { ATTUNE_DIR: dir, ATTUNE_RESUME: resume, ATTUNE_RESUME_FROM: from } = process.env
const checkpoint = `${dir}/checkpoint.json`
let state = { step: 0, loss: Number(process.env.ATTUNE_PARAM_X) + 1 }
if (resume !== undefined && existsSync(checkpoint)) {
  state = JSON.parse(readFileSync(checkpoint, 'utf8'))
}
const said = [process.env.ATTUNE_ATTEMPT, resume ?? '-', from ?? '-', state.step]
appendFileSync(`${dir}/runs`, `${said.join(' ')}\n`)

while (state.step < 9) {
  await setTimeout(Number(process.argv[2] ?? 60))
  state = { step: state.step + 1, loss: state.loss * 0.9 }
  writeFileSync(`${checkpoint}.new`, JSON.stringify(state))
  renameSync(`${checkpoint}.new`, checkpoint)
  appendFileSync(`${dir}/steps`, `${state.step}\n`)
  console.log(JSON.stringify(state))
}
