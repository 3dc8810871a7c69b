import type { Found } from './hits.ts'

/** What is pointed at, beside it. */
export function PlotTooltip(props: {
  readonly found: Found
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}) {
  const { found, x, y, width, height } = props
  const isLeft = x > width / 2
  const isLow = y > height / 2
  return (
    <div
      class="plot-tooltip"
      aria-hidden="true"
      style={{
        left: isLeft ? 'auto' : `${x + 12}px`,
        right: isLeft ? `${width - x + 12}px` : 'auto',
        top: isLow ? 'auto' : `${y - 8}px`,
        bottom: isLow ? `${height - y - 8}px` : 'auto',
        maxWidth: `${Math.max(150, Math.min(320, (isLeft ? x : width - x) - 16))}px`,
      }}
    >
      <strong>{found.title}</strong>
      {found.mark === undefined ? null : <em>{found.mark}</em>}
      {found.facts.length === 0 ? null : (
        <dl>
          {found.facts.map(({ name, value }) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  )
}
