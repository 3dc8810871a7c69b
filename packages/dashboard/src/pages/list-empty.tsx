import { hrefOf } from '../app/route.ts'
import { LinkButton } from '../ui/button.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { IconChart, IconDrop } from '../ui/icons.tsx'

/** Before there is any study. */
export function EmptyList({ journals }: { readonly journals: readonly string[] }) {
  const command = runCommand(journals[0])
  return (
    <EmptyState
      icon={<IconChart size={40} />}
      title="No study yet"
      actions={
        <LinkButton icon={<IconDrop />} href={hrefOf('/file')}>
          Open a journal from this machine
        </LinkButton>
      }
    >
      <p>Run one, and it appears here while it runs:</p>
      <div class="command-line">
        <code>{command}</code>
        <CopyButton label="Copy the command" text={command} />
      </div>
      {journals.length === 0 ? null : (
        <p>
          This page looks at {journals.length === 1 ? 'the journal ' : 'the journals '}
          {journals.map((journal, place) => (
            <span key={journal}>
              {place === 0 ? '' : ', '}
              <code>{journal}</code>
            </span>
          ))}
          .
        </p>
      )}
    </EmptyState>
  )
}

/** How a study file is run so that its study stands in a journal. */
export function runCommand(journal: string | undefined, file = 'study.yaml'): string {
  const isUsual = journal === undefined || journal === 'attune.db' || journal === '.'
  const quoted = journal === undefined || /^[\w./~-]+$/.test(journal) ? journal : `'${journal}'`
  return `attune run ${file}${isUsual ? '' : ` --journal ${quoted}`}`
}
