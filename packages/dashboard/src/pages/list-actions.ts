import type { StudyCard } from '@attune/core'
import { command } from '../app/api.ts'
import { promptBox } from '../app/confirm.ts'
import { tell, tellError } from '../app/toasts.ts'
import { countOf } from '../ui/format.ts'
import { titleOf } from './list-model.ts'

/** Puts studies into the archive or takes them out; either can be taken back. */
export async function setArchived(cards: readonly StudyCard[], archived: boolean): Promise<void> {
  try {
    for (const { id } of cards) await command(id, { kind: 'annotate', archived })
  } catch (error) {
    tellError(error)
    return
  }
  const what =
    cards.length === 1 ? `“${titleOf(cards[0]!)}”` : countOf(cards.length, 'study', 'studies')
  tell(archived ? `${what} archived` : `${what} taken out of the archive`, 'good', {
    label: 'Undo',
    act: () => void setArchived(cards, !archived),
  })
}

/** Asks for a title and gives it; its journal, its links and what runs on it stay as they are. */
export async function rename(card: StudyCard): Promise<void> {
  const title = await promptBox({
    title: 'Rename the study',
    text: `Its name in commands stays ${card.name}; empty, it is called that here too.`,
    yes: 'Rename',
    input: { label: 'Title', value: titleOf(card), optional: true },
  })
  if (title === undefined) return
  await change(card, { title: title.trim() === card.name ? '' : title.trim() })
}

/** Asks for tags and gives them. */
export async function editTags(card: StudyCard): Promise<void> {
  const text = await promptBox({
    title: `Tags of ${titleOf(card)}`,
    yes: 'Save',
    input: { label: 'Tags, with commas between them', value: card.tags.join(', '), optional: true },
  })
  if (text === undefined) return
  const tags = [...new Set(text.split(',').map((tag) => tag.trim()))].filter((tag) => tag !== '')
  await change(card, { tags })
}

async function change(card: StudyCard, fields: Readonly<Record<string, unknown>>): Promise<void> {
  try {
    await command(card.id, { kind: 'annotate', ...fields })
  } catch (error) {
    tellError(error)
  }
}
