import type { StudyCard } from '@attune/core'
import { apiUrl } from '../app/api.ts'
import { expectStudyPage } from '../app/load-study-page.ts'
import { hrefOf, setQuery, studyPath } from '../app/route.ts'
import { canWrite } from '../app/session.ts'
import { settings } from '../app/settings.ts'
import { atWork } from '../data/at-work.ts'
import { Badge } from '../ui/badge.tsx'
import { copyText } from '../ui/copy-button.tsx'
import { formatCount, formatNumber } from '../ui/format.ts'
import {
  IconArchive,
  IconCopy,
  IconDownload,
  IconEdit,
  IconMore,
  IconTag,
  IconWarning,
} from '../ui/icons.tsx'
import { Menu } from '../ui/menu.tsx'
import type { MenuItem } from '../ui/menu.tsx'
import { Sparkline } from '../ui/sparkline.tsx'
import { StateBar } from '../ui/state-bar.tsx'
import { Ago } from '../ui/time.tsx'
import { editTags, rename, setArchived } from './list-actions.ts'
import { statusOf, settledOf, titleOf } from './list-model.ts'
import type { StudyStatus } from './list-model.ts'

export interface ListRowProps {
  readonly card: StudyCard
  readonly place: number
  readonly isChosen: boolean
  readonly isActive: boolean
  readonly onChoose: (place: number, isRange: boolean) => void
}

/** A study in the list. */
export function ListRow({ card, place, isChosen, isActive, onChoose }: ListRowProps) {
  const { states, problem } = card
  const title = titleOf(card)
  const classes = [isChosen && 'chosen', isActive && 'active', card.archived && 'archived']
  return (
    <tr data-row aria-rowindex={place + 2} class={classes.filter(Boolean).join(' ')}>
      <td class="choose">
        <input
          type="checkbox"
          aria-label={`Choose ${title}`}
          checked={isChosen}
          onClick={(event) => onChoose(place, event.shiftKey)}
        />
      </td>
      <th scope="row" class="name">
        <NameCell card={card} />
      </th>
      {problem === undefined ? (
        <>
          <td class="best number">
            <BestCell card={card} />
          </td>
          <td class="progress">
            {card.spark.some(Number.isFinite) ? <Sparkline values={card.spark} /> : null}
          </td>
          <td class="trials">
            <TrialsCell card={card} />
          </td>
          <td class="running number" data-label="running">
            <Amount n={atWork(card)} />
          </td>
          <td class={`failed number${states.failed > 0 ? ' bad' : ''}`} data-label="failed">
            <Amount n={states.failed} />
          </td>
        </>
      ) : (
        <td class="problem" colSpan={5}>
          <span class="problem-text" title={problem}>
            <IconWarning size={14} />
            {problem}
          </span>
        </td>
      )}
      <td class="changed number">{card.changedAt > 0 ? <Ago at={card.changedAt} /> : null}</td>
      <td class="created number">{card.createdAt > 0 ? <Ago at={card.createdAt} /> : null}</td>
      <td class="actions">
        <Menu
          label={`Actions of ${title}`}
          icon={<IconMore />}
          look="quiet"
          align="end"
          items={actionsOf(card)}
        />
      </td>
    </tr>
  )
}

const Amount = ({ n }: { readonly n: number }) =>
  n === 0 ? <span class="faint">0</span> : <>{formatCount(n)}</>

function NameCell({ card }: { readonly card: StudyCard }) {
  const title = titleOf(card)
  return (
    <div class="name-cell">
      <div class="name-line">
        <a
          class="cut"
          href={hrefOf(studyPath(card.id))}
          title={title}
          onPointerEnter={expectStudyPage}
        >
          {title === '' ? '(no name)' : title}
        </a>
        <Status status={statusOf(card)} />
        {card.tags.slice(0, 3).map((tag) => (
          <button
            key={tag}
            type="button"
            class="tag cut"
            title={`Show studies with the tag ${tag}`}
            onClick={() => setQuery({ q: `tag:${/\s/.test(tag) ? `"${tag}"` : tag}` })}
          >
            {tag}
          </button>
        ))}
        {card.tags.length > 3 ? (
          <span class="faint" title={card.tags.slice(3).join(', ')}>
            +{card.tags.length - 3}
          </span>
        ) : null}
      </div>
      <div class="name-about cut" title={card.journal}>
        {title === card.name ? null : <span>{card.name} · </span>}
        {card.journal}
      </div>
    </div>
  )
}

const tones: Partial<Record<StudyStatus, 'good' | 'warn' | 'bad'>> = {
  running: 'good',
  paused: 'warn',
  stopped: 'warn',
  unreadable: 'bad',
}

/** An idle study says nothing of it. */
function Status({ status }: { readonly status: StudyStatus }) {
  if (status === 'idle') return null
  return (
    <Badge tone={tones[status]}>
      {status === 'running' ? <i class="dot" /> : null}
      {status}
    </Badge>
  )
}

function BestCell({ card }: { readonly card: StudyCard }) {
  const { best, objectives } = card
  const names = objectives.map(({ name, direction }) => (
    <span key={name} title={`${direction} ${name}`}>
      {direction === 'minimize' ? '↓' : '↑'} {name}
    </span>
  ))
  if (objectives.length > 1) {
    return (
      <>
        <span class="value">
          {best === undefined ? '–' : `${formatCount(best.front)} in the front`}
        </span>
        <span class="objective cut">{names}</span>
      </>
    )
  }
  const value = best?.values[0]
  return (
    <>
      <span class="value" title={value === undefined ? undefined : String(value)}>
        {value === undefined ? '–' : formatNumber(value, settings.digits.value)}
      </span>
      <span class="objective cut">{names}</span>
    </>
  )
}

function TrialsCell({ card }: { readonly card: StudyCard }) {
  const { states, asked } = card
  const all = Object.values(states).reduce((sum, count) => sum + count, 0)
  return (
    <div class="trials-cell">
      <StateBar states={states} asked={asked} />
      <span class="soft">
        {formatCount(asked === undefined ? all : settledOf(card))}
        {asked === undefined ? null : <> of {formatCount(asked)}</>}
      </span>
      {states.failed === 0 ? null : (
        <span class="bad failed-note">{formatCount(states.failed)} failed</span>
      )}
    </div>
  )
}

function actionsOf(card: StudyCard): readonly MenuItem[] {
  const id = encodeURIComponent(card.id)
  const changes: MenuItem[] = [
    { label: 'Rename …', icon: <IconEdit />, onSelect: () => void rename(card) },
    { label: 'Tags …', icon: <IconTag />, onSelect: () => void editTags(card) },
    {
      label: card.archived ? 'Take out of the archive' : 'Archive',
      icon: <IconArchive />,
      onSelect: () => void setArchived([card], !card.archived),
    },
  ]
  const isReadable = card.problem === undefined
  return [
    ...(canWrite.value && isReadable ? [...changes, 'rule' as const] : []),
    { label: 'Copy the name', icon: <IconCopy />, onSelect: () => void copyText(card.name) },
    {
      label: 'Copy the journal’s path',
      icon: <IconCopy />,
      onSelect: () => void copyText(card.journal),
    },
    ...(isReadable
      ? [
          {
            label: 'Save as one page',
            about: 'HTML that opens without a server',
            icon: <IconDownload />,
            href: apiUrl(`/api/studies/${id}/page`),
            download: `${card.name}.html`,
          },
        ]
      : []),
  ]
}
