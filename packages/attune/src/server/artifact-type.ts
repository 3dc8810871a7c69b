import { extname } from 'node:path'

/** What a page may show of itself: pictures of pixels, sound and film. */
const media: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.webp': 'image/webp',
  '.gif': 'image/gif',
  '.mp3': 'audio/mpeg',
  '.wav': 'audio/wav',
  '.ogg': 'audio/ogg',
  '.flac': 'audio/flac',
  '.m4a': 'audio/mp4',
  '.mp4': 'video/mp4',
  '.webm': 'video/webm',
}

const texts: ReadonlySet<string> = new Set([
  ...['.txt', '.log', '.csv', '.tsv', '.json', '.jsonl', '.ndjson', '.md', '.yaml', '.yml'],
  ...['.toml', '.ini', '.cfg', '.py', '.js', '.ts', '.r', '.jl', '.sh'],
])

/**
 * The type under which a file of a trial is given, by the ending of its name. What a browser would run
 * (HTML, SVG, PDF) has none: it is given as bytes to be saved.
 */
export function artifactType(name: string): string {
  const ending = extname(name).toLowerCase()
  return (
    media[ending] ?? (texts.has(ending) ? 'text/plain; charset=utf-8' : 'application/octet-stream')
  )
}

/** Whether a browser may show it instead of saving it. */
export const isShown = (type: string): boolean => type !== 'application/octet-stream'
