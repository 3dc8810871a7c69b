import type { ArtifactAbout } from './trial-details.ts'

/** Larger tables are only given to download. */
const mostTableBytes = 2_000_000

export type Shown = 'image' | 'audio' | 'table' | 'text' | 'none'

/** How an artifact is shown in the page; markup never is. */
export function shownAs({ name, type, bytes }: ArtifactAbout): Shown {
  if (/^image\/(?:png|jpeg|webp|gif)\b/.test(type)) return 'image'
  if (type.startsWith('audio/')) return 'audio'
  if (/\.(?:csv|tsv|jsonl|ndjson)$/i.test(name)) return bytes <= mostTableBytes ? 'table' : 'none'
  return /^text\/(?!html)|^application\/(?:json|yaml|x-yaml|toml)\b/.test(type) ? 'text' : 'none'
}
