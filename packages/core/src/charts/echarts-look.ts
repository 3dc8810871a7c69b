/** The colours of a theme. */
export interface Look {
  readonly isDark: boolean
  readonly ground: string
  readonly ink: string
  readonly soft: string
  readonly line: string
  readonly grid: string
  /** Of marks, by place. */
  readonly palette: readonly string[]
  /** Of heat, from low to high. */
  readonly ramp: readonly string[]
}

/**
 * Colours that people who see no red or green can tell apart: M. Okabe and K. Ito, "Color Universal
 * Design", 2008. The yellow is left out, which a light ground hides, and a grey is added.
 */
const okabeIto = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9']
/** From dark to light in equal steps of lightness: points of viridis (S. van der Walt, N. Smith, 2015). */
const viridis = ['#440154', '#414487', '#2a788e', '#22a884', '#7ad151', '#fde725']

const light: Look = {
  isDark: false,
  ground: '#ffffff',
  ink: '#24292f',
  soft: '#57606a',
  line: '#8c959f',
  grid: '#eaeef2',
  palette: [...okabeIto, '#6e7781'],
  ramp: viridis,
}

const dark: Look = {
  isDark: true,
  ground: '#0d1117',
  ink: '#e6edf3',
  soft: '#9198a1',
  line: '#656c76',
  grid: '#21262d',
  palette: ['#4aa3df', '#ff8c42', '#2ec4a0', '#e39fc6', '#f0b429', '#9bd4f5', '#9198a1'],
  ramp: viridis,
}

export const lookOf = (theme: 'light' | 'dark'): Look => (theme === 'dark' ? dark : light)

const symbols = {
  circle: { symbol: 'circle', size: 7 },
  diamond: { symbol: 'path://M5,0L10,5L5,10L0,5Z', size: 9 },
  triangle: { symbol: 'path://M5,0L10,9L0,9Z', size: 8 },
  // Two crossed bars as one outline.
  cross: { symbol: 'path://M2,0L5,3L8,0L10,2L7,5L10,8L8,10L5,7L2,10L0,8L3,5L0,2Z', size: 9 },
} as const

/** The shape of a point, and its size in pixels. */
export const symbolOf = (
  shape: keyof typeof symbols,
): { readonly symbol: string; readonly size: number } => symbols[shape]
