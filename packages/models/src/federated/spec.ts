import type { Problem } from '@attune/core'
import { AttuneError, nearest } from '@attune/core'
import type { Target } from '../matrix.ts'
import { groupsOf } from '../data/splits.ts'
import type { Table } from '../data/table.ts'
import { columnNamed } from '../data/table.ts'
import type { NetworkOptions } from '../network/options.ts'
import type { OptionRule } from '../options.ts'
import { numberAbove, wholeNumber } from '../options.ts'
import type { Clients, ColumnClients, DrawnClients } from './clients.ts'
import { dirichletClients, evenClients, groupClients } from './clients.ts'
import type { FederatedOptions } from './options.ts'
import { checkFederatedOptions, roundless } from './options.ts'

/** What a model file says of federated learning: who the clients are, and how they learn. */
export interface FederatedSpec extends Partial<FederatedOptions> {
  readonly clients: ColumnClients | DrawnClients
}

type Mapping = Readonly<Record<string, unknown>>

const isMapping = (value: unknown): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Everything that is wrong with it, by path within. */
export function federatedProblems(given: Mapping): Problem[] {
  const { clients, ...options } = given
  const problems = clientProblems(clients)
  try {
    checkFederatedOptions(options)
  } catch (error) {
    if (!(error instanceof AttuneError)) throw error
    problems.push(...(error.details as unknown as readonly Problem[]))
  }
  return problems
}

/** Of the network's options, what clients have no use for. */
export const networkProblemsOf = (options: Mapping): Problem[] =>
  roundless(options as Partial<NetworkOptions>)

const column: OptionRule = {
  rule: 'the name of a column',
  allows: (value) => typeof value === 'string' && value !== '',
}

const clientRules: Readonly<Record<string, OptionRule>> = {
  column,
  count: wholeNumber(1),
  dirichlet: numberAbove(0),
  least: wholeNumber(1),
}

function clientProblems(clients: unknown): Problem[] {
  const needs = 'must be { column: NAME } or { count: N, dirichlet: CONCENTRATION }.'
  if (!isMapping(clients)) return [{ path: 'clients', message: needs }]
  const problems: Problem[] = []
  for (const [key, value] of Object.entries(clients)) {
    const path = `clients.${key}`
    const rule = Object.hasOwn(clientRules, key) ? clientRules[key] : undefined
    if (rule === undefined) {
      const meant = nearest(key, Object.keys(clientRules))
      const hint = meant === undefined ? needs : `did you mean ${meant}?`
      problems.push({ path, message: `is no key: ${hint}` })
    } else if (!rule.allows(value)) {
      problems.push({ path, message: `is ${JSON.stringify(value)}, but must be ${rule.rule}.` })
    }
  }
  const drawn = Object.keys(clients).filter((key) => key !== 'column')
  if (clients['column'] !== undefined && drawn.length > 0) {
    const message = `are those of a column, or so many that are drawn, not both. Leave out column, or ${drawn.join(', ')}.`
    problems.push({ path: 'clients', message })
  } else if (clients['column'] === undefined && clients['count'] === undefined) {
    problems.push({ path: 'clients', message: needs })
  } else if (clients['least'] !== undefined && clients['dirichlet'] === undefined) {
    const message = 'is of clients with labels of their own: give dirichlet, or leave it out.'
    problems.push({ path: 'clients.least', message })
  }
  return problems
}

/**
 * The clients of a table's rows.
 * @throws AttuneError `data/format` for a column that is not there, `models/options` for more clients than
 *   rows
 */
export function clientsOf(
  { clients }: FederatedSpec,
  table: Table,
  target: Target,
  seed: number,
): Clients {
  if ('column' in clients) return groupClients(groupsOf(columnNamed(table, clients.column)))
  const { count, dirichlet, least = 1 } = clients
  if (dirichlet === undefined) return evenClients(table.rows, count, { seed })
  return dirichletClients(target, count, dirichlet, { least, seed })
}
