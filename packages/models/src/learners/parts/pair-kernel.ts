/**
 * A small WebAssembly kernel that compares blocks of rows in float32, four lanes at a time. Its bytes
 * are put together here from the instructions of the WebAssembly specification 2.0 (SIMD) and, where
 * the engine knows it, the fused multiply-add of the relaxed SIMD proposal.
 */

/** What is added up over the columns of two rows: x y or |x − y|. */
export type PairKind = 'product' | 'distance'

/** Rows of the first block that are taken together. */
export const groupRows = 6
/** Rows of the second block that are taken together. */
export const panelRows = 8
/** Columns are filled up with zeros to a multiple of this. */
export const depthStep = 4

/** Blocks in the memory of the kernel; addresses in bytes. */
export interface PairKernel {
  readonly memory: WebAssembly.Memory
  /**
   * Compares one group of `groupRows` rows with `panels` panels of `panelRows` rows.
   * @param group address of depth · groupRows numbers, column by column
   * @param panel address of the panels, each depth · panelRows numbers, column by column
   * @param out address of the results, a line of panels · panelRows numbers a row of the group
   * @param depth number of columns, a multiple of `depthStep`
   * @param stride distance of the lines in bytes
   */
  compare(
    group: number,
    panel: number,
    out: number,
    depth: number,
    panels: number,
    stride: number,
  ): void
}

/** undefined where WebAssembly or its SIMD is not there. */
export function pairKernel(kind: PairKind, bytes: number): PairKernel | undefined {
  if (typeof WebAssembly === 'undefined') return undefined
  const module = moduleOf(kind)
  if (module === undefined) return undefined
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / 65_536) })
  const instance = new WebAssembly.Instance(module, { m: { m: memory } })
  return { memory, compare: instance.exports['f'] as PairKernel['compare'] }
}

const modules = new Map<PairKind, WebAssembly.Module | undefined>()

function moduleOf(kind: PairKind): WebAssembly.Module | undefined {
  if (!modules.has(kind)) {
    const fused = kernelBytes(kind, true)
    const plain = kernelBytes(kind, false)
    const bytes = [fused, plain].find((candidate) => WebAssembly.validate(candidate))
    modules.set(kind, bytes === undefined ? undefined : new WebAssembly.Module(bytes))
  }
  return modules.get(kind)
}

// Types and instructions by their bytes.
const i32 = 0x7f
const v128 = 0x7b
const loop = [0x03, 0x40]
const end = 0x0b
const branchIf = 0x0d
const add32 = 0x6a
const subtract32 = 0x6b
const load = simd(0x00)
const loadSplat = simd(0x09)
const store = simd(0x0b)
const zeros = [...simd(0x0c), ...Array<number>(16).fill(0)]
const absolute = simd(0xe0)
const add = simd(0xe4)
const subtract = simd(0xe5)
const multiply = simd(0xe6)
const multiplyAdd = simd(0x105)

/** The module; `fused` with instructions that not every engine knows. */
export function kernelBytes(kind: PairKind, fused: boolean): Uint8Array<ArrayBuffer> {
  const memoryImport = [...text('m'), ...text('m'), 0x02, 0x00, 1]
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 6, i32, i32, i32, i32, i32, i32, 0]),
    ...section(2, [1, ...memoryImport]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...text('f'), 0x00, 0]),
    ...section(10, [1, ...sized(functionBody(kind, fused))]),
  ])
}

// Parameters and locals by their numbers.
const group = 0
const panel = 1
const out = 2
const depth = 3
const panels = 4
const stride = 5
const column = 6
const rest = 7
const left = 8
const right = 9
const spread = 10
const sum = (row: number, half: number): number => 11 + 2 * row + half

function functionBody(kind: PairKind, fused: boolean): number[] {
  return [
    ...[2, 2, i32, ...leb(3 + 2 * groupRows), v128],
    ...loop,
    ...clearSums(),
    ...set(column, get(group)),
    ...set(rest, get(depth)),
    ...loop,
    ...columns(kind, fused),
    ...set(rest, [...get(rest), ...constant(depthStep), subtract32]),
    ...get(rest),
    ...[branchIf, 0, end],
    ...storeSums(),
    ...set(panels, [...get(panels), ...constant(1), subtract32]),
    ...get(panels),
    ...[branchIf, 0, end],
    end,
  ]
}

function clearSums(): number[] {
  const code: number[] = []
  for (let row = 0; row < groupRows; row++) {
    code.push(...set(sum(row, 0), zeros), ...set(sum(row, 1), zeros))
  }
  return code
}

/** `depthStep` columns of all pairs of a group and a panel. */
function columns(kind: PairKind, fused: boolean): number[] {
  const code: number[] = []
  for (let k = 0; k < depthStep; k++) {
    const at = 4 * panelRows * k
    code.push(...set(left, [...get(panel), ...load, ...place(at)]))
    code.push(...set(right, [...get(panel), ...load, ...place(at + 16)]))
    for (let row = 0; row < groupRows; row++) {
      const place32 = place(4 * (groupRows * k + row))
      code.push(...set(spread, [...get(column), ...loadSplat, ...place32]))
      code.push(...addPair(kind, fused, left, sum(row, 0)))
      code.push(...addPair(kind, fused, right, sum(row, 1)))
    }
  }
  code.push(...set(column, [...get(column), ...constant(4 * groupRows * depthStep), add32]))
  code.push(...set(panel, [...get(panel), ...constant(4 * panelRows * depthStep), add32]))
  return code
}

function addPair(kind: PairKind, fused: boolean, half: number, into: number): number[] {
  const both = [...get(spread), ...get(half)]
  if (kind === 'distance') {
    return set(into, [...both, ...subtract, ...absolute, ...get(into), ...add])
  }
  return set(
    into,
    fused ? [...both, ...get(into), ...multiplyAdd] : [...both, ...multiply, ...get(into), ...add],
  )
}

/** Writes the sums below each other and moves `out` to the next panel; `column` is free by then. */
function storeSums(): number[] {
  const code = set(column, get(out))
  for (let row = 0; row < groupRows; row++) {
    code.push(...get(column), ...get(sum(row, 0)), ...store, ...place(0))
    code.push(...get(column), ...get(sum(row, 1)), ...store, ...place(16))
    code.push(...set(column, [...get(column), ...get(stride), add32]))
  }
  code.push(...set(out, [...get(out), ...constant(4 * panelRows), add32]))
  return code
}

function get(local: number): number[] {
  return [0x20, ...leb(local)]
}

function set(local: number, value: readonly number[]): number[] {
  return [...value, 0x21, ...leb(local)]
}

function constant(value: number): number[] {
  // Signed: a number whose last group has its sixth bit set needs another one.
  const bytes = leb(value)
  const last = bytes.at(-1)!
  return [0x41, ...((last & 0x40) === 0 ? bytes : [...bytes.slice(0, -1), last | 0x80, 0])]
}

/** Alignment 2² and an offset in bytes. */
function place(offset: number): number[] {
  return [2, ...leb(offset)]
}

function simd(code: number): number[] {
  return [0xfd, ...leb(code)]
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...sized(content)]
}

function sized(content: readonly number[]): number[] {
  return [...leb(content.length), ...content]
}

function text(letters: string): number[] {
  return sized(Array.from(letters, (letter) => letter.charCodeAt(0)))
}

/** Unsigned numbers of the binary format, seven bits a byte. */
function leb(value: number): number[] {
  const bytes: number[] = []
  do {
    const low = value & 0x7f
    value >>>= 7
    bytes.push(value === 0 ? low : low | 0x80)
  } while (value !== 0)
  return bytes
}
