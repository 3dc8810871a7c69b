import type { Problem } from '@attune/core'
import { nearest, refuseProblems } from '@attune/core'

/** One number that is tuned while the weights train, or one for each layer. */
export interface TunableOptions {
  /** Where it begins; default: what the options of the network say if that is allowed, else as listed there. */
  readonly start?: number
  /** It stays between these, both included; `min` is also its floor. */
  readonly min?: number
  readonly max?: number
  /**
   * The step length of its own optimiser: in decades for what is tuned by its logarithm (`l2`, `rate`;
   * default 0.02), else in its own unit (default 0.5 % of max - min).
   */
  readonly rate?: number
  /** A step moves it by no more, in the same units; default 0.1 decades, or 2 % of max - min. */
  readonly trust?: number
  /** Its own optimiser; default adam (β 0.9 and 0.999, ε 1e-8). */
  readonly optimizer?: 'adam' | 'sgd'
}

export interface ScopedTunableOptions extends TunableOptions {
  /** One number for all layers, or one for each. */
  readonly scope?: 'model' | 'layer'
}

/** True stands for the defaults; false and left out: not tuned. */
export type Tunable<O extends TunableOptions = TunableOptions> = boolean | O

/**
 * Which hyperparameters are tuned while the weights train, and how, as plain data: the option `online` of
 * networks. Gradients of the loss on rows of their own (T2) with respect to the hyperparameters, through
 * the last update of the weights, move them every few steps (J. Luketina, M. Berglund, K. Greff and T.
 * Raiko, "Scalable gradient-based tuning of continuous regularization hyperparameters", ICML 2016).
 */
export interface OnlineOptions {
  /**
   * `t1t2` (default) is the algorithm; `fioravanti-notebook` is the program S. Fioravanti published with
   * "Online hyper-parameters optimization" (2020), which deviates from it as `notebook.ts` lists; it tunes
   * `l2` and `noise` only.
   */
  readonly variant?: 't1t2' | 'fioravanti-notebook'
  /**
   * The share of Σw² / 2 in the loss, of weights and not of biases, by its decimal logarithm: start 1e-4,
   * from 1e-8 to 1, scope model. Layers that have an `l2` of their own keep it with scope model, and
   * begin there with scope layer; those with 0 are left out.
   */
  readonly l2?: Tunable<ScopedTunableOptions>
  /**
   * The standard deviation of normal noise on the features: start 0.1, from 0 to 1. Of the `gaussianNoise`
   * layers before the first layer of weights if there are any, else of one that is put there.
   */
  readonly noise?: Tunable
  /**
   * The same of hidden layers: start 0.1, from 0 to 1, scope layer. Of the `gaussianNoise` layers that
   * are there, else before every layer of weights but the first.
   */
  readonly hiddenNoise?: Tunable<ScopedTunableOptions>
  /**
   * The rate p of dropout: start 0.1, from 0.01 to 0.9, scope model; places as of `hiddenNoise`, by
   * `dropout` layers. While it is tuned, factors are normal with mean 1 and variance p / (1 - p), which
   * has a derivative (N. Srivastava and others, "Dropout", JMLR 2014, section 10).
   */
  readonly dropout?: Tunable<ScopedTunableOptions>
  /** Of classes: start 0.05, from 0 to 0.5. */
  readonly labelSmoothing?: Tunable
  /**
   * The learning rate, by its decimal logarithm, times what the schedule makes of it: start is that of the
   * optimizer, from 1e-6 to 1 (A. G. Baydin and others, "Online learning rate adaptation with hypergradient
   * descent", ICLR 2018, here with the gradient of the T2 loss).
   */
  readonly rate?: Tunable
  /** Steps of the weights a step of the hyperparameters; default 10. */
  readonly ratio?: number
  /** Of the training rows, those that only the hyperparameters learn from; in (0, 1), default 0.1. */
  readonly share?: number
  /** Instead of a share: which rows, counted from 0. */
  readonly rows?: readonly number[] | null
  /** T2 rows a step, at most; default: the batch of the network. */
  readonly batch?: number | null
  /**
   * How noise, dropout and label smoothing find their gradients: `exact` (default) by second derivatives;
   * `cheap` by the difference of their first derivatives at two nearby points, one more pass.
   */
  readonly form?: 'exact' | 'cheap'
  /** The derivative of the update: that of the optimizer (`own`, default), or the rate as of `sgd`. */
  readonly update?: 'own' | 'sgd'
  /** Limit of a hypergradient, by the parameter in which the number is tuned; default 3. */
  readonly clip?: number
}

