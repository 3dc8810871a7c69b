import { embeddedSource } from './embedded-source.ts'
import type { Source } from './engine.ts'
import { fileSource } from './file-source.ts'
import { serverSource } from './server-source.ts'
import type { StudySource } from './study-source.ts'

/** What reads a study, by where it comes from; `base` stands before all paths of the server. */
export function sourceOf(source: Source, base: string): StudySource {
  switch (source.kind) {
    case 'server':
      return serverSource(`${base}/api/studies/${encodeURIComponent(source.id)}`)
    case 'file':
      return fileSource(source.file)
    case 'embedded':
      return embeddedSource(source.packed)
  }
}
