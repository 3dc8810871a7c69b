import { join } from 'node:path'
import { readFloats, readJson } from './files.ts'
import type { Params } from './task.ts'

type Op = readonly ['add' | 'sub' | 'mul' | 'div', number] | readonly ['log' | 'exp' | 'neg']
interface Model {
  readonly instance_param: string
  readonly instances: readonly string[]
  readonly categorical_inputs: readonly {
    name: string
    encoding: Readonly<Record<string, number>>
  }[]
  readonly continuous_inputs: readonly { name: string; ops: readonly Op[] }[]
  readonly outputs: readonly { name: string; ops: readonly Op[] }[]
  readonly layers: number
  readonly tensors: readonly { name: string; shape: readonly number[]; offset: number }[]
  readonly weights: string
}

/** A network fitted to real trainings: the value of one output for a configuration. */
export interface Surrogate {
  readonly instances: readonly string[]
  evaluate(instance: string, params: Params, output: string): number
}

export function loadSurrogate(folder: string): Surrogate {
  const model = readJson(folder, 'model.json') as Model
  // Widened once: the pass is in double throughout.
  const weights = Float64Array.from(readFloats(join(folder, model.weights)))
  const places = new Map(model.tensors.map((tensor) => [tensor.name, tensor]))
  const tensor = (name: string): Float64Array => {
    const found = places.get(name)
    if (found === undefined) throw new Error(`model.json of ${folder} has no tensor ${name}`)
    const size = found.shape.reduce((a, b) => a * b, 1)
    return weights.subarray(found.offset, found.offset + size)
  }
  const embeddings = model.categorical_inputs.map(({ name, encoding }) => {
    const rows = tensor(`emb.${name}`)
    const width = places.get(`emb.${name}`)!.shape[1]!
    return { name, encoding, rowOf: (i: number) => rows.subarray(i * width, (i + 1) * width) }
  })
  const dense = (w: string, b: string): Dense => ({ w: tensor(w), b: tensor(b) })
  const first = dense('first.W', 'first.b')
  const layers = Array.from({ length: model.layers }, (_, l) => ({
    scale: tensor(`${l}.scale`),
    shift: tensor(`${l}.shift`),
    wide: dense(`${l}.W0`, `${l}.b0`),
    narrow: dense(`${l}.W1`, `${l}.b1`),
  }))
  const [scale, shift] = [tensor('last.scale'), tensor('last.shift')]
  const head = dense('head.W', 'head.b')

  return {
    instances: model.instances,
    evaluate(instance, params, output) {
      const x: number[] = []
      for (const { name, encoding, rowOf } of embeddings) {
        const given = name === model.instance_param ? instance : (params[name] ?? '#na#')
        x.push(...rowOf(encoding[String(given)]!))
      }
      for (const { name, ops } of model.continuous_inputs) {
        x.push(applyOps(ops, (params[name] as number | undefined) ?? 0))
      }
      const h = affine(first, x)
      for (const layer of layers) {
        const u = affine(layer.wide, scaled(h, layer.scale, layer.shift))
        const half = u.length / 2
        const gated = u.slice(0, half)
        for (let i = 0; i < half; i++) gated[i] = gated[i]! * Math.max(0, u[half + i]!)
        const step = affine(layer.narrow, gated)
        for (let i = 0; i < h.length; i++) h[i] = h[i]! + step[i]!
      }
      const o = affine(
        head,
        scaled(h, scale, shift).map((v) => Math.max(0, v)),
      )
      const at = model.outputs.findIndex(({ name }) => name === output)
      return applyOps(model.outputs[at]!.ops, 1 / (1 + Math.exp(-o[at]!)))
    },
  }
}

interface Dense {
  readonly w: Float64Array
  readonly b: Float64Array
}

function affine({ w, b }: Dense, x: ArrayLike<number>): Float64Array {
  const y = new Float64Array(b.length)
  const width = x.length
  for (let i = 0; i < y.length; i++) {
    let sum = 0
    for (let j = 0, at = i * width; j < width; j++, at++) sum += w[at]! * x[j]!
    y[i] = sum + b[i]!
  }
  return y
}

function scaled(h: Float64Array, scale: Float64Array, shift: Float64Array): Float64Array {
  return h.map((v, i) => v * scale[i]! + shift[i]!)
}

function applyOps(ops: readonly Op[], value: number): number {
  return ops.reduce((x, [name, k = 0]) => {
    switch (name) {
      case 'add':
        return x + k
      case 'sub':
        return x - k
      case 'mul':
        return x * k
      case 'div':
        return x / k
      case 'log':
        return Math.log(x)
      case 'exp':
        return Math.exp(x)
      case 'neg':
        return -x
    }
  }, value)
}
