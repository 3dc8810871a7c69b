/** Holds the place of what has not come yet, in its size: pixels, or any length of CSS. */
export function Skeleton(props: {
  readonly width?: number | string
  readonly height?: number | string
}) {
  const { width = '100%', height = 16 } = props
  const style = { width: lengthOf(width), height: lengthOf(height) }
  return <span class="skeleton" style={style} aria-hidden="true" />
}

const lengthOf = (length: number | string): string =>
  typeof length === 'number' ? `${length}px` : length
