import { describe, expect, it } from 'vitest'
import { onnxBytes } from '../../src/graph/onnx-bytes.ts'
import { float, graphOf, node } from '../engine/hand-graphs.ts'

const relu = graphOf({
  name: 'r',
  inputs: [float('x', 'n', 300)],
  outputs: [float('y', 'n', 300)],
  nodes: [node('Relu', ['x'], 'y')],
})

describe('onnxBytes', () => {
  // Put together from the field numbers of onnx.proto and the wire format, by hand.
  it('writes the wire format', () => {
    const value = (name: string): number[] => [
      ...[10, 1, name.charCodeAt(0)], // name
      ...[18, 16, 10, 14], // type, its tensor type
      ...[8, 1, 18, 10], // element float, shape
      ...[10, 3, 18, 1, 110], // dim_param n
      ...[10, 3, 8, 172, 2], // dim_value 300
    ]
    const graph = [
      ...[10, 20, 10, 1, 120, 18, 1, 121, 26, 6, ...letters('Relu:0'), 34, 4, ...letters('Relu')],
      ...[18, 1, 114], // name
      ...[90, 21, ...value('x')],
      ...[98, 21, ...value('y')],
    ]
    expect([...onnxBytes(relu)]).toEqual([
      ...[8, 8], // ir_version
      ...[18, 6, ...letters('attune')],
      ...[58, graph.length, ...graph],
      ...[66, 4, 10, 0, 16, 17], // operator set 17 of the default domain
    ])
  })

  it('refuses constants whose dims are not those of the values', () => {
    const constants = {
      c: { element: 'float', dims: [2, 2], values: new Float32Array(3) },
    } as const
    expect(() => onnxBytes({ ...relu, constants: new Map(Object.entries(constants)) })).toThrow(
      'c of dims [2, 2] has 3',
    )
  })
})

function letters(text: string): number[] {
  return [...text].map((letter) => letter.charCodeAt(0))
}
