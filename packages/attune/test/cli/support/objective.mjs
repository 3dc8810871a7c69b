// A small program to tune: reports a few steps, then its loss. Behaves badly on request.
import { setTimeout as sleep } from 'node:timers/promises'
import { lossOf } from './objective-module.mjs'

const args = Object.fromEntries(
  process.argv
    .slice(2)
    .flatMap((word, i, all) => (word.startsWith('--') ? [[word.slice(2), all[i + 1]]] : [])),
)
const momentum = args.momentum === undefined ? undefined : Number(args.momentum)
const loss = lossOf({ x: Number(args.x), act: args.act, momentum })
const wait = Number(args.wait ?? 3)
for (let step = 1; step <= 4; step++) {
  await sleep(wait * (0.5 + Math.random()))
  console.log(JSON.stringify({ step, loss: loss + 1 / step }))
}
console.log(JSON.stringify({ loss }))
