import { mean } from '@attune/core/math'
import type { Judgement, Verdict } from '../lib/reproduction.ts'
import type { Interval } from '../lib/statistics.ts'
import { signed } from '../lib/wording.ts'
import { pairedDifference } from '../lib/statistics.ts'
import type { IdentityCheck } from './identities.ts'
import { contradiction } from './identities.ts'
import { table10, table7, table8, table9 } from './published.ts'
import { hullVariants } from './hull.ts'
import { evaluations } from './profile.ts'
import { controls, gammaSearch, gaussianSearch, twins } from './searches.ts'
import type { SeedOutcome } from './seed-outcome.ts'
import { find } from './sections.ts'
import type { RegretRow } from './synthetic.ts'
import { families } from './synthetic.ts'
import type { TaskOutcome } from './tables.ts'
import { geometricMean, titles } from './tables.ts'

const notAsked: Judgement = {
  status: 'not applicable',
  because: 'There is no control for it.',
  numbers: {},
}
const tenths = (x: number): string => signed(x, 1)
const said = ({ mean: middle, low, high }: Interval): string =>
  Number.isFinite(low) ? `${tenths(middle)} [${tenths(low)}, ${tenths(high)}]` : tenths(middle)
const points = (a: readonly number[], b: readonly number[]): Interval => {
  const { mean: middle, low, high } = pairedDifference(a, b)
  return { mean: 100 * middle, low: 100 * low, high: 100 * high }
}
const numbersOf = (
  name: string,
  { mean: middle, low, high }: Interval,
): Record<string, number> => ({
  [name]: middle,
  [`${name}Low`]: low,
  [`${name}High`]: high,
})

/** GAM-0: formulas and identities. */
export function metricsVerdict(check: IdentityCheck): Verdict {
  const [others, theirs] = [false, true].map((own) =>
    table7.filter(({ search }) => (search === 'k-dGamma') === own).map(contradiction),
  ) as [number[], number[]]
  const largest = Math.max(...others.map(Math.abs))
  const least = Math.min(...theirs.map(Math.abs))
  const exact = Math.max(check.formulas, check.identity, check.accuracy) < 1e-12
  return {
    claim: 'GAM-0',
    faithful: {
      status: exact && largest <= 0.24 + 1e-9 ? 'partly' : 'not reproduced',
      because: `Formulas and identities hold exactly for our metrics (largest difference ${Math.max(check.formulas, check.identity, check.accuracy).toExponential(1)}). Of Table 7 the rows of Grid, Gaussian and Gamma keep to the identity within ${largest.toFixed(2)} points (tolerance 0.24); those of k-dGamma do not: they are off by ${theirs.map((x) => x.toFixed(2)).join(', ')}, so they were not measured as the others, or not printed as measured.`,
      numbers: {
        formulas: check.formulas,
        identity: check.identity,
        othersLargest: largest,
        kdGammaLeast: least,
      },
    },
    fair: notAsked,
  }
}

/** The least-squares slope of log y over log x. */
function logSlope(pairs: readonly (readonly [number, number])[]): number {
  const xs = pairs.map(([x]) => Math.log(x))
  const ys = pairs.map(([, y]) => Math.log(y))
  const [mx, my] = [mean(xs), mean(ys)]
  const over = xs.reduce((sum, x, i) => sum + (x - mx) * (ys[i]! - my), 0)
  return over / xs.reduce((sum, x) => sum + (x - mx) ** 2, 0)
}

