import type { JudgedMetric, Json } from '@attune/core'

/**
 * The form of a study whose trials are judged by people, as its `program` holds it (see the key `judge`
 * of study files); none for other studies. What cannot be read becomes a number to be typed.
 */
export function judgeFormOf(program: Json | undefined): readonly JudgedMetric[] {
  const judge = isRecord(program) ? program['judge'] : undefined
  if (!Array.isArray(judge)) return []
  return (judge as readonly Json[]).flatMap((given) => {
    const metric = isRecord(given) ? given['metric'] : undefined
    if (!isRecord(given) || typeof metric !== 'string') return []
    return [judgedMetric(metric, given)]
  })
}

function judgedMetric(metric: string, given: JsonRecord): JudgedMetric {
  const low = numberIn(given, 'low')
  const high = numberIn(given, 'high')
  const step = numberIn(given, 'step')
  if (given['kind'] === 'compare') return { metric, kind: 'compare' }
  if (given['kind'] === 'slider' && low !== undefined && high !== undefined) {
    return { metric, kind: 'slider', low, high, ...(step === undefined ? {} : { step }) }
  }
  const labels = labelsIn(given['labels'])
  if (given['kind'] === 'choice' && labels.length > 0) return { metric, kind: 'choice', labels }
  return {
    metric,
    kind: 'number',
    ...(low === undefined ? {} : { low }),
    ...(high === undefined ? {} : { high }),
  }
}

type JsonRecord = { readonly [key: string]: Json | undefined }

function isRecord(x: Json | undefined): x is JsonRecord {
  return typeof x === 'object' && x !== null && !Array.isArray(x)
}

function numberIn(given: JsonRecord, key: string): number | undefined {
  const x = given[key]
  return typeof x === 'number' ? x : undefined
}

function labelsIn(given: Json | undefined): { label: string; value: number }[] {
  if (!Array.isArray(given)) return []
  return (given as readonly Json[]).flatMap((one) => {
    if (!isRecord(one)) return []
    const { label, value } = one
    return typeof label === 'string' && typeof value === 'number' ? [{ label, value }] : []
  })
}

/** What is wrong with an answer, in words; undefined when nothing is. */
export function problemOfAnswer(form: JudgedMetric, value: number | undefined): string | undefined {
  if (value === undefined) return `${form.metric} has no value yet.`
  if (!Number.isFinite(value)) return `${form.metric} must be a finite number.`
  if (form.kind === 'choice' || form.kind === 'compare') return undefined
  const { low = -Infinity, high = Infinity } = form
  if (value >= low && value <= high) return undefined
  const range =
    form.low === undefined
      ? `at most ${high}`
      : form.high === undefined
        ? `at least ${low}`
        : `from ${low} to ${high}`
  return `${form.metric} must be ${range}, got ${value}.`
}
