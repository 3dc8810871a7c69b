// Applies an ONNX model that `attune train --onnx` kept to rows that `--inputs` kept, with nothing but
// onnxruntime-web: what runs here runs in a browser too.
//
//   node predict-onnx.mjs model.onnx inputs.csv > outputs.csv
import { readFileSync } from 'node:fs'
import { InferenceSession, Tensor, env } from 'onnxruntime-web/wasm'

const [model, inputs] = process.argv.slice(2)
if (inputs === undefined) {
  console.error('node predict-onnx.mjs MODEL.onnx INPUTS.csv')
  process.exit(2)
}

// Numbers only; the names of the columns say what they stand for. NaN is a missing value.
const rows = readFileSync(inputs, 'utf8').trimEnd().split(/\r?\n/).slice(1)
const numbers = rows.map((row) => row.split(',').map(Number))
const width = numbers[0]?.length ?? 0

env.wasm.numThreads = 1
const session = await InferenceSession.create(readFileSync(model))
const columns = new Tensor('float32', Float32Array.from(numbers.flat()), [rows.length, width])
const outputs = await session.run({ columns })
const [result] = Object.values(outputs)
const size = result.dims[1]
for (let i = 0; i < rows.length; i++) {
  console.log(result.data.slice(i * size, (i + 1) * size).join(','))
}
await session.release()
