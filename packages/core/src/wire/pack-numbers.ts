/**
 * How a column of numbers stands in bytes, so that gzip and brotli find little left to do: whole numbers
 * and short decimals as whole numbers from their least or as differences, of as many bytes as the
 * largest takes; others as float64. Bytes of the same place stand together, since high ones hardly change.
 */
export interface PackedNumbers {
  /** Nothing at all, whole numbers, or float64. */
  readonly kind: 'none' | 'whole' | 'float'
  /** Whether a bit a row, ahead of the numbers, says which rows have one; else all have. */
  readonly gaps?: true
  /** Rows with a number. */
  readonly count?: number
  /** Of whole numbers: they are divided by 10 to the power of this. */
  readonly decimals?: number
  /** Bytes a number. */
  readonly width?: number
  /** The least one, or with `steps` the first: then each is told by its distance from the one before. */
  readonly from?: number
  readonly steps?: true
  /** Float64 that are combined (XOR) with those of a column which is mostly equal. */
  readonly like?: true
}

/** Whole numbers beyond this are no longer safe to subtract. */
const largest = 2 ** 51
const mostDecimals = 6

/** @param reference a column of as many rows that may be mostly the same, such as results of last reports */
export function packNumbers(
  values: Float64Array,
  reference?: Float64Array,
): { readonly about: PackedNumbers; readonly bytes: readonly Uint8Array[] } {
  const { present, gaps } = presentOf(values)
  const count = present.length
  if (count === 0) return { about: { kind: 'none' }, bytes: [] }
  const some = gaps === undefined ? {} : { gaps: true as const }
  const ahead = gaps === undefined ? [] : [gaps]
  const whole = packWhole(present)
  if (whole !== undefined) {
    const about = { kind: 'whole' as const, count, ...some, ...whole.about }
    return { about, bytes: [...ahead, whole.bytes] }
  }
  const other = reference === undefined ? undefined : rowsOf(reference, values, count)
  const isLike = other !== undefined && mostlyEqual(present, other)
  if (isLike) combine(present, other)
  const about = {
    kind: 'float' as const,
    count,
    ...some,
    ...(isLike ? { like: true as const } : {}),
  }
  return { about, bytes: [...ahead, planesOf(new Uint8Array(present.buffer), 8)] }
}

/** How many bytes a column takes that has so many rows. */
export function packedSize(
  { kind, gaps, count = 0, width = 0 }: PackedNumbers,
  rows: number,
): number {
  if (kind === 'none') return 0
  return (gaps === true ? Math.ceil(rows / 8) : 0) + count * (kind === 'float' ? 8 : width)
}

/** Writes a column into the first rows of `out`; rows without a number stay as they are. */
export function unpackNumbers(
  about: PackedNumbers,
  bytes: Uint8Array,
  rows: number,
  out: Float64Array,
  reference?: Float64Array,
): void {
  const { kind, gaps, count = 0 } = about
  if (kind === 'none') return
  const bits = gaps === true ? bytes.subarray(0, Math.ceil(rows / 8)) : undefined
  const numbers = bytes.subarray(bits?.length ?? 0)
  const has = (row: number): boolean =>
    bits === undefined || ((bits[row >> 3]! >> (row & 7)) & 1) === 1
  const read = kind === 'whole' ? unpackWhole(about, numbers, count) : unpackFloats(numbers, count)
  if (about.like === true) combine(read, referenced(reference!, has, rows, count))
  for (let row = 0, i = 0; row < rows; row++) if (has(row)) out[row] = read[i++]!
}

function presentOf(values: Float64Array): {
  readonly present: Float64Array
  readonly gaps: Uint8Array | undefined
} {
  const bits = new Uint8Array(Math.ceil(values.length / 8))
  const present = new Float64Array(values.length)
  let count = 0
  for (let row = 0; row < values.length; row++) {
    const x = values[row]!
    if (x !== x) continue
    bits[row >> 3] = bits[row >> 3]! | (1 << (row & 7))
    present[count++] = x
  }
  if (count === values.length) return { present, gaps: undefined }
  return { present: present.slice(0, count), gaps: bits }
}

type Whole = Pick<PackedNumbers, 'decimals' | 'width' | 'from' | 'steps'>

