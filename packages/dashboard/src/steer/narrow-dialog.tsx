import { useMemo, useState } from 'preact/hooks'
import { messageOf } from '@attune/core'
import type { StudyDefinition } from '../data/definition.ts'
import type { OpenedStudy } from '../data/engine.ts'
import { tell } from '../app/toasts.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { TextField } from '../ui/field.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { act, isSteerable, send } from './commands.ts'
import { RangeField } from './range-field.tsx'
import type { RangeEntry } from './ranges.ts'
import { joinStrips, rangeEntry, rangeRows, rangesBefore, readRanges } from './ranges.ts'
import { useStudy } from './use-study.ts'
import './steer.css'

export interface NarrowDialogProps {
  readonly study: OpenedStudy
  readonly onClose: () => void
}

/** Where parameters are searched from now on. */
export function NarrowDialog({ study, onClose }: NarrowDialogProps) {
  const { value: definition, problem } = useStudy(study, (s) => s.definition())
  return (
    <Dialog title="Where parameters are searched" size="large" onClose={onClose}>
      {definition !== undefined && isSteerable(study) ? (
        <NarrowForm study={study} definition={definition} onClose={onClose} />
      ) : (
        (problem ?? <Skeleton height={280} />)
      )}
    </Dialog>
  )
}

/** From so many parameters on there is a field to find one. */
const many = 12

function NarrowForm(props: NarrowDialogProps & { readonly definition: StudyDefinition }) {
  const { study, definition, onClose } = props
  const { value: strips } = useStudy(study, (s) => s.strips())
  const rows = useMemo(() => rangeRows(definition), [definition])
  const [entries, setEntries] = useState<Readonly<Record<string, RangeEntry>>>({})
  const [search, setSearch] = useState('')
  const [refusal, setRefusal] = useState<string | undefined>()
  const [isBusy, setBusy] = useState(false)
  const { ranges, problems } = readRanges(rows, entries)
  const changed = rows.filter(({ names }) => names.some((name) => Object.hasOwn(ranges, name)))
  const isWrong = Object.keys(problems).length > 0
  const shown = rows.filter(({ name }) => name.toLowerCase().includes(search.trim().toLowerCase()))

  const submit = async (): Promise<void> => {
    if (isWrong || changed.length === 0 || isBusy) return
    setBusy(true)
    setRefusal(undefined)
    try {
      await send(study, { kind: 'narrow', ranges })
      const undo = { kind: 'narrow', ranges: rangesBefore(definition, ranges) } as const
      const names = changed.map(({ name }) => name).join(', ')
      tell(`From the next suggestion on other ranges hold: ${names}.`, 'good', {
        label: 'Undo',
        act: () => void act(study, undo, { text: 'The ranges are as they were.' }),
      })
      onClose()
    } catch (error) {
      setRefusal(messageOf(error))
      setBusy(false)
    }
  }
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault()
        void submit()
      }}
    >
      <p class="soft">
        From the next suggestion on parameters are searched here. Ranges may be narrower or wider
        than declared; trials outside stay in the study and guide the search. Bars show the values
        that were tried, dark ones those of the best tenth.
      </p>
      {rows.length > many && (
        <TextField
          label="Find a parameter"
          value={search}
          onInput={setSearch}
          placeholder="part of a name"
        />
      )}
      <div class="range-fields">
        {shown.map((row) => (
          <RangeField
            key={row.name}
            row={row}
            entry={entries[row.name] ?? rangeEntry(row.searched)}
            strip={
              strips === undefined ? undefined : joinStrips(row.names.map((name) => strips[name]))
            }
            problem={problems[row.name]}
            isChanged={changed.includes(row)}
            onChange={(entry) => setEntries({ ...entries, [row.name]: entry })}
          />
        ))}
      </div>
      {refusal === undefined ? null : (
        <p class="bad refusal" role="alert">
          {refusal}
        </p>
      )}
      <div class="row form-end">
        <span class="soft">
          {changed.length === 0
            ? 'Nothing is changed yet.'
            : `Changed: ${changed.map(({ name }) => name).join(', ')}`}
        </span>
        <span class="spread" />
        <Button onClick={onClose}>Cancel</Button>
        <Button
          type="submit"
          look="primary"
          isBusy={isBusy}
          aria-disabled={isWrong || changed.length === 0}
        >
          Search there
        </Button>
      </div>
    </form>
  )
}
