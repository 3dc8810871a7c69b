import { AttuneError } from '@attune/core'
import type { Attribute, Constant, Dims, ElementType, Graph, GraphNode, NamedTensor } from './ir.ts'
import { createMessage, type MessageWriter } from './protobuf.ts'

/** Version 8 of the format came with operator set 15 … 18 (onnx/docs/Versioning.md). */
const irVersion = 8
const operatorSet = 17
const treeOperatorSet = 3

/** The field numbers of onnx/onnx.proto, version 1.12, by message. */
const model = { irVersion: 1, producer: 2, graph: 7, operatorSets: 8 } as const
const operatorSetId = { domain: 1, version: 2 } as const
const graphField = { node: 1, name: 2, initializer: 5, input: 11, output: 12, value: 13 } as const
const node = { input: 1, output: 2, name: 3, op: 4, attribute: 5, domain: 7 } as const
const attribute = { name: 1, f: 2, i: 3, s: 4, floats: 7, ints: 8, strings: 9, type: 20 } as const
const attributeType = { f: 1, i: 2, s: 3, floats: 6, ints: 7, strings: 8 } as const
const tensor = { dims: 1, type: 2, name: 8, raw: 9 } as const
const valueInfo = { name: 1, type: 2 } as const
const tensorType = { tensor: 1, element: 1, shape: 2, dim: 1, value: 1, param: 2 } as const

/** TensorProto.DataType. */
const elementCodes: Readonly<Record<ElementType, number>> = { float: 1, int64: 7, bool: 9 }

/**
 * A graph as the bytes of an ONNX file (ModelProto): what the runtimes load, and what other tools
 * read. The same graph gives the same bytes.
 *
 * @throws AttuneError `models/impossible` for a constant whose values do not fill its dims
 */
export function onnxBytes(graph: Graph): Uint8Array {
  const out = createMessage()
  out.int(model.irVersion, irVersion)
  out.text(model.producer, 'attune')
  out.message(model.graph, (inner) => writeGraph(inner, graph))
  writeOperatorSet(out, '', operatorSet)
  if (graph.nodes.some((n) => n.domain === 'ai.onnx.ml')) {
    writeOperatorSet(out, 'ai.onnx.ml', treeOperatorSet)
  }
  return out.finish()
}

function writeOperatorSet(out: MessageWriter, domain: string, version: number): void {
  out.message(model.operatorSets, (inner) => {
    inner.text(operatorSetId.domain, domain)
    inner.int(operatorSetId.version, version)
  })
}

function writeGraph(out: MessageWriter, graph: Graph): void {
  graph.nodes.forEach((n, i) => {
    out.message(graphField.node, (inner) => writeNode(inner, n, i))
  })
  out.text(graphField.name, graph.name)
  for (const [name, constant] of graph.constants) {
    out.message(graphField.initializer, (inner) => writeConstant(inner, name, constant))
  }
  for (const input of graph.inputs) {
    out.message(graphField.input, (inner) => writeValueInfo(inner, input))
  }
  for (const output of graph.outputs) {
    out.message(graphField.output, (inner) => writeValueInfo(inner, output))
  }
  // Where the runtimes lose an open size, as after a reshape, they could not share memory without it.
  const told = new Set([...graph.inputs, ...graph.outputs].map(({ name }) => name))
  for (const [name, type] of graph.types) {
    if (told.has(name) || graph.constants.has(name)) continue
    out.message(graphField.value, (inner) => writeValueInfo(inner, { name, ...type }))
  }
}

/** Its name is its place, so that messages of the runtimes say which it was. */
function writeNode(out: MessageWriter, written: GraphNode, place: number): void {
  for (const name of written.inputs) out.text(node.input, name)
  for (const name of written.outputs) out.text(node.output, name)
  out.text(node.name, `${written.op}:${place}`)
  out.text(node.op, written.op)
  for (const [name, value] of Object.entries(written.attributes ?? {})) {
    out.message(node.attribute, (inner) => writeAttribute(inner, name, value))
  }
  if (written.domain !== undefined) out.text(node.domain, written.domain)
}

function writeAttribute(out: MessageWriter, name: string, value: Attribute): void {
  out.text(attribute.name, name)
  if ('int' in value) {
    out.int(attribute.i, value.int)
    out.int(attribute.type, attributeType.i)
  } else if ('float' in value) {
    out.float(attribute.f, value.float)
    out.int(attribute.type, attributeType.f)
  } else if ('ints' in value) {
    for (const entry of value.ints) out.int(attribute.ints, entry)
    out.int(attribute.type, attributeType.ints)
  } else if ('floats' in value) {
    for (const entry of value.floats) out.float(attribute.floats, entry)
    out.int(attribute.type, attributeType.floats)
  } else if ('text' in value) {
    out.text(attribute.s, value.text)
    out.int(attribute.type, attributeType.s)
  } else {
    for (const entry of value.texts) out.text(attribute.strings, entry)
    out.int(attribute.type, attributeType.strings)
  }
}

function writeConstant(out: MessageWriter, name: string, constant: Constant): void {
  const size = constant.dims.reduce((product, dim) => product * dim, 1)
  if (size !== constant.values.length) {
    throw new AttuneError(
      'models/impossible',
      `A constant must have as many values as its dims say, but ${name} of dims ` +
        `[${constant.dims.join(', ')}] has ${constant.values.length}.`,
      { details: { constant: name, dims: constant.dims, values: constant.values.length } },
    )
  }
  for (const dim of constant.dims) out.int(tensor.dims, dim)
  out.int(tensor.type, elementCodes[constant.element])
  out.text(tensor.name, name)
  out.bytes(tensor.raw, rawBytes(constant))
}

/** Little-endian whatever the machine, as the format asks. */
function rawBytes({ element, values }: Constant): Uint8Array {
  if (element === 'bool') return Uint8Array.from(values, (value) => (value === 0 ? 0 : 1))
  const width = element === 'float' ? 4 : 8
  const bytes = new Uint8Array(values.length * width)
  const view = new DataView(bytes.buffer)
  for (let i = 0; i < values.length; i++) {
    if (element === 'float') view.setFloat32(4 * i, values[i]!, true)
    else view.setBigInt64(8 * i, BigInt(values[i]!), true)
  }
  return bytes
}

function writeValueInfo(out: MessageWriter, { name, element, dims }: NamedTensor): void {
  out.text(valueInfo.name, name)
  out.message(valueInfo.type, (type) => {
    type.message(tensorType.tensor, (inner) => {
      inner.int(tensorType.element, elementCodes[element])
      inner.message(tensorType.shape, (shape) => writeShape(shape, dims))
    })
  })
}

function writeShape(out: MessageWriter, dims: Dims): void {
  for (const dim of dims) {
    out.message(tensorType.dim, (inner) => {
      if (typeof dim === 'number') inner.int(tensorType.value, dim)
      else inner.text(tensorType.param, dim)
    })
  }
}
