import { drawBand, drawBars, drawCells, drawRule, drawSpans } from './draw-areas.ts'
import { drawFaintLines, drawLine } from './draw-lines.ts'
import { countShown, drawPoints } from './draw-points.ts'
import type { PackedLine } from './packed-chart.ts'
import type { Pen } from './pen.ts'
import type { Scene } from './scene.ts'
import { tellsTrials } from './scene.ts'
import type { Work } from './slices.ts'

/**
 * Draws the marks of a chart, the last one on top.
 * @param keep by trial 1 for those that are drawn; marks that tell of none are then left out. Default:
 *   everything is drawn
 */
export function* drawPlane(pen: Pen, scene: Scene, keep?: Uint8Array): Work {
  const { area, marks } = scene
  const drawn = keep === undefined ? marks : marks.filter(tellsTrials)
  const points = countShown(scene, keep)
  const faint = drawn.filter((mark): mark is PackedLine => mark.kind === 'line' && mark.faint)
  let isFaintDrawn = false
  for (const mark of drawn) {
    // Lines end where the axes do; points on the edge are drawn whole.
    const room = mark.kind === 'points' ? 5 : 0
    pen.clip({
      left: area.left - room,
      top: area.top - room,
      width: area.width + 2 * room,
      height: area.height + 2 * room,
    })
    switch (mark.kind) {
      case 'line':
        if (mark.faint) {
          if (!isFaintDrawn) yield* drawFaintLines(pen, scene, faint, keep)
          isFaintDrawn = true
        } else if (keep === undefined || keep[mark.trial] === 1) drawLine(pen, scene, mark)
        break
      case 'points':
        yield* drawPoints(pen, scene, mark, points, keep)
        break
      case 'band':
        drawBand(pen, scene, mark)
        break
      case 'bars':
        drawBars(pen, scene, mark)
        break
      case 'cells':
        drawCells(pen, scene, mark)
        break
      case 'spans':
        yield* drawSpans(pen, scene, mark, keep)
        break
      case 'rule':
        drawRule(pen, scene, mark)
        break
    }
    pen.unclip()
    yield
  }
}
