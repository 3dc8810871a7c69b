import { axisTitle } from '@attune/core'
import type { Axis } from '@attune/core'

import { formatNumber } from '../ui/format.ts'

/** What a scale of colours tells. */
export function ColourBar(props: {
  readonly value: Axis
  readonly ends: readonly [low: number, high: number]
  /** From low to high. */
  readonly colours: readonly string[]
}) {
  const { value, ends, colours } = props
  const [low, high] = ends
  return (
    <div class="plot-colours">
      <span class="name" title={axisTitle(value)}>
        {axisTitle(value)}
      </span>
      <span>{formatNumber(low, 3)}</span>
      <i style={{ backgroundImage: `linear-gradient(to right, ${colours.join(', ')})` }} />
      <span>{formatNumber(high, 3)}</span>
    </div>
  )
}
