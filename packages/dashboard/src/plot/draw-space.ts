import { paletteAt } from './look.ts'
import type { Pen } from './pen.ts'
import type { Work } from './slices.ts'
import type { Cloud, SpaceScene } from './space-scene.ts'
import { pointsIn } from './space-scene.ts'
import { sizeOf } from './symbols.ts'

/** Depth is drawn in so many steps; of very many points in fewer, each of which is quick to draw. */
const usualLayers = 12
const layersOfMany = 4
const many = 4000
const chunk = 4000

/**
 * Draws points from the back to the front, smaller and paler the farther away.
 * @param keep by trial 1 for those that are drawn; default all
 * @param most of more points an even part is drawn, for a picture that moves; of marks with few all are
 */
export function* drawSpace(pen: Pen, scene: SpaceScene, keep?: Uint8Array, most = Infinity): Work {
  const { clouds, look } = scene
  const all = pointsIn(scene)
  const layers = Math.min(all, most) > many ? layersOfMany : usualLayers
  const every = Math.max(1, Math.ceil(all / most))
  const sorted = clouds.map((cloud) =>
    inLayers(cloud, layers, keep, cloud.away.length > most / 4 ? every : 1),
  )
  yield
  const scale = all > many ? 0.6 : all > 800 ? 0.75 : 1
  const places = new Float32Array(2 * chunk)
  for (let layer = layers - 1; layer >= 0; layer--) {
    const share = (layer + 0.5) / layers
    for (const [m, { mark, xy }] of clouds.entries()) {
      const { starts, order } = sorted[m]!
      const { shape } = mark
      const isFew = shape !== 'circle' && mark.trials.length < 0.1 * all
      const style = {
        ...{ shape, colours: [paletteAt(look, mark.colour)], halo: look.ground },
        size: sizeOf[shape] * (isFew ? 1 : scale) * (1.25 - 0.5 * share),
        alpha: (all > many && !isFew ? 0.75 : 0.95) - 0.5 * share,
      }
      for (let from = starts[layer]!; from < starts[layer + 1]!; from += chunk) {
        const end = Math.min(starts[layer + 1]!, from + chunk)
        for (let k = from; k < end; k++) {
          const i = order[k]!
          places[2 * (k - from)] = xy[2 * i]!
          places[2 * (k - from) + 1] = xy[2 * i + 1]!
        }
        pen.symbols(style, places, end - from)
        yield
      }
    }
  }
}

interface Layered {
  /** By layer where its points begin in `order`, and where the last one ends. */
  readonly starts: Uint32Array
  readonly order: Uint32Array
}

/** The points of a mark that can be shown, by how far away they are. */
function inLayers(
  { mark, xy, away }: Cloud,
  layers: number,
  keep: Uint8Array | undefined,
  every: number,
): Layered {
  const { trials } = mark
  const layerOf = (i: number): number => {
    if (Number.isNaN(xy[2 * i]! + xy[2 * i + 1]!)) return -1
    if (keep !== undefined && keep[trials[i]!] !== 1) return -1
    return Math.min(layers - 1, Math.floor(away[i]! * layers))
  }
  const starts = new Uint32Array(layers + 1)
  for (let i = 0; i < away.length; i += every) {
    const layer = layerOf(i)
    if (layer >= 0) starts[layer + 1]! += 1
  }
  for (let layer = 0; layer < layers; layer++) starts[layer + 1]! += starts[layer]!
  const order = new Uint32Array(starts[layers]!)
  const next = starts.slice()
  for (let i = 0; i < away.length; i += every) {
    const layer = layerOf(i)
    if (layer >= 0) order[next[layer]!++] = i
  }
  return { starts, order }
}
