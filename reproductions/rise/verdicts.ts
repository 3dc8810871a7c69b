import { cardinality, bestTrials, recordOf } from 'attune'
import type { Judgement, Verdict } from '../lib/reproduction.ts'
import { meanInterval, pairedDifference } from '../lib/statistics.ts'
import type { Interval } from '../lib/statistics.ts'
import { percent } from '../lib/wording.ts'
import type { Cell } from './cells.ts'
import { bruteForce, gridSpace, leastTime, mostAccurate, tableOf } from './cells.ts'
import type { Contests } from './contests.ts'
import { ends, evaluationsFor, shareAt } from './contests.ts'
import type { Importances, ParameterName } from './importance.ts'
import { explained, meansBy, parameters, parameterTitles, rankedNames } from './importance.ts'
import type { Grid, RowRun, Runs } from './studies.ts'
import type { Setting } from './space.ts'
import { clientDivisions, published } from './space.ts'
import { evaluations } from './searches.ts'

type Status = Judgement['status']

const points = (value: number): string => `${(100 * value).toFixed(1)} points`
const times = (value: number): string => `${value.toFixed(1)} times`
const intervalText = ({ mean, low, high }: Interval): string =>
  `${points(mean)} (95 %: ${(100 * low).toFixed(1)} to ${(100 * high).toFixed(1)})`

export async function verdictsOf(
  runs: Runs,
  importances: Importances,
  contests: Contests,
): Promise<Verdict[]> {
  return [
    { claim: 'RISE-1', faithful: await enumerated(runs), fair: tautology },
    { claim: 'RISE-2', faithful: printedRows(runs), fair: chosenRows(runs) },
    { claim: 'RISE-3', faithful: ratePrinted(runs, importances), fair: rateEverywhere(runs) },
    { claim: 'RISE-4', faithful: timePrinted(runs, importances), fair: timeCounted(runs) },
    { claim: 'RISE-5', faithful: searched(runs, contests), fair: againstRandom(contests) },
  ]
}

const tautology: Judgement = {
  status: 'not applicable',
  because: 'A search that looks at every cell finds the best of them whatever they hold.',
  numbers: {},
}

async function enumerated({ grids }: Runs): Promise<Judgement> {
  const { cells } = grids[0]!
  const history = await bruteForce(cells)
  const count = cardinality(gridSpace)
  const front = bestTrials(history).map(
    (trial) => recordOf(history, trial).metrics as unknown as Cell,
  )
  const [best, least] = [mostAccurate(cells), leastTime(cells)]
  const highest = Math.max(...front.map(({ validation }) => validation))
  const shortest = Math.min(...front.map(({ seconds }) => seconds))
  const right =
    count === 576 &&
    cells.length === 576 &&
    highest === best.validation &&
    shortest === least.seconds
  return {
    status: right ? 'reproduced' : 'not reproduced',
    because:
      `The space has ${count} configurations, ${cells.length} of them were run, and the study over all of them ends with the highest accuracy of the table (${percent(best.validation)}) and its least time (${least.seconds.toFixed(2)} s). ` +
      'By the cost model that fits the three printed times, the printed row of least time is not the least: batches of 32 would take 24.76 s where 16 take 25.55 s. Its batch size and learning rate cannot be told from a single run of each cell.',
    numbers: { configurations: count, run: cells.length, highest, shortest },
  }
}

function statusOf({ low, high }: Interval): Status {
  if (low > 0) return 'reproduced'
  return high < 0 ? 'not reproduced' : 'too small to say'
}

/** Runs of a row in the order of their seeds. */
export const runsOf = (rows: readonly RowRun[], row: string): RowRun[] =>
  rows.filter((one) => one.row === row)

function compared(rows: readonly RowRun[], name: string): { accuracy: Interval; ratio: number } {
  const [tuned, initial] = [runsOf(rows, name), runsOf(rows, 'published initial')]
  const tests = (of: readonly RowRun[]): number[] => of.map(({ test }) => test)
  return {
    accuracy: pairedDifference(tests(tuned), tests(initial)),
    ratio: initial[0]!.seconds / tuned[0]!.seconds,
  }
}

