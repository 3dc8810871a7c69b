import { usePageTitle } from '../app/page-title.ts'
import { hrefOf, route } from '../app/route.ts'
import { LinkButton } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { IconLink, IconSearch } from '../ui/icons.tsx'

/** An address that leads nowhere, with a way back. */
export function NotFound(props: { readonly text?: string }) {
  usePageTitle('Not found')
  return (
    <EmptyState
      isPage
      icon={<IconSearch size={32} />}
      title="Nothing is here"
      actions={
        <LinkButton look="primary" href={hrefOf('/')}>
          All studies
        </LinkButton>
      }
    >
      <p>
        {props.text ?? (
          <>
            There is no page at <code>{route.value.path}</code>.
          </>
        )}
      </p>
    </EmptyState>
  )
}

/** When the server does not know this browser. */
export function MissingLink() {
  usePageTitle('Open the link again')
  return (
    <EmptyState isPage icon={<IconLink size={32} />} title="Open the link from the terminal">
      <p>
        This page shows your studies only to those who have its link. <code>attune ui</code> prints
        it when it starts: an address with <code>?token=</code> in it. Open that once in this
        browser.
      </p>
      <p>
        If you did, the server was started again since: every start has a link of its own. Look for
        the newest one in the terminal.
      </p>
    </EmptyState>
  )
}
