import type { StudyCard } from '@attune/core'
import { hrefOf } from '../app/route.ts'
import { canWrite } from '../app/session.ts'
import { Button, LinkButton } from '../ui/button.tsx'
import { countOf } from '../ui/format.ts'
import { IconArchive, IconClose, IconCompare } from '../ui/icons.tsx'
import { setArchived } from './list-actions.ts'

/** What can be done with the studies that are chosen, at the lower edge of the window. */
export function ChosenBar(props: {
  readonly cards: readonly StudyCard[]
  readonly onClear: () => void
}) {
  const { cards, onClear } = props
  if (cards.length === 0) return null
  const areArchived = cards.every(({ archived }) => archived)
  const ids = cards.map(({ id }) => encodeURIComponent(id)).join(',')
  return (
    <div class="chosen-bar no-print" role="region" aria-label="Chosen studies">
      <span role="status">{countOf(cards.length, 'study', 'studies')} chosen</span>
      {cards.length > 1 ? (
        <LinkButton look="primary" icon={<IconCompare />} href={hrefOf(`/compare?ids=${ids}`)}>
          Compare
        </LinkButton>
      ) : (
        <span class="soft">Choose another one to compare</span>
      )}
      {canWrite.value ? (
        <Button
          icon={<IconArchive />}
          onClick={() => {
            void setArchived(cards, !areArchived)
            onClear()
          }}
        >
          {areArchived ? 'Take out of the archive' : 'Archive'}
        </Button>
      ) : null}
      <Button look="quiet" icon={<IconClose />} onClick={onClear}>
        Clear
      </Button>
    </div>
  )
}
