import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { formatAgo, formatTimeWithZone } from './format.ts'

const now = signal(Date.now())
let watchers = 0
let timer: ReturnType<typeof setInterval> | undefined

/** The time, which goes on in steps of ten seconds while the page is seen. */
export function useNow(): number {
  useEffect(() => {
    watchers++
    now.value = Date.now()
    timer ??= setInterval(() => {
      if (!document.hidden) now.value = Date.now()
    }, 10_000)
    return () => {
      watchers--
      if (watchers > 0) return
      clearInterval(timer)
      timer = undefined
    }
  }, [])
  return now.value
}

/** How long ago something was; the time with its zone shows when it is pointed at. */
export function Ago({ at }: { readonly at: number }) {
  const shown = Math.max(useNow(), at)
  return (
    <time dateTime={new Date(at).toISOString()} title={formatTimeWithZone(at)}>
      {formatAgo(at, shown)}
    </time>
  )
}
