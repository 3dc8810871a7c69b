import type { Values } from '@attune/core'
import { useMemo, useState } from 'preact/hooks'
import { tell, tellError } from '../app/toasts.ts'
import type { OpenedStudy } from '../data/engine.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Check, Segmented, TextField } from '../ui/field.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { isSteerable, send } from './commands.ts'
import type { Entries } from './entries.ts'
import { entriesOf, formSpace, readEntries } from './entries.ts'
import { ParamFields } from './param-fields.tsx'
import { useStudy } from './use-study.ts'
import './steer.css'

export interface EnqueueDialogProps {
  readonly study: OpenedStudy
  /** The trial whose values it begins with; default: all are left to the sampler. */
  readonly trial?: number
  readonly onClose: () => void
}

/** Configurations to be tried next: those of a trial, changed, or from nothing. */
export function EnqueueDialog({ study, trial, onClose }: EnqueueDialogProps) {
  const { value: definition, problem } = useStudy(study, (s) => s.definition())
  const { value: best } = useStudy(study, async (s) => (await s.facts()).best?.trial)
  const { value: cloned } = useStudy(
    study,
    async (s) => (trial === undefined ? {} : await s.values(trial)),
    [trial],
  )
  const isReady = definition !== undefined && cloned !== undefined
  return (
    <Dialog title="Enqueue configurations" size="large" onClose={onClose}>
      {isReady && isSteerable(study) ? (
        <EnqueueForm
          study={study}
          definition={definition}
          cloned={cloned}
          trial={trial}
          best={best}
          onClose={onClose}
        />
      ) : (
        (problem ?? <Skeleton height={280} />)
      )}
    </Dialog>
  )
}

type Base = 'trial' | 'best' | 'blank'

function EnqueueForm(
  props: EnqueueDialogProps & {
    readonly definition: Awaited<ReturnType<OpenedStudy['definition']>>
    readonly cloned: Values
    readonly best: number | undefined
  },
) {
  const { study, definition, cloned, trial, best, onClose } = props
  const form = useMemo(() => formSpace(definition), [definition])
  const [base, setBase] = useState<Base>(trial === undefined ? 'blank' : 'trial')
  const [before, setBefore] = useState<Entries>(() => entriesOf(form.declared, cloned))
  const [entries, setEntries] = useState<Entries>(before)
  const [times, setTimes] = useState('1')
  const [continues, setContinues] = useState(false)
  const [sent, setSent] = useState<readonly Values[]>([])
  const [isBusy, setBusy] = useState(false)
  const reading = readEntries(form, entries)
  const baseTrial = base === 'trial' ? trial : base === 'best' ? best : undefined
  const count = /^[1-9]\d{0,2}$/.test(times.trim()) ? Number(times) : undefined
  const isWrong = Object.keys(reading.problems).length > 0 || count === undefined

  const start = async (from: Base): Promise<void> => {
    setBase(from)
    const number = from === 'trial' ? trial : from === 'best' ? best : undefined
    const values = number === undefined ? {} : await study.values(number)
    const filled = entriesOf(form.declared, values)
    setBefore(filled)
    setEntries(filled)
    setContinues(false)
  }
  const submit = async (): Promise<void> => {
    if (isWrong || count === undefined || isBusy) return
    setBusy(true)
    const from = continues && baseTrial !== undefined ? { from: baseTrial } : {}
    try {
      for (let i = 0; i < count; i++) {
        await send(study, { kind: 'enqueue', values: reading.values, ...from })
      }
      setSent([...sent, ...Array.from({ length: count }, () => reading.values)])
      const what = count === 1 ? 'A configuration is' : `${count} configurations are`
      tell(`${what} enqueued for the next suggestions.`, 'good')
    } catch (error) {
      tellError(error)
    }
    setBusy(false)
  }
  const bases = [
    ...(trial === undefined || trial === best
      ? []
      : [{ value: 'trial' as const, label: `Trial ${trial}` }]),
    ...(best === undefined ? [] : [{ value: 'best' as const, label: `The best, trial ${best}` }]),
    { value: 'blank' as const, label: 'Nothing' },
  ]
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault()
        void submit()
      }}
    >
      <div class="row">
        <span class="field-label">Begin with</span>
        <Segmented
          label="Begin with"
          value={base === 'trial' && trial === best ? 'best' : base}
          options={bases}
          onChange={(chosen) => void start(chosen)}
        />
        <span class="soft">What is left empty the sampler completes.</span>
      </div>
      <ParamFields
        form={form}
        entries={entries}
        reading={reading}
        onChange={setEntries}
        before={base === 'blank' ? undefined : before}
      />
      {reading.problems[''] === undefined ? null : (
        <p class="bad" role="alert">
          {reading.problems['']}
        </p>
      )}
      {baseTrial === undefined ? null : (
        <Check
          label={`Start with a copy of the files of trial ${baseTrial}, such as its checkpoint`}
          isChecked={continues}
          onChange={setContinues}
        />
      )}
      <Waiting sent={sent} waiting={definition.enqueued} />
      <div class="row form-end">
        <TextField
          label="Times"
          isInline
          value={times}
          inputMode="numeric"
          onInput={setTimes}
          error={count === undefined ? 'A whole number from 1 to 999.' : undefined}
        />
        <span class="spread" />
        <Button onClick={onClose}>{sent.length === 0 ? 'Cancel' : 'Done'}</Button>
        <Button type="submit" look="primary" isBusy={isBusy} aria-disabled={isWrong}>
          Enqueue
        </Button>
      </div>
    </form>
  )
}

/** What waits already, and what was sent from here. */
function Waiting(props: { readonly sent: readonly Values[]; readonly waiting: readonly Values[] }) {
  const lines = [...props.waiting, ...props.sent].map(shortValues)
  if (lines.length === 0) return null
  return (
    <details class="waiting" open={props.sent.length > 0}>
      <summary>
        {lines.length === 1 ? '1 configuration waits' : `${lines.length} configurations wait`}
      </summary>
      <ol>
        {lines.slice(-20).map((line, i) => (
          <li key={i} class="mono">
            {line}
          </li>
        ))}
      </ol>
    </details>
  )
}

function shortValues(values: Values): string {
  const pairs = Object.entries(values).map(([name, value]) => `${name} = ${String(value)}`)
  if (pairs.length === 0) return 'any configuration'
  return pairs.length <= 6
    ? pairs.join(', ')
    : `${pairs.slice(0, 6).join(', ')} and ${pairs.length - 6} more`
}
