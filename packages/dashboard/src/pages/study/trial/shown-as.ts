import { isChartFile, isPicture } from '../files/figure-files.ts'
import type { ArtifactAbout } from './trial-details.ts'

/** Larger tables are only given to download. */
const mostTableBytes = 2_000_000

export type Shown = 'image' | 'audio' | 'video' | 'chart' | 'table' | 'text' | 'none'

/** How an artifact is shown in the page; markup never is. */
export function shownAs(artifact: ArtifactAbout): Shown {
  const { name, type, bytes } = artifact
  if (isPicture(artifact)) return 'image'
  if (isChartFile(name)) return 'chart'
  if (type.startsWith('audio/')) return 'audio'
  if (type.startsWith('video/')) return 'video'
  if (/\.(?:csv|tsv|jsonl|ndjson)$/i.test(name)) return bytes <= mostTableBytes ? 'table' : 'none'
  return /^text\/(?!html)|^application\/(?:json|yaml|x-yaml|toml)\b/.test(type) ? 'text' : 'none'
}
