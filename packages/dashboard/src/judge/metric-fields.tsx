import { Field, Segmented, TextField } from '../ui/field.tsx'
import { formatNumber } from '../ui/format.ts'
import type { JudgedMetric } from '@attune/core'
import { problemOfAnswer } from './judge-form.ts'

/** What somebody answered so far, by metric: texts of numbers. */
export type MetricEntries = Readonly<Record<string, string>>

export interface MetricFieldsProps {
  readonly form: readonly JudgedMetric[]
  readonly entries: MetricEntries
  readonly onChange: (entries: MetricEntries) => void
  /** Whether what is missing is said, too: after somebody tried to tell. */
  readonly isStrict: boolean
}

/** A field for each metric that is given as a value. */
export function MetricFields({ form, entries, onChange, isStrict }: MetricFieldsProps) {
  return (
    <>
      {form.map((metric) => {
        const entry = entries[metric.metric] ?? ''
        const problem = problemOfAnswer(metric, numberOf(entry))
        const isShown = isStrict || entry.trim() !== ''
        return (
          <MetricField
            key={metric.metric}
            metric={metric}
            entry={entry}
            error={isShown ? problem : undefined}
            onChange={(text) => onChange({ ...entries, [metric.metric]: text })}
          />
        )
      })}
    </>
  )
}

interface MetricFieldProps {
  readonly metric: JudgedMetric
  readonly entry: string
  readonly error: string | undefined
  readonly onChange: (entry: string) => void
}

function MetricField({ metric: form, entry, error, onChange }: MetricFieldProps) {
  const { metric } = form
  switch (form.kind) {
    case 'compare':
      return null
    case 'choice':
      return (
        <div class="field">
          <span class="field-label" aria-hidden="true">
            {metric}
          </span>
          <Segmented
            label={metric}
            value={entry}
            options={form.labels.map(({ label, value }, i) => ({
              value: String(value),
              label: (
                <>
                  {i < 9 && <kbd>{i + 1}</kbd>} {label}
                </>
              ),
              title: `${label}: ${formatNumber(value)}`,
            }))}
            onChange={onChange}
          />
          {error === undefined ? null : <span class="error">{error}</span>}
        </div>
      )
    case 'slider': {
      const { low, high, step } = form
      return (
        <Field label={metric} hint={`${formatNumber(low)} to ${formatNumber(high)}`} error={error}>
          {(control) => (
            <div class="judge-slider">
              <input
                {...control}
                type="range"
                class={entry === '' ? 'unset' : ''}
                min={low}
                max={high}
                step={step ?? (high - low) / 100}
                value={entry === '' ? (low + high) / 2 : entry}
                onInput={({ currentTarget }) => onChange(currentTarget.value)}
                onPointerUp={({ currentTarget }) => onChange(currentTarget.value)}
              />
              <output class="mono">{entry === '' ? '–' : entry}</output>
            </div>
          )}
        </Field>
      )
    }
    case 'number': {
      const { low, high } = form
      const range = low === undefined || high === undefined ? undefined : `${low} to ${high}`
      return (
        <TextField
          label={metric}
          value={entry}
          inputMode="decimal"
          hint={range}
          error={error}
          isMono
          onInput={onChange}
        />
      )
    }
  }
}

const numberOf = (entry: string): number | undefined =>
  entry.trim() === '' ? undefined : Number(entry)

/** The metrics of a form that is filled in; undefined while something is missing or wrong. */
export function metricsOf(
  form: readonly JudgedMetric[],
  entries: MetricEntries,
): Record<string, number> | undefined {
  const metrics: Record<string, number> = {}
  for (const metric of form) {
    if (metric.kind === 'compare') continue
    const value = numberOf(entries[metric.metric] ?? '')
    if (value === undefined || problemOfAnswer(metric, value) !== undefined) return undefined
    metrics[metric.metric] = value
  }
  return metrics
}