/** GAM-1: a tautology of numbers of evaluations, measured all the same. */
export function timeVerdict({ seeds }: TaskOutcome): Verdict {
  const rows = seeds.filter((s) => s.rows.length > 1).flatMap((s) => s.rows)
  const slopeOf = (key: 'grid' | 'gaussian' | 'gamma'): number =>
    logSlope(rows.map((row) => [row.points, row.seconds[key]]))
  const [grid, gaussian, gamma] = [slopeOf('grid'), slopeOf('gaussian'), slopeOf('gamma')]
  const [printedGrid, printedGamma] = [
    logSlope(table8.map((row) => [row.points, row.grid[1]])),
    logSlope(table8.map((row) => [row.points, row.gamma[1]])),
  ]
  const holds = Math.abs(grid - 1) < 0.25 && Math.max(Math.abs(gaussian), Math.abs(gamma)) < 0.25
  return {
    claim: 'GAM-1',
    faithful: {
      status: holds ? 'reproduced' : 'too small to say',
      because: `Slope of log time over log N: grid ${grid.toFixed(2)}, Gaussian ${gaussian.toFixed(2)}, Gamma ${gamma.toFixed(2)} (tolerance ± 0.25; Table 8 itself: ${printedGrid.toFixed(2)} and ${printedGamma.toFixed(2)}). That says no more than that a grid makes N evaluations and a search ${evaluations}, whatever N: a ratio of 5 to 25. It is a tautology.`,
      numbers: { grid, gaussian, gamma, printedGrid, printedGamma },
    },
    fair: {
      ...notAsked,
      because: 'It follows from the numbers of evaluations, so there is nothing to control.',
    },
  }
}

const own = (s: SeedOutcome, key: string): number => s.searches[key]!.judged.accuracy
const ofBlock = (
  s: SeedOutcome,
  key: 'grid' | 'gaussian' | 'gamma' | 'hull',
  block: number,
): number => s[key].blocks.at(block)!.accuracy

/** Whether a lead that was printed is there: seen, excluded at half its size, or neither. */
function leadStatus(leads: readonly Interval[], printed: readonly number[]): Judgement['status'] {
  const seen = leads.filter(({ low }) => low > 0).length
  if (seen === leads.length) return 'reproduced'
  if (seen > 0) return 'partly'
  if (leads.some(({ high }) => high < 0)) return 'not reproduced'
  return leads.every(({ high }, i) => high < printed[i]! / 2)
    ? 'not reproduced'
    : 'too small to say'
}

const gap = (table: typeof table8): number =>
  mean(table.map(({ gamma, gaussian }) => gamma[0] - gaussian[0]))

/** GAM-2: Gamma against Gaussian. */
export function gammaVerdict(outcomes: readonly TaskOutcome[]): Verdict {
  const leads = outcomes.flatMap(({ scale, seeds }) => {
    const short = points(
      seeds.map((s) => own(s, gammaSearch.key)),
      seeds.map((s) => own(s, gaussianSearch.key)),
    )
    const long = points(
      seeds.map((s) => ofBlock(s, 'gamma', -1)),
      seeds.map((s) => ofBlock(s, 'gaussian', -1)),
    )
    const [first, last] = scale.task === 'mnist' ? [gap(table8), gap(table9)] : [15.84, 19.33]
    return [
      { name: `${titles[scale.task]} after 1 epoch`, lead: short, printed: first },
      {
        name: `${titles[scale.task]} after ${scale.blocks.at(-1)} epochs`,
        lead: long,
        printed: last,
      },
    ]
  })
  const main = outcomes[0]!
  const fair = twinLeads(main)
  const status = leadStatus(
    leads.map(({ lead }) => lead),
    leads.map(({ printed }) => printed),
  )
  return {
    claim: 'GAM-2',
    faithful: {
      status,
      because: `Readings A and B against the same with Gaussian distributions, accuracy in points with intervals of 95 %: ${leads.map(({ name, lead, printed }) => `${name} ${said(lead)} (printed ${tenths(printed)})`).join('; ')}. Reproduced if every interval is above 0, partly if one is; not if one is below 0, or every one excludes half of the printed lead.`,
      numbers: Object.assign({}, ...leads.map(({ name, lead }) => numbersOf(name, lead))) as Record<
        string,
        number
      >,
    },
    fair,
  }
}

