import type { ArtifactAbout } from '../trial/trial-details.ts'

/** Larger charts are not drawn, so that no page stands still for them. */
export const mostFigureBytes = 4_000_000

/** Whether it is a chart as plain data, to be drawn. */
export const isChartFile = (name: string): boolean => /\.chart\.json$/i.test(name)

/** Whether it is a picture of pixels. */
export const isPicture = ({ type }: ArtifactAbout): boolean =>
  /^image\/(?:png|jpeg|webp|gif)\b/.test(type)