function printedRows({ rows }: Runs): Judgement {
  const { accuracy, ratio } = compared(rows, 'published accurate')
  const quick = compared(rows, 'published quick')
  const gain = published.accurate.accuracy - published.initial.accuracy
  return {
    status: ratio > 1 ? statusOf(accuracy) : 'not reproduced',
    because:
      `The printed settings on ${runsOf(rows, 'published initial').length} draws of the generator: the row of highest accuracy differs from the initial one by ${intervalText(accuracy)} of test accuracy (printed: ${points(gain)}) and needs a ${times(ratio)} shorter time (printed: 3.6 times). ` +
      `The row of least time differs by ${intervalText(quick.accuracy)} (printed: -2.2) and is ${times(quick.ratio)} shorter (printed: 13.8). Times are of the cost model fitted to these rows, so their ratio is no evidence.`,
    numbers: {
      accuracyDifference: accuracy.mean,
      low: accuracy.low,
      high: accuracy.high,
      timeRatio: ratio,
      quickDifference: quick.accuracy.mean,
    },
  }
}

function chosenRows({ rows, grids, ours }: Runs): Judgement {
  const { accuracy, ratio } = compared(rows, 'ours accurate')
  const cpu = (row: string): number => meanInterval(runsOf(rows, row).map((one) => one.cpu)).mean
  const measured = cpu('published initial') / cpu('ours accurate')
  const own = grids.filter(({ task, optimizer }) => task === 'generator' && optimizer === 'adam')
  const perSeed = own.map(({ cells }) => gainOf(cells))
  const gains = meanInterval(perSeed.map(({ gain }) => gain))
  const further =
    own.length < 2
      ? ''
      : ` Chosen anew on each of ${own.length} draws by its validation rows and judged by its test rows: ${intervalText(gains)}, in all ${perSeed.filter(({ shorter }) => shorter).length === own.length ? 'cases' : 'but some cases'} in less time.`
  const both = ratio > 1
  return {
    status: both ? statusOf(accuracy) : accuracy.low > 0 ? 'partly' : 'not reproduced',
    because: `Chosen by validation rows of one draw (${keyText(ours.accurate)}) and judged by test rows of ${runsOf(rows, 'published initial').length} others: ${intervalText(accuracy)} of accuracy against the initial setting, ${times(ratio)} shorter by the cost model and ${times(measured)} by processor time.${further}`,
    numbers: {
      accuracyDifference: accuracy.mean,
      low: accuracy.low,
      high: accuracy.high,
      timeRatio: ratio,
      cpuRatio: measured,
      ...(own.length < 2 ? {} : { perSeedGain: gains.mean, perSeedLow: gains.low }),
    },
  }
}

/** Test accuracy of the cell that the validation rows choose, less that of the initial one. */
function gainOf(cells: readonly Cell[]): { gain: number; shorter: boolean } {
  const initial = tableOf(cells)(published.initial.setting)
  const best = mostAccurate(cells)
  return { gain: best.test - initial.test, shorter: best.seconds < initial.seconds }
}

const keyText = (of: Setting): string =>
  `${of.globalEpochs} rounds, ${of.localEpochs} local epochs, rate ${of.learningRate}, batch ${of.batchSize}, client division ${of.clientDivision}`

/** How often the highest rate is the worst of the three, the others being the same. */
function shareWorst(cells: readonly Cell[]): number {
  const at = tableOf(cells)
  const highest = cells.filter(({ learningRate }) => learningRate === 0.1)
  const worst = highest.filter((cell) =>
    [0.01, 0.001].every(
      (learningRate) => at({ ...cell, learningRate }).validation > cell.validation,
    ),
  )
  return worst.length / highest.length
}

function ratesText(cells: readonly Cell[]): string {
  const means = meansBy(cells, 'learningRate')
  return [0.1, 0.01, 0.001].map((rate) => `${rate}: ${percent(means.get(rate)!)}`).join(', ')
}

const highestText = (cells: readonly Cell[]): string =>
  [0.1, 0.01, 0.001]
    .map((rate) => {
      const own = cells.filter(({ learningRate }) => learningRate === rate)
      return `${rate}: ${percent(Math.max(...own.map(({ validation }) => validation)))}`
    })
    .join(', ')

const isLowest = (cells: readonly Cell[]): boolean => {
  const means = meansBy(cells, 'learningRate')
  return means.get(0.1)! < Math.min(means.get(0.01)!, means.get(0.001)!)
}

