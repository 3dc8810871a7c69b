import type { JSX } from 'preact'

import { promptBox } from '../../../app/confirm.ts'
import { useKeys } from '../../../app/keys.ts'
import { navigate } from '../../../app/route.ts'
import { tellError } from '../../../app/toasts.ts'
import type { OpenedStudy } from '../../../data/engine.ts'
import { act } from '../../../steer/commands.ts'
import { excludeTrials } from '../trial/trial-changes.ts'
import { Button, IconButton } from '../../../ui/button.tsx'
import { countOf, formatCount } from '../../../ui/format.ts'
import { IconClose, IconCompare, IconHide, IconTable } from '../../../ui/icons.tsx'
import type { MenuItem } from '../../../ui/menu.tsx'
import { Menu } from '../../../ui/menu.tsx'
import { download, fileName } from '../model/download.ts'
import { setQuery, tabPath } from '../model/page-query.ts'
import { selectionWords } from '../model/selection-words.ts'
import { allColumns, useStudy } from '../model/study-model.ts'

/** So many trials can be compared. */
export const mostCompared = 5
/** So many are changed by one click. */
const mostChanged = 200

/** What is selected in words, and what can be done with it; stands at the bottom of the window. */
export function SelectionBar(): JSX.Element | null {
  const { selection } = useStudy()
  if (selection.selection.value === undefined) {
    return selection.out.value === undefined ? null : <OutBar />
  }
  return <Bar />
}

function OutBar(): JSX.Element {
  const { selection } = useStudy()
  return (
    <div class="selection-bar" role="region" aria-label="Trials left out of the charts">
      <span class="selection-words">
        <IconHide size={14} /> <span role="status">{leftOut(selection.outCount.value)}</span>
      </span>
      <Button isSmall onClick={selection.putBack}>
        Put back
      </Button>
    </div>
  )
}

const leftOut = (n: number | undefined): string =>
  `${n === undefined ? 'Some trials' : countOf(n, 'trial')} left out of the charts of this page`

function Bar(): JSX.Element {
  const { id, opened, selection, canWrite } = useStudy()
  const chosen = selection.selection.value ?? []
  const count = selection.count.value
  const words = selectionWords(chosen, allColumns(opened))
  useKeys([{ keys: 'Escape', about: 'Clear the selection', act: selection.clear }])
  const compare = (): void => {
    selection.trials().then((trials) => setQuery({ compare: trials.join(',') }), tellError)
  }
  const csv = (): void => {
    opened
      .csv(chosen)
      .then(
        (text) => download(`${fileName(opened.about.name)}-selected.csv`, text, 'text/csv'),
        tellError,
      )
  }
  const items: readonly MenuItem[] = [
    { label: 'CSV', about: 'Of these trials, numbers in full', onSelect: csv },
    {
      label: 'Leave out of the charts',
      about: 'On this page only',
      onSelect: () => {
        selection.leaveOut().catch(tellError)
      },
    },
    ...(canWrite ? changes(opened, count, () => selection.trials()) : []),
  ]
  return (
    <div class="selection-bar" role="region" aria-label="Selection">
      <span class="selection-words" role="status">
        <b>{countOf(count, 'trial')}</b>
        <span class="cut soft" title={words}>
          {words}
        </span>
      </span>
      <Button
        isSmall
        icon={<IconTable size={14} />}
        onClick={() => navigate(tabPath(id, 'trials', { only: '1' }))}
      >
        Table
      </Button>
      <Button
        isSmall
        icon={<IconCompare size={14} />}
        disabled={count < 2 || count > mostCompared}
        title={`Two to ${mostCompared} trials side by side`}
        onClick={compare}
      >
        Compare
      </Button>
      <Menu label="More" text="More" isSmall align="end" items={items} />
      <IconButton label="Clear the selection (Escape)" isSmall onClick={selection.clear}>
        <IconClose size={14} />
      </IconButton>
    </div>
  )
}

/** What changes the study itself. */
function changes(
  study: OpenedStudy,
  count: number,
  trials: () => Promise<readonly number[]>,
): MenuItem[] {
  const isDisabled = count === 0 || count > mostChanged
  const run = (work: () => Promise<unknown>): void => {
    work().catch(tellError)
  }
  const takeOut = async (excluded: boolean): Promise<void> =>
    excludeTrials(study, await trials(), excluded)
  const tag = async (): Promise<void> => {
    const text = await promptBox({
      title: `Tag ${countOf(count, 'trial')}`,
      yes: 'Tag',
      input: { label: 'Tags, parted by commas; they take the place of the ones before', value: '' },
    })
    if (text === undefined) return
    const tags = text.split(',').flatMap((each) => (each.trim() === '' ? [] : [each.trim()]))
    const commands = (await trials()).map((trial) => ({ kind: 'annotate', trial, tags }) as const)
    await act(study, commands, { text: `${countOf(count, 'trial')} tagged.` })
  }
  return [
    'rule',
    {
      label: 'Tag',
      isDisabled,
      ...(count > mostChanged
        ? { about: `at most ${formatCount(mostChanged)} trials at once` }
        : {}),
      onSelect: () => run(tag),
    },
    {
      label: 'Exclude from the search',
      isDisabled,
      isDangerous: true,
      onSelect: () => run(() => takeOut(true)),
    },
    {
      label: 'Take back into the search',
      isDisabled,
      onSelect: () => run(() => takeOut(false)),
    },
  ]
}