export type TunableName = (typeof tunableNames)[number]

export const tunableNames = [
  'l2',
  'noise',
  'hiddenNoise',
  'dropout',
  'labelSmoothing',
  'rate',
] as const

/** What holds for a tunable unless it is said. */
export interface TunableDefaults {
  readonly scale: 'log' | 'linear'
  readonly start: number
  readonly min: number
  readonly max: number
  readonly scope: 'model' | 'layer'
  /** What its values must be within. */
  readonly low: number
  readonly high: number
}

export const tunableDefaults: Readonly<Record<TunableName, TunableDefaults>> = {
  l2: of('log', 1e-4, [1e-8, 1], [Number.MIN_VALUE, Infinity]),
  noise: of('linear', 0.1, [0, 1], [0, Infinity]),
  hiddenNoise: of('linear', 0.1, [0, 1], [0, Infinity], 'layer'),
  dropout: of('linear', 0.1, [0.01, 0.9], [1e-6, 0.999]),
  labelSmoothing: of('linear', 0.05, [0, 0.5], [0, 0.999]),
  rate: of('log', 1e-3, [1e-6, 1], [Number.MIN_VALUE, Infinity]),
}

function of(
  scale: 'log' | 'linear',
  start: number,
  [min, max]: readonly [number, number],
  [low, high]: readonly [number, number],
  scope: 'model' | 'layer' = 'model',
): TunableDefaults {
  return { scale, start, min, max, low, high, scope }
}

const scoped: ReadonlySet<string> = new Set(['l2', 'hiddenNoise', 'dropout'])

/**
 * Checked options for `online` of a network: `network().fit(x, y, { online: t1t2({ l2: true }) })`. They are
 * plain data, which may also stand in a model file or a study's configuration without this function.
 *
 * @throws AttuneError `models/options` with everything that is out of range
 */
export function t1t2(options: OnlineOptions): OnlineOptions {
  refuseProblems('models/options', 'online tuning', onlineProblems(options))
  return options
}

/** The options of a tunable; null when it is not tuned. */
export function tunableOf(options: OnlineOptions, name: TunableName): ScopedTunableOptions | null {
  const given = options[name] ?? false
  if (given === false) return null
  return given === true ? {} : given
}

type Check = readonly [allowed: (value: unknown) => boolean, rule: string]

const among = (...words: readonly string[]): Check => [
  (value) => words.includes(value as string),
  `one of ${words.join(', ')}`,
]
const whole: Check = [
  (value) => Number.isInteger(value) && (value as number) >= 1,
  'a whole number of at least 1',
]
const positive: Check = [
  (value) => typeof value === 'number' && value > 0 && value < Infinity,
  'a finite number above 0',
]
const orNull = ([allowed, rule]: Check): Check => [
  (value) => value === null || allowed(value),
  `null, or ${rule}`,
]

const general: Readonly<Record<string, Check>> = {
  variant: among('t1t2', 'fioravanti-notebook'),
  ratio: whole,
  share: [
    (value) => typeof value === 'number' && value > 0 && value < 1,
    'a number between 0 and 1',
  ],
  rows: orNull([
    (value) =>
      Array.isArray(value) &&
      value.length > 0 &&
      value.every((row) => Number.isInteger(row) && row >= 0),
    'a list of rows, whole numbers from 0',
  ]),
  batch: orNull(whole),
  form: among('exact', 'cheap'),
  update: among('own', 'sgd'),
  clip: positive,
}