function ratePrinted({ grids }: Runs, { accuracy }: Importances): Judgement {
  const { cells } = grids[0]!
  const firsts = [rankedNames(accuracy.fanova)[0]!, rankedNames(accuracy.pedAnova)[0]!]
  const checks = [...firsts.map((name) => name === 'learningRate'), isLowest(cells)]
  const passed = checks.filter(Boolean).length
  const share = shareWorst(cells)
  return {
    status: passed === 3 ? 'reproduced' : passed === 0 ? 'not reproduced' : 'partly',
    because:
      `With adam at the clients fANOVA ranks ${parameterTitles[firsts[0]!]} first (the learning rate has ${percent(accuracy.fanova.learningRate)} of the variance), PED-ANOVA ${parameterTitles[firsts[1]!]}. Mean validation accuracy by learning rate: ${ratesText(cells)}; the highest by learning rate: ${highestText(cells)}. ` +
      `0.1 is the worst of the three in ${percent(share)} of the settings of the others${share === 1 ? '' : ', so not irrespectively of them'}.`,
    numbers: {
      fanova: accuracy.fanova.learningRate,
      pedAnova: accuracy.pedAnova.learningRate,
      shareWorst: share,
    },
  }
}

const nameOf = ({ task, optimizer, seed }: Grid): string =>
  `${task === 'emodb' ? 'EmoDB' : 'generator'}, ${optimizer}, draw ${seed}`

/** Whether a parameter explains more than any other, and surely so. */
function surelyFirst(cells: readonly Cell[], name: ParameterName): boolean {
  const own = explained(cells, name)
  return parameters.every((other) => other === name || explained(cells, other).high < own.low)
}

function rateEverywhere({ grids }: Runs): Judgement {
  const found = grids.map((grid) => ({
    grid,
    first: surelyFirst(grid.cells, 'learningRate'),
    lowest: isLowest(grid.cells),
    share: explained(grid.cells, 'learningRate'),
  }))
  const adam = found.filter(({ grid }) => grid.optimizer === 'adam')
  const sgd = found.filter(({ grid }) => grid.optimizer === 'sgd')
  const firsts = (of: typeof found): number => of.filter(({ first }) => first).length
  const worsts = (of: typeof found): number => of.filter(({ lowest }) => lowest).length
  const lines = found.map(
    ({ grid, share, lowest }) =>
      `${nameOf(grid)}: the learning rate explains ${percent(share.share)} (${percent(share.low)} to ${percent(share.high)}), and 0.1 is ${lowest ? '' : 'not '}the worst on average (${ratesText(grid.cells)})`,
  )
  const [most, worst] = [firsts(found), worsts(found)]
  const status: Status =
    most + worst === 2 * found.length
      ? 'reproduced'
      : most + worst === 0
        ? 'not reproduced'
        : 'partly'
  return {
    status,
    because: `The learning rate surely explains more of the accuracy than any other parameter on ${firsts(adam)} of ${adam.length} grids with adam and ${firsts(sgd)} of ${sgd.length} with plain gradient descent, for which the document's rates mean something else (it does not name its optimiser); 0.1 is the worst on average on ${worsts(adam)} and ${worsts(sgd)} of them. ${lines.join('; ')}. Intervals: 95 %, bootstrap over the cells.`,
    numbers: Object.fromEntries(found.map(({ grid, share }) => [nameOf(grid), share.share])),
  }
}

/** How often a larger client division took longer than the next smaller one, the others being the same. */
function shareRising(cells: readonly Cell[], measure: 'cpu' | 'multiplyAdds'): number {
  const at = tableOf(cells)
  let [rising, pairs] = [0, 0]
  for (const cell of cells) {
    const next = clientDivisions[clientDivisions.indexOf(cell.clientDivision as 0.1) + 1]
    if (next === undefined) continue
    pairs++
    if (at({ ...cell, clientDivision: next })[measure] > cell[measure]) rising++
  }
  return rising / pairs
}

const rankedText = (shares: Importances['time']['fanova']): string =>
  rankedNames(shares)
    .map((name) => `${parameterTitles[name]} ${percent(shares[name])}`)
    .join(', ')