function packWhole(
  values: Float64Array,
): { readonly about: Whole; readonly bytes: Uint8Array } | undefined {
  const decimals = decimalsOf(values)
  if (decimals === undefined) return undefined
  const scale = 10 ** decimals
  const whole = values.map((x) => Math.round(x * scale))
  let [low, high, reach, sum] = [whole[0]!, whole[0]!, 0, 0]
  for (let i = 0; i < whole.length; i++) {
    const x = whole[i]!
    if (x < low) low = x
    if (x > high) high = x
    const step = i === 0 ? 0 : folded(x - whole[i - 1]!)
    if (step > reach) reach = step
    sum += step
  }
  const [flat, stepped] = [bytesFor(high - low), bytesFor(reach)]
  // Steps that are mostly small compress better even where the largest takes as many bytes.
  const steps =
    stepped < flat || (stepped === flat && flat > 1 && sum / whole.length < (high - low) / 16)
  const from = steps ? whole[0]! : low
  const width = steps ? stepped : flat
  const about = {
    ...(decimals === 0 ? {} : { decimals }),
    ...{ width, from },
    ...(steps ? { steps: true as const } : {}),
  }
  const bytes = new Uint8Array(width * whole.length)
  const { length } = whole
  for (let i = 0; i < length; i++) {
    let rest = steps ? (i === 0 ? 0 : folded(whole[i]! - whole[i - 1]!)) : whole[i]! - low
    for (let plane = 0; plane < width; plane++) {
      // Four bytes at a time are whole numbers of the machine.
      if (plane === 4) rest = Math.floor(rest / 2 ** 32)
      bytes[plane * length + i] = rest >>> (8 * (plane % 4))
    }
  }
  return { about, bytes }
}

function unpackWhole(about: PackedNumbers, bytes: Uint8Array, count: number): Float64Array {
  const { width = 0, from = 0, steps, decimals = 0 } = about
  const scale = 10 ** decimals
  const values = new Float64Array(count)
  let last = from
  for (let i = 0; i < count; i++) {
    let x = 0
    for (let plane = width - 1; plane >= 0; plane--) x = x * 256 + bytes[plane * count + i]!
    if (steps === true) last += unfolded(x)
    const whole = steps === true ? last : from + x
    values[i] = decimals === 0 ? whole : whole / scale
  }
  return values
}

/** Steps up and down as numbers from 0: 0, -1, 1, -2, 2 … */
const folded = (step: number): number => (step < 0 ? -2 * step - 1 : 2 * step)
const unfolded = (x: number): number => (x % 2 === 1 ? -(x + 1) / 2 : x / 2)

function bytesFor(most: number): number {
  let width = 0
  for (let room = 1; room <= most; room *= 256) width++
  return width
}

/** With how many decimals all numbers can be told exactly; undefined when a few do not do. */
function decimalsOf(values: Float64Array): number | undefined {
  let decimals = 0
  let scale = 1
  for (let i = 0; i < values.length; i++) {
    const x = values[i]!
    for (;;) {
      const whole = Math.round(x * scale)
      if (!(Math.abs(whole) < largest)) return undefined
      if (whole / scale === x && !Object.is(x, -0)) break
      if (++decimals > mostDecimals) return undefined
      scale = 10 ** decimals
    }
  }
  // What came before more decimals were needed may have grown too large.
  return values.every((x) => Math.abs(x * scale) < largest) ? decimals : undefined
}

function planesOf(bytes: Uint8Array, width: number): Uint8Array {
  const count = bytes.length / width
  const planes = new Uint8Array(bytes.length)
  for (let plane = 0; plane < width; plane++) {
    const start = plane * count
    for (let i = 0, at = plane; i < count; i++, at += width) planes[start + i] = bytes[at]!
  }
  return planes
}

function unpackFloats(planes: Uint8Array, count: number): Float64Array {
  const values = new Float64Array(count)
  const bytes = new Uint8Array(values.buffer)
  for (let plane = 0; plane < 8; plane++) {
    const start = plane * count
    for (let i = 0, at = plane; i < count; i++, at += 8) bytes[at] = planes[start + i]!
  }
  return values
}

/** What a reference has in the rows that have a number; 0 for nothing. */
function rowsOf(reference: Float64Array, values: Float64Array, count: number): Float64Array {
  return referenced(reference, (row) => !Number.isNaN(values[row]!), values.length, count)
}

function referenced(
  reference: Float64Array,
  has: (row: number) => boolean,
  rows: number,
  count: number,
): Float64Array {
  const found = new Float64Array(count)
  for (let row = 0, i = 0; row < rows; row++) {
    if (!has(row)) continue
    const x = reference[row]!
    found[i++] = x !== x ? 0 : x
  }
  return found
}

function mostlyEqual(a: Float64Array, b: Float64Array): boolean {
  let equal = 0
  for (let i = 0; i < a.length; i++) if (a[i] === b[i]) equal++
  return equal > a.length / 4
}

function combine(values: Float64Array, other: Float64Array): void {
  const [a, b] = [new Uint32Array(values.buffer), new Uint32Array(other.buffer)]
  for (let i = 0; i < a.length; i++) a[i] = a[i]! ^ b[i]!
}
