/** A line of values without axes; what is not a number is a gap. */
export function Sparkline(props: {
  readonly values: readonly number[]
  readonly width?: number
  readonly height?: number
  /** What it shows, for those who do not see it; without it it is decoration. */
  readonly label?: string
}) {
  const { values, width = 96, height = 22, label } = props
  const path = sparkPath(values, width, height)
  return (
    <svg
      class="sparkline"
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      {...(label === undefined
        ? { 'aria-hidden': 'true' as const }
        : { role: 'img' as const, 'aria-label': label })}
    >
      <path
        d={path}
        fill="none"
        stroke="currentColor"
        stroke-width="1.5"
        stroke-linejoin="round"
        stroke-linecap="round"
      />
    </svg>
  )
}

/**
 * The path of a sparkline within a picture, the highest value at the top. A constant is a line in the
 * middle; a value between two gaps a dash.
 */
export function sparkPath(values: readonly number[], width: number, height: number): string {
  const pad = 2
  const known = values.filter(Number.isFinite)
  const low = Math.min(...known)
  const high = Math.max(...known)
  const x = (place: number): number =>
    values.length < 2 ? width / 2 : pad + (place / (values.length - 1)) * (width - 2 * pad)
  const y = (value: number): number =>
    high > low ? height - pad - ((value - low) / (high - low)) * (height - 2 * pad) : height / 2
  let path = ''
  let isDown = false
  for (const [place, value] of values.entries()) {
    if (!Number.isFinite(value)) {
      isDown = false
      continue
    }
    const at = `${x(place).toFixed(1)} ${y(value).toFixed(1)}`
    const isAlone = !isDown && !Number.isFinite(values[place + 1] ?? Number.NaN)
    path += isAlone ? `M${at}m-1.5 0h3` : `${isDown ? 'L' : 'M'}${at}`
    isDown = true
  }
  return path
}
