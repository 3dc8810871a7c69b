let free: Promise<void> = Promise.resolve()

/** A hidden page makes no frames. */
const longestFrameMs = 100

/** Resolves when a new chart may be drawn: the first at once, those that come with it one a frame. */
export function pictureTurn(): Promise<void> {
  const turn = free
  free = turn.then(afterFrame)
  return turn
}

/** After the next frame was made, which what was drawn meanwhile is in. */
const afterFrame = (): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, longestFrameMs)
    requestAnimationFrame(() => {
      clearTimeout(timer)
      setTimeout(resolve)
    })
  })
