import { AttuneError, createRng, refuseProblems } from '@attune/core'
import type { Problem, Rng } from '@attune/core'
import { exp, gammaDraw, log } from '@attune/core/math'
import { strataOf } from '../data/splits.ts'
import type { Target } from '../matrix.ts'

/** By client the rows that it has, rising; no row is of two clients. */
export type Clients = readonly Int32Array[]

/** Clients that a table has by itself, by a column such as a speaker. */
export interface ColumnClients {
  readonly column: string
}

/** Clients that rows are shared out among, as if they had come from several places. */
export interface DrawnClients {
  /** How many. */
  readonly count: number
  /** Concentration of the skew of labels: see `dirichletClients`. Left out: none, rows at random. */
  readonly dirichlet?: number
  /** Fewest rows of a client; default 1. */
  readonly least?: number
}

/** Rows at random to clients whose sizes differ by one at most: no client is special. */
export function evenClients(
  rows: number,
  count: number,
  options: { readonly seed?: number } = {},
): Clients {
  refuseCounts(rows, count, 1)
  const order = Int32Array.from({ length: rows }, (_, i) => i)
  createRng(options.seed ?? 0, 'even clients').shuffle(order)
  return Array.from({ length: count }, (_, k) =>
    order
      .slice(Math.floor((k * rows) / count), Math.floor(((k + 1) * rows) / count))
      .sort((a, b) => a - b),
  )
}

/**
 * Clients with labels of their own: of every label the clients have shares that are drawn from a
 * Dirichlet distribution with the same concentration for all of them (M. Yurochkin and others, "Bayesian
 * nonparametric federated learning of neural networks", ICML 2019). At 0.1 most clients know one or two
 * labels, at 100 all have about the same mixture. Of a regression tenths of the values are the labels.
 *
 * Where a client would have fewer rows than `least`, rows at random come to it from the largest client;
 * drawing anew until all have enough, as others do, never ends for many clients.
 *
 * @param concentration above 0
 * @throws AttuneError `models/options` for fewer rows than clients need
 */
export function dirichletClients(
  target: Target,
  count: number,
  concentration: number,
  options: { readonly least?: number; readonly seed?: number } = {},
): Clients {
  const { least = 1, seed = 0 } = options
  const strata = strataOf(target)
  refuseCounts(strata.length, count, least, concentration)
  const rng = createRng(seed, 'dirichlet clients')
  const clients = Array.from({ length: count }, (): number[] => [])
  for (const rows of rowsByCode(strata)) {
    rng.shuffle(rows)
    const ends = cumulative(dirichletDraw(rng, count, concentration), rows.length)
    let at = 0
    for (const [k, end] of ends.entries()) while (at < end) clients[k]!.push(rows[at++]!)
  }
  level(clients, least, rng)
  return clients.map((rows) => Int32Array.from(rows).sort())
}

/** The rows of every group, such as a speaker, as a client; groups are in the order of their codes. */
export function groupClients(groups: ArrayLike<number>): Clients {
  return rowsByCode(groups).map((rows) => Int32Array.from(rows))
}

/**
 * Shares of a Dirichlet distribution whose concentrations are all the same: Gamma draws over their sum.
 * They are drawn as logarithms, for draws of a small shape are smaller than any number
 * (Γ(a) is Γ(a + 1) · U^(1/a): G. Marsaglia and W. W. Tsang, ACM TOMS 26, 2000, section 6).
 */
function dirichletDraw(rng: Rng, count: number, concentration: number): number[] {
  const logs = Array.from({ length: count }, () => {
    const whole = log(gammaDraw(rng, concentration + 1, 1))
    return whole + log(1 - rng.next()) / concentration
  })
  const largest = Math.max(...logs)
  const parts = logs.map((value) => exp(value - largest))
  const sum = parts.reduce((a, b) => a + b, 0)
  return parts.map((part) => part / sum)
}

/** Where parts of so many rows end, rounded. */
function cumulative(shares: readonly number[], rows: number): number[] {
  let sum = 0
  return shares.map((share, k) => {
    sum += share
    return k === shares.length - 1 ? rows : Math.round(sum * rows)
  })
}

function level(clients: readonly number[][], least: number, rng: Rng): void {
  for (const client of clients) {
    while (client.length < least) {
      const largest = clients.reduce((a, b) => (b.length > a.length ? b : a))
      const at = rng.int(largest.length)
      client.push(largest[at]!)
      largest.splice(at, 1)
    }
  }
}

/** By rising code the rows that have it. */
function rowsByCode(codes: ArrayLike<number>): number[][] {
  const rows = new Map<number, number[]>()
  for (let i = 0; i < codes.length; i++) {
    const found = rows.get(codes[i]!)
    if (found === undefined) rows.set(codes[i]!, [i])
    else found.push(i)
  }
  return [...rows].sort((a, b) => a[0] - b[0]).map(([, list]) => list)
}

function refuseCounts(rows: number, count: number, least: number, concentration = 1): void {
  const problems: Problem[] = []
  if (!Number.isInteger(count) || count < 1) {
    problems.push({ path: 'count', message: `must be a whole number from 1, but is ${count}.` })
  }
  if (!Number.isInteger(least) || least < 1) {
    problems.push({ path: 'least', message: `must be a whole number from 1, but is ${least}.` })
  }
  if (!(concentration > 0 && concentration < Infinity)) {
    const message = `must be a finite number above 0, but is ${concentration}.`
    problems.push({ path: 'dirichlet', message })
  }
  if (problems.length === 0 && rows < count * least) {
    const message = `${count} clients of at least ${least} rows need ${count * least} rows, but there are ${rows}; take fewer clients.`
    problems.push({ path: 'count', message })
  }
  refuseProblems('models/options', 'The clients', problems)
}

/**
 * Checks clients that are given.
 * @throws AttuneError `models/data` for a client without rows, a row that is not there or of two clients
 */
export function refuseClients(clients: Clients, rows: number): void {
  const owner = new Int32Array(rows).fill(-1)
  const refuse = (why: string): never => {
    throw new AttuneError('models/data', `The clients cannot learn: ${why}`)
  }
  if (clients.length === 0) refuse('there are none.')
  for (const [k, own] of clients.entries()) {
    if (own.length === 0) refuse(`client ${k} has no rows.`)
    for (const row of own) {
      if (!(row >= 0 && row < rows)) refuse(`row ${row} of client ${k} is not one of ${rows} rows.`)
      if (owner[row] !== -1) refuse(`row ${row} is of client ${owner[row]} and of client ${k}.`)
      owner[row] = k
    }
  }
}
