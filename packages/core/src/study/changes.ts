import type { Described, DuplicateRule, RetryRule, StudyConfig } from '../journal/event.ts'
import type { FlatParam, SearchSpace } from '../space/space.ts'
import { countValues, describeDistribution } from '../space/distribution.ts'

/** One difference between a stored study and how it is opened now. */
export interface Change {
  readonly subject: string
  readonly before: string
  readonly after: string
  /** What will happen. */
  readonly effect: string
  /** Whether somebody must agree before the study goes on. */
  readonly consent: boolean
}

/** What differs between the stored configuration and the one given now. */
export function compareStudies(
  before: { readonly config: StudyConfig; readonly space: SearchSpace },
  after: { readonly config: StudyConfig; readonly space: SearchSpace },
): Change[] {
  const a = before.config
  const b = after.config
  return [
    ...compareSpaces(before.space, after.space),
    ...compareLists('constraint on parameters', a.space.require ?? [], b.space.require ?? [], {
      added: 'new trials obey it; old ones stay',
      removed: 'new trials need not obey it; old ones stay',
    }),
    ...compareObjectives(a, b),
    ...compareLists('outcome constraint', a.constraints, b.constraints, {
      added: 'finished trials are judged again; those without the metric count as infeasible',
      removed: 'finished trials are judged again without it',
    }),
    ...change(
      'seed',
      a.seed,
      b.seed,
      'new trials draw from the new seed; the study cannot be repeated from one seed',
      true,
    ),
    ...change(
      'deterministic',
      a.deterministic,
      b.deterministic,
      'only new trials follow the new rule',
      true,
    ),
    ...change('lag', a.lag, b.lag, 'only new trials follow the new lag', true),
    ...change(
      'sampler',
      text(a.sampler),
      text(b.sampler),
      'new trials are proposed by it; it learns from all old ones',
      false,
    ),
    ...change(
      'scheduler',
      text(a.scheduler),
      text(b.scheduler),
      'reports from now on are decided by it',
      false,
    ),
    ...change(
      'retry',
      retryText(a.retry),
      retryText(b.retry),
      'trials that fail from now on follow it',
      false,
    ),
    ...change(
      'duplicates',
      duplicatesText(a.duplicates),
      duplicatesText(b.duplicates),
      'suggestions from now on follow it',
      false,
    ),
    ...change(
      'program',
      JSON.stringify(a.program),
      JSON.stringify(b.program),
      'new trials are run by it; earlier results stay',
      false,
    ),
  ]
}

function change(
  subject: string,
  before: unknown,
  after: unknown,
  effect: string,
  consent: boolean,
): Change[] {
  if (before === after) return []
  return [{ subject, before: shorten(before), after: shorten(after), effect, consent }]
}

function shorten(x: unknown): string {
  const whole = x === undefined ? 'none' : String(x)
  return whole.length > 200 ? `${whole.slice(0, 200)}…` : whole
}

function text({ name, options }: Described): string {
  const given = Object.entries(options ?? {}).map(
    ([key, value]) => `${key}: ${JSON.stringify(value)}`,
  )
  return given.length === 0 ? name : `${name}(${given.join(', ')})`
}

function retryText(retry: RetryRule | undefined): string | undefined {
  return retry && `${retry.times} times on ${retry.on.join(', ')}`
}

function duplicatesText(rule: DuplicateRule | undefined): string {
  return rule === undefined ? 'allow' : `${rule.policy} after ${rule.evaluations}`
}

function describe(param: FlatParam): string {
  const when = param.when
    .map((c) => ('in' in c ? `${c.parent} = ${c.in.join('|')}` : `${c.parent} >= ${c.atLeast}`))
    .join(' and ')
  return `${describeDistribution(param.distribution)}${when === '' ? '' : ` when ${when}`}`
}

function compareSpaces(before: SearchSpace, after: SearchSpace): Change[] {
  const changes: Change[] = []
  const params = new Map(after.params.map((p) => [p.name, p]))
  for (const old of before.params) {
    const now = params.get(old.name)
    params.delete(old.name)
    const subject = `space.${old.name}`
    if (now === undefined) {
      const effect = 'new trials do not have it; old ones keep their values and still count'
      changes.push({ subject, before: describe(old), after: 'removed', effect, consent: true })
    } else if (describe(old) !== describe(now)) {
      const finite = countValues(now.distribution) < Number.POSITIVE_INFINITY
      const effect = `new trials use the new ${finite ? 'values' : 'range'}; old trials stay, and guide the search where their value is still one of them`
      changes.push({ subject, before: describe(old), after: describe(now), effect, consent: true })
    }
  }
  for (const added of params.values()) {
    const effect = 'new trials have it; old ones count without it'
    changes.push({
      subject: `space.${added.name}`,
      before: 'absent',
      after: describe(added),
      effect,
      consent: true,
    })
  }
  return changes
}

function compareLists(
  subject: string,
  before: readonly string[],
  after: readonly string[],
  effects: { readonly added: string; readonly removed: string },
): Change[] {
  const gone = before.filter((x) => !after.includes(x))
  const fresh = after.filter((x) => !before.includes(x))
  return [
    ...gone.map((x) => ({
      subject,
      before: x,
      after: 'removed',
      effect: effects.removed,
      consent: true,
    })),
    ...fresh.map((x) => ({
      subject,
      before: 'absent',
      after: x,
      effect: effects.added,
      consent: true,
    })),
  ]
}

function compareObjectives(a: StudyConfig, b: StudyConfig): Change[] {
  const show = (config: StudyConfig): string =>
    config.objectives.map((o) => `${o.direction} ${o.name}`).join(', ')
  const effect =
    'finished trials are ranked again by the new objectives; those without a value for one of them are not ranked'
  return change('objective', show(a), show(b), effect, true)
}

/** The changes as lines for people. */
export function describeChanges(changes: readonly Change[]): string {
  return changes.map((c) => `  ${c.subject}: ${c.before} -> ${c.after}; ${c.effect}.`).join('\n')
}
