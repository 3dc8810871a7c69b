import { type Tensor, impossible } from '../builder.ts'
import { type Size, showDims } from '../sizes.ts'

/**
 * How many places are put around: `valid` none; `same` so many that the result has ⌈size / stride⌉
 * places, the odd one at the end; or the places before each axis, then those after each.
 */
export type Padding = 'valid' | 'same' | readonly number[]

export interface WindowOptions {
  /** A stride a spatial axis. */
  readonly strides?: readonly number[]
  /** Default `valid`. */
  readonly pads?: Padding
  /** Distances between the places of the window; default 1. */
  readonly dilations?: readonly number[]
}

/** A window that moves over the axes after the first two, all sizes known. */
export interface Window {
  readonly kernel: readonly number[]
  readonly strides: readonly number[]
  readonly dilations: readonly number[]
  readonly pads: readonly number[]
  /** Sizes before. */
  readonly input: readonly number[]
  /** Sizes after. */
  readonly output: readonly number[]
}

/** The spatial sizes of a tensor [n, channels, …], which must be known. */
export function spatialSizes(what: string, x: Tensor): readonly number[] {
  const sizes = x.dims.slice(2)
  if (sizes.length < 1 || sizes.length > 2) {
    throw impossible(
      `${what} of ${showDims(x.dims)}: it takes [n, channels, length] or [n, channels, height, width].`,
    )
  }
  return sizes.map((size: Size) => {
    if (typeof size === 'number') return size
    throw impossible(
      `${what} of ${showDims(x.dims)}: the sizes after the first two must be known, but ${size} is open.`,
    )
  })
}

function perAxis(
  what: string,
  name: string,
  rank: number,
  values: readonly number[] | undefined,
  fallback: readonly number[],
): readonly number[] {
  const list = values ?? fallback
  if (list.length !== rank || list.some((value) => !Number.isInteger(value) || value < 1)) {
    throw impossible(
      `${what}: ${name} [${list.join(', ')}] must be ${rank} whole numbers from 1 up, one a spatial axis.`,
    )
  }
  return list
}

/** Options of one stride, dilation and padding an axis, checked. */
export function resolveOptions(
  what: string,
  rank: number,
  options: WindowOptions,
  defaultStrides?: readonly number[],
): { readonly strides: readonly number[]; readonly dilations: readonly number[] } {
  const ones = new Array<number>(rank).fill(1)
  return {
    strides: perAxis(what, 'strides', rank, options.strides, defaultStrides ?? ones),
    dilations: perAxis(what, 'dilations', rank, options.dilations, ones),
  }
}

/** Places before and after, as numbers. */
export function resolvePads(
  what: string,
  pads: Padding,
  totals: readonly number[],
): readonly number[] {
  if (pads === 'valid') return new Array<number>(totals.length * 2).fill(0)
  if (pads === 'same') {
    const before = totals.map((total) => Math.floor(Math.max(0, total) / 2))
    return [...before, ...totals.map((total, i) => Math.max(0, total) - (before[i] as number))]
  }
  if (pads.length !== totals.length * 2 || pads.some((p) => !Number.isInteger(p) || p < 0)) {
    throw impossible(
      `${what}: pads [${pads.join(', ')}] must be ${totals.length * 2} whole numbers from 0 up: before each spatial axis, then after each.`,
    )
  }
  return pads
}

/** How far a window of `kernel` places reaches. */
export function reach(kernel: readonly number[], dilations: readonly number[]): readonly number[] {
  return kernel.map((size, i) => (size - 1) * (dilations[i] as number) + 1)
}

/** What a window makes of a tensor: sizes after moving it. */
export function resolveWindow(
  what: string,
  x: Tensor,
  kernel: readonly number[],
  options: WindowOptions,
  defaultStrides?: readonly number[],
): Window {
  const input = spatialSizes(what, x)
  perAxis(what, 'the kernel', input.length, kernel, kernel)
  const { strides, dilations } = resolveOptions(what, input.length, options, defaultStrides)
  const reaches = reach(kernel, dilations)
  const totals = input.map((size, i) => {
    const stride = strides[i] as number
    return (Math.ceil(size / stride) - 1) * stride + (reaches[i] as number) - size
  })
  const pads = resolvePads(what, options.pads ?? 'valid', totals)
  const rank = input.length
  const output = input.map((size, i) => {
    const padded = size + (pads[i] as number) + (pads[rank + i] as number)
    const room = padded - (reaches[i] as number)
    if (room < 0) {
      throw impossible(
        `${what} of ${showDims(x.dims)}: a window that reaches over ${reaches[i]} places does not fit into ${padded}; take a smaller one or pad.`,
      )
    }
    return Math.floor(room / (strides[i] as number)) + 1
  })
  return { kernel, strides, dilations, pads, input, output }
}

/** Attributes of a window; those that stand for the default are left out. */
export function windowAttributes(window: {
  readonly strides: readonly number[]
  readonly dilations: readonly number[]
  readonly pads: readonly number[]
}): Record<string, { readonly ints: readonly number[] }> {
  const { strides, dilations, pads } = window
  return {
    ...(strides.every((s) => s === 1) ? {} : { strides: { ints: strides } }),
    ...(dilations.every((d) => d === 1) ? {} : { dilations: { ints: dilations } }),
    ...(pads.every((p) => p === 0) ? {} : { pads: { ints: pads } }),
  }
}