function timePrinted({ grids }: Runs, { time }: Importances): Judgement {
  const { cells } = grids[0]!
  const rising = shareRising(cells, 'cpu')
  const ranks = [time.fanova, time.logarithm].map((of) => rankedNames(of).indexOf('clientDivision'))
  const first = ranks.filter((rank) => rank === 0).length
  const status: Status =
    first === 2 && rising > 0.95
      ? 'reproduced'
      : first > 0 || rising > 0.9
        ? 'partly'
        : 'not reproduced'
  return {
    status,
    because:
      `Measured processor time: fANOVA gives ${rankedText(time.fanova)}; of its logarithm, where a factor counts by how often it multiplies the time, ${rankedText(time.logarithm)}. ` +
      `PED-ANOVA on the least times of the cost model: ${rankedText(time.pedAnova)}. A larger client division took longer in ${percent(rising)} of the pairs of neighbouring cells.`,
    numbers: {
      fanova: time.fanova.clientDivision,
      logarithm: time.logarithm.clientDivision,
      rising,
    },
  }
}

function timeCounted({ grids }: Runs): Judgement {
  const rising = grids.map(({ cells }) => shareRising(cells, 'multiplyAdds'))
  const ratios = grids.map(({ cells }) => {
    const mean = (division: number): number =>
      meanInterval(
        cells.filter((one) => one.clientDivision === division).map((one) => one.multiplyAdds),
      ).mean
    return mean(1) / mean(0.1)
  })
  const all = rising.every((share) => share === 1)
  return {
    status: all ? 'reproduced' : 'partly',
    because: `Counted multiply-adds, which no other program on the machine can change: a larger client division costs more in ${percent(Math.min(...rising))} of the pairs of neighbouring cells or more on all ${grids.length} grids, all clients ${Math.min(...ratios).toFixed(1)} to ${Math.max(...ratios).toFixed(1)} times as much as a tenth of them. Global and local epochs multiply the work in the same way; that time is proportional to the work asked for is arithmetic, not a finding.`,
    numbers: { least: Math.min(...rising), ratio: ratios[0]! },
  }
}

const tolerance = 0.01
const volumeAsked = 0.95

function searched({ grids }: Runs, { accuracy, both, seeds }: Contests): Judgement {
  const { cells } = grids[0]!
  const asked = mostAccurate(cells).validation - tolerance
  const close = cells.filter(({ validation }) => validation >= asked).length
  const shares = accuracy.map((one) => shareAt(one, asked))
  const volumes = both.map((one) => shareAt(one, volumeAsked))
  const [a, b] = [shares[0]!, volumes[0]!]
  const status: Status =
    a >= 0.9 && b >= 0.9
      ? 'reproduced'
      : Math.max(...shares, ...volumes) >= 0.5
        ? 'partly'
        : 'not reproduced'
  const said = (name: string, share: number, counts: readonly number[]): string =>
    `${name} ${percent(share)} (half of the searches after ${Number.isFinite(counts[1]) ? counts[1] : `more than ${evaluations}`})`
  return {
    status,
    because:
      `${evaluations} of 576 evaluations, ${seeds} seeds. Within ${points(tolerance)} of the best accuracy of the grid, where ${close} cells lie: ${accuracy.map((one, i) => said(one.sampler, shares[i]!, evaluationsFor(one, asked))).join(', ')}. ` +
      `${percent(volumeAsked)} of the hypervolume of accuracy and time: ${both.map((one, i) => said(one.sampler, volumes[i]!, evaluationsFor(one, volumeAsked))).join(', ')}. The claim counts as reproduced when auto, which attune takes by itself, does both in 90 % of the searches.`,
    numbers: Object.fromEntries([
      ...accuracy.map((one, i) => [`accuracy ${one.sampler}`, shares[i]!]),
      ...both.map((one, i) => [`volume ${one.sampler}`, volumes[i]!]),
    ]) as Record<string, number>,
  }
}

function againstRandom({ accuracy, both }: Contests): Judgement {
  const lead = (of: Contests['accuracy']): Interval => {
    const last = (name: string): number[] =>
      of.find(({ sampler }) => sampler === name)!.curves.map((curve) => curve.at(-1)!)
    return pairedDifference(last('auto'), last('random'))
  }
  const [a, b] = [lead(accuracy), lead(both)]
  const worst = Math.min(...ends(both[0]!))
  const won = [a, b].filter(({ low }) => low > 0).length
  return {
    status: won === 2 ? 'reproduced' : won === 1 ? 'partly' : 'too small to say',
    because: `Against random search with as many evaluations, seed by seed: auto ends ${intervalText(a)} of accuracy higher, and with ${intervalText(b)} more of the hypervolume. Its worst search of two goals ends at ${percent(worst)} of it.`,
    numbers: { accuracyLead: a.mean, volumeLead: b.mean, worstVolume: worst },
  }
}
