import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { IconRefresh } from '../ui/icons.tsx'
import { Skeleton } from '../ui/skeleton.tsx'

/** A component whose code comes when it is shown first. */
export function lazyPage<P extends object>(
  load: () => Promise<{ readonly default: ComponentType<P> }>,
): (props: P) => preact.JSX.Element {
  let Loaded: ComponentType<P> | undefined
  return function LazyPage(props: P) {
    const [, redraw] = useState(0)
    const [failure, setFailure] = useState<unknown>(undefined)
    useEffect(() => {
      if (Loaded !== undefined) return
      load().then(
        (module) => {
          Loaded = module.default
          redraw((n) => n + 1)
        },
        (error: unknown) => setFailure(error),
      )
    }, [])
    if (Loaded !== undefined) return <Loaded {...props} />
    return failure === undefined ? <PageSkeleton /> : <Missing />
  }
}

/** Before a page is there. */
export function PageSkeleton() {
  return (
    <div class="page stack" role="status" aria-label="Loading">
      <Skeleton width={260} height={28} />
      <Skeleton height={96} />
      <Skeleton height={320} />
    </div>
  )
}

/** Parts of another version are gone from the server when attune was installed anew. */
function Missing() {
  return (
    <EmptyState
      isPage
      title="This part of the page could not be loaded"
      actions={
        <Button look="primary" icon={<IconRefresh />} onClick={() => location.reload()}>
          Load the page again
        </Button>
      }
    >
      <p>The server is gone, or a newer attune was started in its place.</p>
    </EmptyState>
  )
}
