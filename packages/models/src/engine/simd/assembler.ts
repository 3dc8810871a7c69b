/**
 * A very small assembler of WebAssembly: instructions are lists of bytes, operands come before their
 * operator, and a module has one memory, which is imported, and some functions, which are exported.
 * The numbers are those of the WebAssembly Core Specification 2.0, sections 5.2 … 5.5.
 */

export type Code = readonly number[]

export const valueType = { i32: 0x7f, f32: 0x7d, f64: 0x7c, v128: 0x7b } as const
export type ValueType = keyof typeof valueType

export interface FunctionSource {
  readonly name: string
  readonly parameters: readonly ValueType[]
  readonly result?: ValueType
  /** Types of the locals; they are numbered on after the parameters. */
  readonly locals: readonly ValueType[]
  readonly body: Code
}

type Unary = (value: Code) => Code
type Binary = (a: Code, b: Code) => Code

export const get = (local: number): Code => [0x20, ...unsigned(local)]
export const set = (local: number, value: Code): Code => [...value, 0x21, ...unsigned(local)]

const simd = (op: number, ...rest: number[]): Code => [0xfd, ...unsigned(op), ...rest]
const unary =
  (op: Code): Unary =>
  (value) => [...value, ...op]
const binary =
  (op: Code): Binary =>
  (a, b) => [...a, ...b, ...op]

export const i32: { constant(value: number): Code; add: Binary; lessUnsigned: Binary } = {
  constant: (value: number): Code => [0x41, ...signed(value)],
  add: binary([0x6a]),
  lessUnsigned: binary([0x49]),
}

export const f32 = {
  constant: (value: number): Code => [0x43, ...new Uint8Array(Float32Array.of(value).buffer)],
} as const

export const f64: { add: Binary } = { add: binary([0xa0]) }

/** Four floats at once. Addresses must be multiples of 16, which only makes loads faster. */
export const f32x4: {
  load(address: Code, offset: number): Code
  store(address: Code, offset: number, value: Code): Code
  splat: Unary
  add: Binary
  sub: Binary
  mul: Binary
  div: Binary
  min: Binary
  max: Binary
  sqrt: Unary
  neg: Unary
  /** All bits where they differ, none where they are equal. */
  notEqual: Binary
} = {
  load: (address: Code, offset: number): Code => [
    ...address,
    ...simd(0x00, 4, ...unsigned(offset)),
  ],
  store: (address: Code, offset: number, value: Code): Code => [
    ...address,
    ...value,
    ...simd(0x0b, 4, ...unsigned(offset)),
  ],
  splat: unary(simd(0x13)),
  add: binary(simd(0xe4)),
  sub: binary(simd(0xe5)),
  mul: binary(simd(0xe6)),
  div: binary(simd(0xe7)),
  min: binary(simd(0xe8)),
  max: binary(simd(0xe9)),
  sqrt: unary(simd(0xe3)),
  neg: unary(simd(0xe1)),
  notEqual: binary(simd(0x42)),
}

export const v128: { and: Binary; or: Binary; upperHalf: Unary } = {
  and: binary(simd(0x4e)),
  or: binary(simd(0x50)),
  /** The upper half of the bits in both halves. */
  upperHalf: (value) => [
    ...value,
    ...value,
    ...simd(0x0d, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15),
  ],
}

export const f64x2: {
  promoteLow: Unary
  add: Binary
  mul: Binary
  lane(value: Code, lane: 0 | 1): Code
} = {
  /** Of the lower two of four floats. */
  promoteLow: unary(simd(0x5f)),
  add: binary(simd(0xf0)),
  mul: binary(simd(0xf2)),
  lane: (value, lane) => [...value, ...simd(0x21, lane)],
}

/** Does the body, and again while the condition that it leaves is not zero. */
export function repeatWhile(body: Code, condition: Code): Code {
  return [0x03, 0x40, ...body, ...condition, 0x0d, 0x00, 0x0b]
}

/** A module of these functions; the memory is imported as `shared.memory`. */
export function assemble(functions: readonly FunctionSource[]): Uint8Array<ArrayBuffer> {
  const types = functions.map((f) => [
    0x60,
    ...vector(f.parameters.map((type) => [valueType[type]])),
    ...vector(f.result === undefined ? [] : [[valueType[f.result]]]),
  ])
  const memory = [...name('shared'), ...name('memory'), 0x02, 0x00, ...unsigned(1)]
  const bodies = functions.map((f) => {
    const locals = vector(f.locals.map((type) => [1, valueType[type]]))
    return sized([...locals, ...f.body, 0x0b])
  })
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, vector(types)),
    ...section(2, vector([memory])),
    ...section(3, vector(functions.map((_, i) => unsigned(i)))),
    ...section(7, vector(functions.map((f, i) => [...name(f.name), 0x00, ...unsigned(i)]))),
    ...section(10, vector(bodies)),
  ])
}

function section(id: number, content: Code): Code {
  return [id, ...sized(content)]
}

function sized(content: Code): Code {
  return [...unsigned(content.length), ...content]
}

function vector(entries: readonly Code[]): Code {
  return [...unsigned(entries.length), ...entries.flat()]
}

function name(text: string): Code {
  return sized([...text].map((letter) => letter.charCodeAt(0)))
}

/** LEB128 of a number in 0 … 2^31 - 1. */
function unsigned(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  while (rest > 127) {
    bytes.push((rest & 127) | 128)
    rest >>>= 7
  }
  return [...bytes, rest]
}

/** LEB128 of a signed 32-bit number. */
function signed(value: number): number[] {
  const bytes: number[] = []
  let rest = value | 0
  while (rest < -64 || rest > 63) {
    bytes.push((rest & 127) | 128)
    rest >>= 7
  }
  return [...bytes, rest & 127]
}
