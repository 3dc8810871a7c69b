import type { Label } from '@attune/core'
import { codecOf, describeDistribution } from '@attune/core'
import type { ValueStrip } from '../data/definition.ts'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { formatNumber } from '../ui/format.ts'
import { sliderOf } from './entries.ts'
import type { RangeEntry, RangeRow } from './ranges.ts'
import { rangeEntry } from './ranges.ts'
import { Strip } from './value-strip.tsx'

export interface RangeFieldProps {
  readonly row: RangeRow
  readonly entry: RangeEntry
  readonly strip: ValueStrip | undefined
  readonly problem: string | undefined
  readonly isChanged: boolean
  readonly onChange: (entry: RangeEntry) => void
}

/** Where a parameter is to be searched, over the values that were tried. */
export function RangeField(props: RangeFieldProps) {
  const { row, entry, problem, isChanged, onChange } = props
  const { name, declared, isAdjusted } = row
  const toDeclared = rangeEntry(declared)
  const isDeclared = JSON.stringify(toDeclared) === JSON.stringify(entry)
  return (
    <fieldset class={`range-field${isChanged ? ' changed' : ''}`}>
      <legend>
        {name}
        {isAdjusted && <Badge tone="accent">adjusted</Badge>}
      </legend>
      <div class="range-body">
        {entry.kind === 'number' ? (
          <NumberRange {...props} entry={entry} />
        ) : (
          <LabelRange {...props} entry={entry} />
        )}
      </div>
      <div class="range-foot">
        <span class="soft">declared as {describeDistribution(declared)}</span>
        {!isDeclared && (
          <Button look="quiet" isSmall onClick={() => onChange(toDeclared)}>
            As declared
          </Button>
        )}
      </div>
      {problem === undefined ? null : (
        <p class="bad" role="alert">
          {problem}
        </p>
      )}
    </fieldset>
  )
}

function NumberRange(
  props: RangeFieldProps & { readonly entry: Extract<RangeEntry, { kind: 'number' }> },
) {
  const { row, entry, strip, onChange } = props
  const { name, declared } = row
  if (declared.kind === 'choice') return null
  const whole = strip?.kind === 'number' ? strip : { ...declared }
  const domain = { ...declared, low: whole.low, high: whole.high }
  const slider = sliderOf(domain)
  const { encode } = codecOf({
    kind: 'float',
    low: whole.low,
    high: whole.high,
    scale: declared.scale,
  })
  const [low, high] = [Number(entry.low), Number(entry.high)]
  const ends = [
    { end: 'low' as const, label: `${name}, lower end`, number: low, text: entry.low },
    { end: 'high' as const, label: `${name}, upper end`, number: high, text: entry.high },
  ]
  return (
    <>
      {strip?.kind === 'number' && (
        <Strip
          strip={strip}
          from={Number.isFinite(low) ? encode(low) : 0}
          to={Number.isFinite(high) ? encode(high) : 1}
        />
      )}
      <div class="two-sliders">
        {ends.map(({ end, label, number, text }) => (
          <input
            key={end}
            type="range"
            min={0}
            max={slider.last}
            value={Number.isFinite(number) ? slider.place(number) : end === 'low' ? 0 : slider.last}
            aria-label={label}
            aria-valuetext={text}
            onInput={({ currentTarget }) => {
              const value = slider.value(Number(currentTarget.value))
              const isOver = end === 'low' ? value > high : value < low
              // Ends do not pass each other.
              if (isOver) currentTarget.value = String(slider.place(number))
              else onChange({ ...entry, [end]: String(value) })
            }}
          />
        ))}
      </div>
      <div class="range-ends">
        {ends.map(({ end, label, text }) => (
          <input
            key={end}
            class="input mono"
            aria-label={`${label}, number`}
            inputMode="decimal"
            autocomplete="off"
            value={text}
            onInput={({ currentTarget }) => onChange({ ...entry, [end]: currentTarget.value })}
          />
        ))}
        {(whole.low !== declared.low || whole.high !== declared.high) && (
          <span class="soft range-domain">
            Shown are {formatNumber(whole.low)} to {formatNumber(whole.high)}.
          </span>
        )}
      </div>
    </>
  )
}

function LabelRange(
  props: RangeFieldProps & { readonly entry: Extract<RangeEntry, { kind: 'labels' }> },
) {
  const { row, entry, strip, onChange } = props
  const own = row.declared.kind === 'choice' ? row.declared.choices : []
  const tried = strip?.kind === 'labels' ? strip : undefined
  const labels = [...new Set([...own, ...(tried?.labels ?? []), ...entry.labels])]
  const most = Math.max(1, ...(tried?.counts ?? []))
  const toggle = (label: Label, isOn: boolean): void =>
    onChange({
      kind: 'labels',
      labels: labels.filter((one) => (one === label ? isOn : entry.labels.includes(one))),
    })
  return (
    <>
      <div class="label-range">
        {labels.map((label) => {
          const place = tried?.labels.indexOf(label) ?? -1
          const count = tried?.counts[place] ?? 0
          const best = tried?.best[place] ?? 0
          return (
            <label key={String(label)} class="check">
              <input
                type="checkbox"
                checked={entry.labels.includes(label)}
                onChange={({ currentTarget }) => toggle(label, currentTarget.checked)}
              />
              <span class="label-name cut">{String(label)}</span>
              <span class="label-bar" aria-hidden="true">
                <i class="all" style={{ width: `${(count / most) * 100}%` }} />
                <i class="best" style={{ width: `${(best / most) * 100}%` }} />
              </span>
              <span class="soft number">
                {count} tried{best > 0 ? `, ${best} best` : ''}
              </span>
            </label>
          )
        })}
      </div>
      {row.isParent ? (
        <span class="soft">
          Other parameters depend on these labels, so no new ones can be added.
        </span>
      ) : (
        <NewLabel
          labels={labels}
          onAdd={(label) => onChange({ kind: 'labels', labels: [...entry.labels, label] })}
        />
      )}
    </>
  )
}

function NewLabel(props: {
  readonly labels: readonly Label[]
  readonly onAdd: (label: Label) => void
}) {
  const isNumeric =
    props.labels.length > 0 && props.labels.every((label) => typeof label === 'number')
  const add = (input: HTMLInputElement): void => {
    const text = input.value.trim()
    const label = isNumeric ? Number(text) : text
    if (text === '' || Number.isNaN(label) || props.labels.includes(label)) return
    props.onAdd(label)
    input.value = ''
  }
  return (
    <input
      class="input"
      placeholder={isNumeric ? 'one more number, then Enter' : 'one more label, then Enter'}
      aria-label="One more label"
      onKeyDown={(event) => {
        if (event.key !== 'Enter') return
        event.preventDefault()
        add(event.currentTarget)
      }}
      onBlur={({ currentTarget }) => add(currentTarget)}
    />
  )
}