/** Everything that is wrong with options from anywhere. */
export function onlineProblems(given: unknown): Problem[] {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    return [{ path: '', message: 'must be an object such as { l2: true, noise: true }.' }]
  }
  const problems: Problem[] = []
  const options = given as Readonly<Record<string, unknown>>
  for (const [path, value] of Object.entries(options)) {
    if (value === undefined) continue
    const check = Object.hasOwn(general, path) ? general[path] : undefined
    if (check !== undefined) {
      if (!check[0](value)) problems.push(broken(path, value, check[1]))
    } else if ((tunableNames as readonly string[]).includes(path)) {
      problems.push(...tunableProblems(path as TunableName, value))
    } else {
      const known = [...tunableNames, ...Object.keys(general)]
      problems.push({ path, message: `is not an option of online tuning: ${hint(path, known)}` })
    }
  }
  const tuned = tunableNames.filter((name) => tunableOf(given as OnlineOptions, name) !== null)
  if (tuned.length === 0) {
    const message = `nothing is tuned: name at least one of ${tunableNames.join(', ')}.`
    problems.push({ path: '', message })
  }
  if (options['variant'] === 'fioravanti-notebook') problems.push(...notebookProblems(tuned, given))
  return problems
}

function notebookProblems(tuned: readonly TunableName[], given: OnlineOptions): Problem[] {
  const strange = tuned.filter((name) => name !== 'l2' && name !== 'noise')
  const message = 'is not tuned by the variant fioravanti-notebook, which has l2 and noise only.'
  const problems = strange.map((path): Problem => ({ path, message }))
  if (tunableOf(given, 'l2')?.scope === 'layer') {
    problems.push({
      path: 'l2.scope',
      message: 'must be model in the variant fioravanti-notebook.',
    })
  }
  return problems
}

function tunableProblems(name: TunableName, given: unknown): Problem[] {
  if (typeof given === 'boolean') return []
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    return [broken(name, given, 'true, false or an object such as { start: 0.1 }')]
  }
  const { low, high, ...defaults } = tunableDefaults[name]
  const inside: Check = [
    (value) => typeof value === 'number' && value >= low && value <= high && value < Infinity,
    high === Infinity
      ? low === 0
        ? 'a finite number of at least 0'
        : 'a finite number above 0'
      : `a number from ${low} to ${high}`,
  ]
  const checks: Readonly<Record<string, Check>> = {
    ...{ start: inside, min: inside, max: inside },
    ...{ rate: positive, trust: positive, optimizer: among('adam', 'sgd') },
    ...(scoped.has(name) ? { scope: among('model', 'layer') } : {}),
  }
  const problems: Problem[] = []
  for (const [key, value] of Object.entries(given)) {
    const path = `${name}.${key}`
    const check = Object.hasOwn(checks, key) ? checks[key] : undefined
    if (check === undefined) {
      problems.push({ path, message: `is not known: ${hint(key, Object.keys(checks))}` })
    } else if (value !== undefined && !check[0](value)) {
      problems.push(broken(path, value, check[1]))
    }
  }
  if (problems.length > 0) return problems
  const { min = defaults.min, max = defaults.max, start } = given as TunableOptions
  if (!(min < max)) {
    const message = `min ${min} must be below max ${max}.`
    return [{ path: name, message }]
  }
  if (start === undefined || (start >= min && start <= max)) return []
  return [broken(`${name}.start`, start, `from ${min} to ${max}, its bounds`)]
}

function broken(path: string, value: unknown, rule: string): Problem {
  const shown = typeof value === 'number' ? String(value) : JSON.stringify(value)
  return { path, message: `is ${shown}, but must be ${rule}.` }
}

function hint(given: string, known: readonly string[]): string {
  const meant = nearest(given, known)
  return meant === undefined ? `there are ${known.join(', ')}.` : `did you mean ${meant}?`
}
