/** The three sizes of studies that are measured: 200 × 8 with 30 steps, 10,000 × 12 and 100,000 × 12. */
export const sizes = ['small', 'many', 'huge'] as const
export type Size = (typeof sizes)[number]
export const titles: Readonly<Record<Size, string>> = {
  small: '200 trials',
  many: '10,000 × 12',
  huge: '100,000 × 12',
}

export interface Measure {
  readonly what: string
  readonly unit: string
  /** At most; none where a size has no budget. */
  readonly budget: Partial<Readonly<Record<Size, number>>>
  /**
   * What optuna-dashboard took: its commit df2a5df of 2026-08-15 (0.20.0), with Optuna 5.0.0.dev, on a
   * machine of two cores with Chromium 156 headless, 1440×900, measured 2026-11-20 (±40 % of times; the
   * machine was shared). Studies of the same sizes, but for 100,000 trials, which were not tried.
   */
  readonly anchor: Partial<Readonly<Record<Size, string>>>
}

const same = (budget: number): Record<Size, number> => ({
  small: budget,
  many: budget,
  huge: budget,
})

export const measures = {
  listKb: {
    what: 'app to the study list, gzip',
    unit: 'kB',
    budget: { small: 60 },
    anchor: { small: '1,917 kB' },
  },
  appKb: {
    what: 'app with all charts, gzip',
    unit: 'kB',
    budget: { small: 350 },
    anchor: { small: '1,917 kB' },
  },
  firstChartMs: {
    what: 'first chart, cold',
    unit: 'ms',
    budget: { small: 500, many: 1000, huge: 2500 },
    anchor: { small: '4,600–5,000 ms', many: '35,000–49,000 ms' },
  },
  firstBytesKb: {
    what: 'bytes to the first chart',
    unit: 'kB',
    budget: { small: 15, many: 400, huge: 4000 },
    anchor: { small: '646 kB', many: '36,500 kB' },
  },
  longestTaskMs: {
    what: 'longest task, opening',
    unit: 'ms',
    budget: { small: 50, many: 100, huge: 150 },
    anchor: { small: '1,500–1,700 ms', many: '2,500–4,200 ms' },
  },
  longestPageTaskMs: {
    what: 'longest task, any page and hand',
    unit: 'ms',
    budget: { small: 50, many: 100, huge: 150 },
    anchor: { small: '2,400 ms', many: '20,300 ms' },
  },
  brushMs: {
    what: 'brush to paint',
    unit: 'ms',
    budget: { small: 16, many: 50, huge: 150 },
    anchor: { many: '38,400 ms blocked' },
  },
  logMs: {
    what: 'log flip to paint',
    unit: 'ms',
    budget: { small: 16, many: 50, huge: 150 },
    anchor: { small: '490 ms', many: '800–880 ms' },
  },
  nodes: {
    what: 'DOM nodes, the page with most',
    unit: '',
    budget: same(2500),
    anchor: { small: '6,376', many: '30,469' },
  },
  heapMb: {
    what: 'JS heap',
    unit: 'MB',
    budget: { small: 15, many: 40, huge: 150 },
    anchor: { small: '40–48 MB', many: '125–263 MB' },
  },
  rendererMb: {
    what: 'memory of the renderer',
    unit: 'MB',
    budget: { small: 150, many: 200, huge: 400 },
    anchor: { small: '314 MB', many: '549–578 MB' },
  },
  idleRequests: {
    what: 'requests in 10 s, page open and idle',
    unit: '',
    budget: same(0),
    anchor: { small: 'every 2–10 s' },
  },
  idleCpu: {
    what: 'server CPU, page open and idle',
    unit: '% core',
    // The clock of the system counts in hundredths of a second.
    budget: same(0.1),
    anchor: { many: '100 % core' },
  },
  liveMs: {
    what: 'new trial to the screen',
    unit: 'ms',
    budget: { small: 300, many: 300, huge: 500 },
    anchor: { small: '9,000 ms' },
  },
  serverMb: {
    what: 'server memory of a study',
    unit: 'MB',
    budget: { many: 30, huge: 200 },
    anchor: { small: '12 MB', many: '330–1,100 MB' },
  },
} as const satisfies Readonly<Record<string, Measure>>
export type MeasureName = keyof typeof measures
