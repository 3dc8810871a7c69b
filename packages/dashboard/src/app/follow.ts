import { apiUrl } from './api.ts'

export interface FollowHandlers {
  /** By the name of the event what is done with its data, as JSON. */
  readonly events: Readonly<Record<string, (data: unknown) => void>>
  /** Called when the stream stands, also when it stands again: what came meanwhile was not told. */
  readonly onOpen?: () => void
  readonly onLost?: () => void
}

/**
 * Follows a stream of the server's events. While the page is hidden the stream is closed, and opened
 * again when it is seen; when the server goes away the page tries to come back, ever more rarely.
 */
export function follow(path: string, handlers: FollowHandlers): () => void {
  let source: EventSource | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let losses = 0
  const close = (): void => {
    clearTimeout(timer)
    source?.close()
    source = undefined
  }
  const open = (): void => {
    close()
    source = new EventSource(apiUrl(path))
    source.addEventListener('open', () => {
      losses = 0
      handlers.onOpen?.()
    })
    source.addEventListener('error', () => {
      handlers.onLost?.()
      close()
      losses++
      timer = setTimeout(open, Math.min(500 * 2 ** losses, 15_000))
    })
    for (const [name, handle] of Object.entries(handlers.events)) {
      source.addEventListener(name, (event: MessageEvent<string>) => handle(JSON.parse(event.data)))
    }
  }
  const onVisibility = (): void => {
    if (document.hidden) close()
    else if (source === undefined) open()
  }
  document.addEventListener('visibilitychange', onVisibility)
  if (!document.hidden) open()
  return () => {
    document.removeEventListener('visibilitychange', onVisibility)
    close()
  }
}
