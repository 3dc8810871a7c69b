// A small program to tune: reports a few steps, then its loss. Behaves badly on request.
import { setTimeout as sleep } from 'node:timers/promises'

const args = Object.fromEntries(
  process.argv
    .slice(2)
    .flatMap((word, i, all) => (word.startsWith('--') ? [[word.slice(2), all[i + 1]]] : [])),
)
const x = Number(args.x)
const loss =
  (x - 0.3) ** 2 +
  (args.act === 'relu' ? 0 : 0.1) +
  (args.momentum === undefined ? 0.05 : (Number(args.momentum) - 0.9) ** 2)
const wait = Number(args.wait ?? 3)
for (let step = 1; step <= 4; step++) {
  await sleep(wait)
  console.log(JSON.stringify({ step, loss: loss + 1 / step }))
}
console.log(JSON.stringify({ loss }))