/** The twins and the other searches at equal evaluations, after 1 epoch. */
function twinLeads({ scale, seeds }: TaskOutcome): Judgement {
  const between = (a: string, b: string): Interval =>
    points(
      seeds.map((s) => own(s, a)),
      seeds.map((s) => own(s, b)),
    )
  const known = (key: string): boolean => seeds.every((s) => s.searches[key] !== undefined)
  const pairs = twins
    .filter(([a, b]) => known(a.key) && known(b.key))
    .map(([a, b]) => ({ name: `${a.title} against ${b.title}`, lead: between(a.key, b.key) }))
  const others = controls
    .filter(({ key }) => known(key))
    .map(({ key, title }) => ({
      name: `Gamma (A+B) against ${title}`,
      lead: between(gammaSearch.key, key),
    }))
  const all = [...pairs, ...others]
  const wins = all.filter(({ lead }) => lead.low > 0).length
  const losses = all.filter(({ lead }) => lead.high < 0).length
  const excluded = pairs.every(({ lead }) => lead.high < gap(table8) / 2)
  const status =
    wins === all.length
      ? 'reproduced'
      : wins > 0
        ? 'partly'
        : losses > 0 || excluded
          ? 'not reproduced'
          : 'too small to say'
  return {
    status,
    because: `${titles[scale.task]}, 1 epoch, ${evaluations} evaluations each, ${seeds.length} seeds, same surrogate and candidates for twins; accuracy in points: ${all.map(({ name, lead }) => `${name} ${said(lead)}`).join('; ')}. ${wins} of ${all.length} intervals lie above 0, ${losses} below. Reproduced if all do, partly if some; not if one lies below 0 or all twins exclude half of the printed lead.`,
    numbers: Object.assign({}, ...all.map(({ name, lead }) => numbersOf(name, lead))) as Record<
      string,
      number
    >,
  }
}

/** GAM-3: as good as a grid, at a fraction of its cost. */
export function gridVerdict({ scale, seeds }: TaskOutcome): Verdict {
  const lead = points(
    seeds.map((s) => ofBlock(s, 'gamma', -1)),
    seeds.map((s) => ofBlock(s, 'grid', -1)),
  )
  const equal = points(
    seeds.map((s) => own(s, gammaSearch.key)),
    seeds.map((s) => own(s, 'grid-20')),
  )
  const tolerance = 1.5
  return {
    claim: 'GAM-3',
    faithful: {
      status:
        lead.low > -tolerance
          ? 'reproduced'
          : lead.high < -tolerance
            ? 'not reproduced'
            : 'too small to say',
      because: `Accuracy of Gamma less that of a grid of 300 points after ${scale.blocks.at(-1)} epochs: ${said(lead)} points (printed −0.8, tolerance −1.5) with ${evaluations} evaluations instead of 300.`,
      numbers: numbersOf('lead', lead),
    },
    fair: {
      status:
        equal.low > 0
          ? 'reproduced'
          : equal.high < tolerance
            ? 'not reproduced'
            : 'too small to say',
      because: `Against a grid of ${evaluations} points, the same cost, after 1 epoch: ${said(equal)} points. Reproduced if the interval is above 0; not if a lead of 1.5 is excluded, for then the saving is that of making fewer evaluations, and no merit of the Gamma distribution.`,
      numbers: numbersOf('lead', equal),
    },
  }
}

/** GAM-4: the hull against the Gamma search alone. */
export function hullVerdict(
  outcomes: readonly TaskOutcome[],
  regrets: readonly RegretRow[],
): Verdict {
  const leads = outcomes.flatMap(({ scale, seeds }) =>
    scale.blocks.map((epochs, block) => ({
      name: `${titles[scale.task]} ${epochs} epoch${epochs === 1 ? '' : 's'}`,
      lead: points(
        seeds.map((s) => ofBlock(s, 'hull', block)),
        seeds.map((s) => ofBlock(s, 'gamma', block)),
      ),
    })),
  )
  const tolerance = 0.5
  const worse = leads.some(({ lead }) => lead.high < 0)
  const never = leads.every(({ lead }) => lead.low > -tolerance)
  return {
    claim: 'GAM-4',
    faithful: {
      status: worse ? 'not reproduced' : never ? 'reproduced' : 'too small to say',
      because: `Accuracy at the rate of the hull (5 strips) less that at the rate of the best run, trained anew alike, in points: ${leads.map(({ name, lead }) => `${name} ${said(lead)}`).join('; ')} (printed: +0.6, +0.3, +0.6 in Table 6; −1.1, +2.4, +2.2, +0.3 in Table 7). ${bestVariant(outcomes)}Reproduced if no interval reaches below −0.5; not if one lies below 0.`,
      numbers: Object.assign({}, ...leads.map(({ name, lead }) => numbersOf(name, lead))) as Record<
        string,
        number
      >,
    },
    fair: hullOnFamilies(regrets),
  }
}

