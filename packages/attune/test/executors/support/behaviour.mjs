// The objective of the conformance suite, as a program and as a module.
const never = () => new Promise(() => setInterval(() => {}, 1000))

export default async function objective(trial, behaviour = process.env.BEHAVIOUR) {
  const { x } = trial.params
  if (behaviour === 'throws') throw new TypeError('broken')
  if (behaviour === 'nan') return Number.NaN
  if (behaviour === 'hangs') {
    await trial.report(x)
    return never()
  }
  if (behaviour === 'quadratic') return (x - 1) ** 2
  for (let step = 1; step <= 5; step++) {
    const decision = await trial.report(x + 1 / step)
    if (decision.kind === 'stop') break
  }
  return x
}

if (process.argv[1] === import.meta.filename) {
  const [, , x, behaviour] = process.argv
  let step = 0
  // A program hears of a decision only by a signal, so it waits a moment for it.
  const report = async (value) => {
    console.log(JSON.stringify({ step: ++step, value }))
    await new Promise((resolve) => setTimeout(resolve, 40))
    return { kind: 'continue' }
  }
  if (behaviour === 'hangs') process.on('SIGTERM', () => {})
  const value = await objective({ params: { x: Number(x) }, report }, behaviour)
  console.log(Number.isNaN(value) ? '{"value": NaN}' : JSON.stringify({ value }))
}
