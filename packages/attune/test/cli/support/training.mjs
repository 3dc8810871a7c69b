// A small training: gradient descent on a badly scaled bowl, which diverges above a rate of 0.04.
const given = process.argv.slice(2)
const rate = Number(given[given.indexOf('--lr') + 1])
const epochs = Number(given[given.indexOf('--epochs') + 1])
const steepness = [50, 5, 0.5]
let weights = [1, 1, 1]
for (let epoch = 1; epoch <= epochs; epoch++) {
  for (let i = 0; i < 20; i++) weights = weights.map((w, k) => w - rate * steepness[k] * w)
  const loss = weights.reduce((sum, w, k) => sum + 0.5 * steepness[k] * w * w, 0)
  console.log(`{"step":${epoch},"loss":${loss > 1e3 ? 'NaN' : loss}}`)
}
