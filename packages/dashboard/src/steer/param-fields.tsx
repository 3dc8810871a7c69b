import type { Distribution, FlatParam, Label } from '@attune/core'
import { describeDistribution } from '@attune/core'
import { Field, Segmented, Select } from '../ui/field.tsx'
import { formatNumber } from '../ui/format.ts'
import type { Entries, FormReading, FormSpace } from './entries.ts'
import { sliderOf } from './entries.ts'

export interface ParamFieldsProps {
  readonly form: FormSpace
  readonly entries: Entries
  readonly reading: FormReading
  readonly onChange: (entries: Entries) => void
  /** The values it began with, which are marked where they were changed. */
  readonly before?: Entries
}

/** A field for every parameter that exists with the values so far. */
export function ParamFields({ form, entries, reading, onChange, before }: ParamFieldsProps) {
  const change = (name: string, entry: Label | undefined): void => {
    const { [name]: _, ...others } = entries
    onChange(entry === undefined ? others : { ...others, [name]: entry })
  }
  return (
    <div class="param-fields">
      {reading.active.map((param) => (
        <ParamField
          key={param.name}
          param={param}
          declared={declaredOf(form, param)}
          entry={entries[param.name]}
          error={reading.problems[param.name]}
          isChanged={before !== undefined && before[param.name] !== entries[param.name]}
          onChange={(entry) => change(param.name, entry)}
        />
      ))}
    </div>
  )
}

function declaredOf({ declared }: FormSpace, { name, distribution }: FlatParam): Distribution {
  return declared.params[declared.index.get(name) ?? -1]?.distribution ?? distribution
}

interface ParamFieldProps {
  readonly param: FlatParam
  readonly declared: Distribution
  readonly entry: Label | undefined
  readonly error: string | undefined
  readonly isChanged: boolean
  readonly onChange: (entry: Label | undefined) => void
}

function ParamField(props: ParamFieldProps) {
  const { param, declared, isChanged } = props
  const { distribution, when } = param
  const was = describeDistribution(declared)
  const isAdjusted = describeDistribution(distribution) !== was
  const hint = isAdjusted ? `declared as ${was}` : undefined
  return (
    <div
      class={`param-field${isChanged ? ' changed' : ''}`}
      style={{ marginInlineStart: `${Math.min(when.length, 3) * 16}px` }}
    >
      {distribution.kind === 'choice' ? (
        <ChoiceField {...props} labels={labelsOf(distribution, declared)} hint={hint} />
      ) : (
        <NumberField {...props} distribution={distribution} hint={hint} />
      )}
    </div>
  )
}

/** Those that are searched, and those that are declared beside. */
function labelsOf(searched: Distribution, declared: Distribution): readonly Label[] {
  const own = declared.kind === 'choice' ? declared.choices : []
  return [...new Set([...own, ...(searched.kind === 'choice' ? searched.choices : [])])]
}

const unset = 'unset'

function ChoiceField(
  props: ParamFieldProps & { readonly labels: readonly Label[]; readonly hint: string | undefined },
) {
  const { param, labels, entry, error, hint, onChange } = props
  const place = entry === undefined ? -1 : labels.indexOf(entry)
  const value = place < 0 ? unset : String(place)
  const choose = (chosen: string): void =>
    onChange(chosen === unset ? undefined : labels[Number(chosen)])
  const options = labels.map((label, i) => ({ value: String(i), label: String(label) }))
  const isShort = labels.length <= 4 && options.every(({ label }) => label.length <= 14)
  if (!isShort) {
    return (
      <Select
        label={param.name}
        value={value}
        options={[{ value: unset, label: 'the sampler decides' }, ...options]}
        onChange={choose}
        hint={hint}
        error={error}
      />
    )
  }
  return (
    <div class="field">
      <span class="field-label" aria-hidden="true">
        {param.name}
      </span>
      <Segmented
        label={param.name}
        value={value}
        options={[...options, { value: unset, label: 'any', title: 'The sampler decides' }]}
        onChange={choose}
      />
      {hint === undefined ? null : <span class="hint">{hint}</span>}
      {error === undefined ? null : (
        <span class="error" role="alert">
          {error}
        </span>
      )}
    </div>
  )
}

function NumberField(
  props: ParamFieldProps & {
    readonly distribution: Exclude<Distribution, { kind: 'choice' }>
    readonly hint: string | undefined
  },
) {
  const { param, distribution, entry, error, hint, onChange } = props
  const slider = sliderOf(distribution)
  const text = entry === undefined ? '' : String(entry)
  const number = text.trim() === '' ? Number.NaN : Number(text)
  const { kind, scale, step } = distribution
  const steps = step === undefined || (kind === 'int' && step === 1) ? '' : `step ${step} · `
  const about = `${scale === 'log' ? 'log · ' : ''}${steps}`
  return (
    <Field label={param.name} hint={hint} error={error}>
      {(control) => (
        <div class="number-slider">
          <input
            type="range"
            min={0}
            max={slider.last}
            step={1}
            value={Number.isNaN(number) ? Math.round(slider.last / 2) : slider.place(number)}
            class={Number.isNaN(number) ? 'unset' : ''}
            aria-label={`${param.name}, slider`}
            aria-valuetext={text === '' ? 'the sampler decides' : text}
            onInput={({ currentTarget }) =>
              onChange(String(slider.value(Number(currentTarget.value))))
            }
          />
          <input
            {...control}
            class="input mono"
            inputMode="decimal"
            autocomplete="off"
            value={text}
            placeholder="any"
            title={text}
            onInput={({ currentTarget }) => onChange(currentTarget.value)}
          />
          <span class="ends" aria-hidden="true">
            <span>{formatNumber(distribution.low)}</span>
            <span>
              {about}
              {formatNumber(distribution.high)}
            </span>
          </span>
        </div>
      )}
    </Field>
  )
}
