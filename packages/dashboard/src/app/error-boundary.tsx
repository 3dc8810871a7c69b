import type { ComponentChildren } from 'preact'
import { useErrorBoundary } from 'preact/hooks'
import { Button, LinkButton } from '../ui/button.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { IconWarning } from '../ui/icons.tsx'
import { hrefOf } from './route.ts'

/** Shows what went wrong in the place of what could not be drawn; the rest of the page stays. */
export function ErrorBoundary({ children }: { readonly children: ComponentChildren }) {
  const [error, reset] = useErrorBoundary((failure: unknown) => console.error(failure))
  if (error === undefined) return <>{children}</>
  const text = textOf(error)
  return (
    <EmptyState
      isPage
      icon={<IconWarning size={32} />}
      title="This page has a mistake of its own"
      actions={
        <>
          <Button look="primary" onClick={reset}>
            Try again
          </Button>
          <LinkButton href={hrefOf('/')}>All studies</LinkButton>
          <CopyButton label="Copy what went wrong" text={text}>
            Copy the error
          </CopyButton>
        </>
      }
    >
      <p>Your study is not touched by it. What went wrong:</p>
      <pre class="error-text">{text.split('\n', 1)[0]}</pre>
    </EmptyState>
  )
}

function textOf(error: unknown): string {
  return error instanceof Error
    ? `${error.name}: ${error.message}\n${error.stack ?? ''}`
    : String(error)
}
