/**
 * The tables of the thesis as repaired in the field survey: the averages that are printed below them
 * settled which digits the scan had damaged. Accuracies and the like in percent, times in seconds.
 */

/** Sensitivity, specificity, accuracy and MCC in percent; null where the scan cannot be read. */
export type Quality = readonly [
  sensitivity: number,
  specificity: number,
  accuracy: number,
  mcc: number | null,
]

export type Search = 'Grid' | 'Gaussian' | 'Gamma' | 'k-dGamma'

export interface GridRow {
  readonly points: number
  readonly grid: readonly [accuracy: number, seconds: number]
  readonly gaussian: readonly [accuracy: number, seconds: number]
  readonly gamma: readonly [accuracy: number, seconds: number]
  /** Of Table 10 only. */
  readonly rate?: number
}

const row = (points: number, ...n: readonly number[]): GridRow => ({
  points,
  grid: [n[0]!, n[1]!],
  gaussian: [n[2]!, n[3]!],
  gamma: [n[4]!, n[5]!],
  ...(n[6] === undefined ? {} : { rate: n[6] }),
})

/** 1 epoch. */
export const table8: readonly GridRow[] = [
  row(100, 47, 5.3, 42, 4.4, 52, 4.3),
  row(200, 49, 10.4, 42, 4.1, 48, 4.2),
  row(300, 50, 16.6, 42, 4.7, 47, 4.7),
  row(400, 52, 20.1, 37, 5.1, 41, 4.9),
  row(500, 49, 25.6, 39, 4.6, 51, 4.3),
]

/** More epochs; the text around it says 50. */
export const table9: readonly GridRow[] = [
  row(100, 87, 226.2, 87, 27, 90, 26.9),
  row(200, 90, 443.5, 89, 27.2, 88, 27.1),
  row(300, 91, 679.2, 87, 26.8, 89, 27),
  row(400, 89, 881.3, 86, 25.9, 89, 26.1),
  row(500, 87, 1419.3, 81, 39.2, 84, 39.8),
]

/** 20 iterations of 1 epoch; the last search is the proposed one, with the rate it found. */
export const table10: readonly GridRow[] = [
  row(100, 93, 215.9, 92, 26.1, 93, 27.7, 0.265),
  row(200, 92, 459.1, 88, 28.55, 91, 27.8, 0.113),
  row(300, 94, 647.58, 91, 27, 92, 26.7, 0.178),
  row(400, 94, 899.84, 93, 28.1, 92, 27.9, 0.077),
  row(500, 94, 1274.48, 93, 26.58, 94, 26.4, 0.23),
]

export interface PairRow {
  readonly block: string
  readonly search: Search
  readonly left: Quality
  readonly right: Quality
}

const pair = (block: string, search: Search, ...n: readonly number[]): PairRow => ({
  block,
  search,
  left: [n[0]!, n[1]!, n[2]!, n[3]!],
  right: [n[4]!, n[5]!, n[6]!, n[7]!],
})

/** The existing system on the left, the proposed one on the right. */
export const table4: readonly PairRow[] = [
  pair('1 epoch', 'Grid', 43.69, 93.94, 47, 35.61, 46.98, 94.61, 52, 38.2),
  pair('1 epoch', 'Gaussian', 42.78, 93.42, 42, 35.48, 43.05, 94.4, 50, 41.23),
  pair('1 epoch', 'Gamma', 44.02, 94, 46, 38.9, 47.46, 94.42, 50, 39.89),
  pair('2nd block', 'Grid', 90.04, 98.67, 88, 87.61, 91.76, 99.02, 91, 89.5),
  pair('2nd block', 'Gaussian', 89.37, 98.55, 87, 86.86, 88.7, 98.7, 88, 85.92),
  pair('2nd block', 'Gamma', 89.38, 98.56, 87, 86.83, 90.13, 98.8, 89, 87.36),
]

/** The left block is the proposed system of Table 4; the right one another number of pieces. */
export const table5: readonly PairRow[] = [
  pair('1 epoch', 'Grid', 46.98, 94.61, 52, 38.2, 46.88, 94.2, 52, 37.03),
  pair('1 epoch', 'Gaussian', 43.05, 94.4, 50, 41.23, 42.02, 94.47, 51, 40.12),
  pair('1 epoch', 'Gamma', 47.46, 94.42, 50, 39.89, 46.92, 94.01, 51, 39.81),
  pair('2nd block', 'Grid', 91.76, 99.02, 91, 89.5, 90.56, 98.72, 90, 89.5),
  pair('2nd block', 'Gaussian', 88.7, 98.7, 88, 85.92, 88.7, 99.21, 88, 85.92),
  pair('2nd block', 'Gamma', 90.13, 98.8, 89, 87.36, 90.13, 98.9, 91, 87.36),
]

export interface BlockRow {
  readonly block: number
  readonly search: Search
  readonly quality: Quality
  /** Of Table 7 only. */
  readonly loss?: number
}

const searches: readonly Search[] = ['Grid', 'Gaussian', 'Gamma', 'k-dGamma']

/** Block by block and search by search. */
const blocks = (rows: readonly (readonly (number | null)[])[]): BlockRow[] =>
  rows.map((n, i) => ({
    block: Math.floor(i / searches.length) + 1,
    search: searches[i % searches.length]!,
    quality: [n[0]!, n[1]!, n[2]!, n[3] ?? null],
    ...(n[4] === undefined ? {} : { loss: n[4]! }),
  }))

export const table6: readonly BlockRow[] = blocks([
  [95.95, 99.51, 95.62, 95.1],
  [95.73, 99.53, 95.75, 95.25],
  [95.61, 99.52, 95.64, 95.12],
  [96.21, 99.49, 96.24, 96.01],
  [98.15, 99.8, 98.18, 97.97],
  [98.11, 99.79, 98.13, 97.94],
  [98.35, 99.82, 98.36, 98.17],
  [98.61, 99.9, 98.62, 98.56],
  [97.81, 99.76, 97.83, 97.58],
  [98.19, 99.8, 98.21, 98],
  [98.21, 99.8, 98.23, 98.03],
  [98.77, 99.81, 98.79, 98.51],
])

/** CIFAR-10 with a Keras CNN, and its loss. */
export const table7: readonly BlockRow[] = blocks([
  [48.76, 94.41, 49.09, 42.69, 1.416],
  [32.37, 92.37, 29.95, 21.83, 1.87],
  [46.69, 94.03, 45.79, 39.25, 1.4728],
  [45.64, 92.41, 44.74, 40.21, 1.3701],
  [73.36, 96.8, 70.72, 68.19, 0.8619],
  [56.64, 95.2, 56.3, 51.14, 1.21],
  [74.35, 97.06, 73.07, null, 0.7942],
  [76.41, 96.54, 75.42, null, 0.7421],
  [76.32, 97.29, 75.3, 72.73, 0.7133],
  [65.43, 96.18, 65.3, null, 0.993],
  [76.71, 97.36, 76.06, 73.48, 0.6998],
  [78.05, 97.92, 78.21, 77.64, 0.6214],
  [76.76, 97.31, 75.55, 73.15, 0.7362],
  [63.84, 95.98, 63.45, 59.19, 1.0278],
  [83.22, 98.1, 82.78, 80.92, 0.5169],
  [84.01, 95.25, 83.04, 82.2, 0.4951],
])
