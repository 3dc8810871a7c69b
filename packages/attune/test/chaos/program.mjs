// A program that misbehaves: in a quarter of its space it crashes or hangs, and elsewhere three
// trials in a hundred do something nasty. Which trial does what depends on its seed alone.
import { spawn } from 'node:child_process'
import { writeSync } from 'node:fs'

const { x, y } = JSON.parse(process.env.ATTUNE_PARAMS)
const draw = (Number(process.env.ATTUNE_SEED) % 10_000) / 10_000
const say = (text) => writeSync(1, text)
const forever = () => setInterval(() => {}, 1000)
// The best place would lie where everything fails.
const answer = () => say(`{"loss":${(x - 0.6) ** 2 + (y - 0.6) ** 2}}\n`)

/** A grandchild in a group of its own that ignores every signal it can. */
function fork() {
  const script = "trap '' TERM INT HUP; while :; do sleep 1; done"
  spawn('setsid', ['sh', '-c', script], { detached: true, stdio: 'ignore' }).unref()
}

const nasty = [
  () => {
    fork()
    answer()
  },
  () => {
    fork()
    forever()
  },
  () => {
    for (let i = 0; i < 4_000; i++) say(`${'noise '.repeat(200)}\n`)
    answer()
  },
  () => say('{"loss": NaN}\n'),
  () => say(`${String.fromCharCode(0, 1, 2, 255, 10)}{"loss": "much"}\n{{{\n`),
  () => {
    const eaten = []
    for (let megabytes = 0; megabytes < 10_000; megabytes += 50) {
      eaten.push(Buffer.alloc(50_000_000, 1))
    }
    answer()
  },
  () => process.exit(0),
]

if (x > 0.5 && y > 0.5) {
  if (draw < 0.3) forever()
  else process.kill(process.pid, 'SIGSEGV')
} else if (draw < 0.03) nasty[Math.floor((draw / 0.03) * nasty.length)]()
else answer()
