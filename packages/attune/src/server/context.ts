import type { Access } from './access.ts'
import type { Library } from './library.ts'
import type { Packer } from './packer.ts'
import type { Writers } from './writers.ts'

/** What all routes share. */
export interface UiContext {
  readonly version: string
  /** Whether nobody may write, whatever their token. */
  readonly readOnly: boolean
  /** The path under which the page is served: a slash at both ends. */
  readonly base: string
  readonly access: Access
  readonly isOurHost: (header: string | undefined) => boolean
  readonly library: Library
  readonly writers: Writers
  readonly packer: Packer
  /** One at a time of each kind. */
  readonly queued: <T>(kind: string, work: () => Promise<T> | T) => Promise<T>
  /** Takes one of the writes that are allowed a second; gives the milliseconds to wait for it. */
  readonly takeWrite: () => number
  /** Streams of events that are open, which end when the server does. */
  readonly streams: Set<{ close(): void }>
  /** Who commands are said to come from. */
  readonly by: string
  /** Told what nobody expected. */
  readonly report: (error: unknown) => void
}