/** Which of the readings of "approximated convex hull" comes nearest to the printed order. */
function bestVariant(outcomes: readonly TaskOutcome[]): string {
  const known = outcomes.find(({ scale }) => scale.dense)
  if (known === undefined) return ''
  const { seeds, scale } = known
  const leads = hullVariants.map(({ key, title }) => ({
    title,
    lead: points(
      seeds.map((s) => s.variants[key]!.blocks[0]!.accuracy),
      seeds.map((s) => ofBlock(s, 'gamma', 0)),
    ),
  }))
  const best = leads.toSorted((a, b) => b.lead.mean - a.lead.mean)[0]!
  return `Of ${leads.length} variants of the hull ${best.title} come nearest to the printed order (${titles[scale.task]}, 1 epoch: ${said(best.lead)}). `
}

function hullOnFamilies(rows: readonly RegretRow[]): Judgement {
  const judged = (['random', 'gamma'] as const).flatMap((design) =>
    families.map((family) => ({ family, design, row: find(rows, family.key, design, 'strips-5') })),
  )
  const names = (test: (row: RegretRow) => boolean): string =>
    judged
      .filter(({ row }) => test(row))
      .map(({ family, design }) => `${family.title} (${design})`)
      .join(', ') || 'none'
  const better = judged.filter(({ row }) => row.againstBest.high < 0).length
  const worse = judged.filter(({ row }) => row.againstBest.low > 0).length
  const regretOf = (family: string): number => find(rows, family, 'random', 'strips-5').regret.mean
  return {
    status:
      better > 0 && worse > 0
        ? 'partly'
        : better > 0
          ? 'reproduced'
          : worse > 0
            ? 'not reproduced'
            : 'too small to say',
    because: `On ${families.length} families with known truth, each with random rates and with those of the Gamma search, 5 strips have a lower regret than the best run on ${better} of ${judged.length} (${names((row) => row.againstBest.high < 0)}), a higher one on ${worse} (${names((row) => row.againstBest.low > 0)}); lower than the least mean of a Gaussian process: ${names((row) => row.againstGp.high < 0)}; higher: ${names((row) => row.againstGp.low > 0)}. One lucky run of 20 raises the regret of the hull from ${regretOf('convex').toFixed(4)} to ${regretOf('lucky').toFixed(4)}.`,
    numbers: {
      better,
      worse,
      of: judged.length,
      convex: regretOf('convex'),
      lucky: regretOf('lucky'),
    },
  }
}

/** GAM-5: the scale of the rates that were found. */
export function rateVerdict({ seeds }: TaskOutcome): Verdict {
  const rates = seeds.flatMap((s) =>
    s.rows.length > 0 ? s.rows.map((row) => row.hull.rate) : [s.hull.rate],
  )
  const middle = geometricMean(rates)
  const printed = geometricMean(table10.map(({ rate }) => rate!))
  const [least, most] = [Math.min(...rates), Math.max(...rates)]
  const isNear = middle > printed / 10 && middle < printed * 10
  return {
    claim: 'GAM-5',
    faithful: {
      status: isNear ? 'reproduced' : 'not reproduced',
      because: `Rates that the hull found for 1 epoch of plain SGD: ${least.toPrecision(2)} to ${most.toPrecision(2)}, geometric mean ${middle.toPrecision(2)} (printed 0.077 to 0.265, geometric mean ${printed.toPrecision(2)}; tolerance: one order of magnitude). It depends on network, batch and epochs, so this is a check of plausibility.`,
      numbers: { least, most, middle, printed },
    },
    fair: notAsked,
  }
}
