import type { Chart, HistoryView, ObjectivesOption, ReportedTrial, Sampler, Shape } from 'attune'

/** A document whose claims are run again. */
export interface Reproduction {
  /** What `npm run reproduce -- NAME` takes. */
  readonly name: 'rise' | 'gamma' | 'online' | 'genetic'
  readonly title: string
  /** Author, year, where it was published. */
  readonly source: string
  readonly claims: readonly Claim[]
  /** Runs the studies that are not yet in the journal, and judges. */
  run(context: Context): Promise<Findings>
}

export interface Claim {
  /** Such as `RISE-2`, as in the field survey. */
  readonly id: string
  /** What the document says, in a sentence. */
  readonly text: string
  /** The printed figures, or where it says so. */
  readonly published: string
}

export type Profile = 'short' | 'full'

/** What a reproduction is given. */
export interface Context {
  readonly profile: Profile
  /** The folder of real data sets; undefined when it is not there. */
  readonly data: string | undefined
  readonly workers: number
  readonly signal: AbortSignal
  /** A line about what goes on now. */
  say(text: string): void
  /** Runs a study up to its trials, or reads it when it has them; its journal outlives interrupts. */
  study(plan: StudyPlan): Promise<HistoryView>
  /** Everything the trials of a study reported, step by step, such as trajectories of online tuning. */
  reports(study: string): Promise<readonly ReportedTrial[]>
}

/** An ordinary study: stored under its name in the journal of the document. */
export interface StudyPlan {
  readonly name: string
  readonly space: Shape
  readonly require?: readonly string[]
  readonly objective: ObjectivesOption
  /** How many in all. */
  readonly trials: number
  readonly sampler: Sampler
  readonly seed: number
  /** Configurations that come first, in this order. */
  readonly enqueue?: readonly Readonly<Record<string, unknown>>[]
  /** The file whose default export is the objective, beside the reproduction: `new URL('…', import.meta.url)`. */
  readonly module: URL
  /** What its objective finds as JSON in the environment variable `REPRODUCTION`. */
  readonly settings?: Readonly<Record<string, unknown>>
  /** How many run at once; default those of the context. Runs whose seconds are compared need 1. */
  readonly workers?: number
  /**
   * How many trials may run at once at most: a trial's suggestion knows of those that many before it and
   * earlier. Results are the same for any number of workers. Default 4.
   */
  readonly lag?: number
  /**
   * A budget of wall-clock seconds from the first start; what runs then is put back. A study that had
   * it is not run again. Default: none.
   */
  readonly seconds?: number
}

/** What came out. */
export interface Findings {
  readonly verdicts: readonly Verdict[]
  readonly sections: readonly Section[]
  /** What is not as in the original, and why. */
  readonly differences: readonly string[]
  /** What this profile shortened. */
  readonly shortened: readonly string[]
  readonly seeds: readonly number[]
}

/** On one claim, both ways of asking. */
export interface Verdict {
  readonly claim: string
  /** As printed: the same algorithm and budget, with a tolerance. */
  readonly faithful: Judgement
  /** With a proper control: equal budget, several seeds, an interval. */
  readonly fair: Judgement
}

export interface Judgement {
  readonly status:
    | 'reproduced'
    | 'partly'
    | 'not reproduced'
    | 'too small to say'
    | 'not applicable'
  /** Why, with the numbers behind it and the tolerance or interval. */
  readonly because: string
  /** The numbers by name, for machines. */
  readonly numbers: Readonly<Record<string, number>>
}

export interface Section {
  readonly title: string
  /** Paragraphs. */
  readonly text: readonly string[]
  readonly parts: readonly (TablePart | FigurePart)[]
}

export interface TablePart {
  readonly kind: 'table'
  readonly title: string
  /** Published figures and ours stand side by side as columns or as groups of rows. */
  readonly columns: readonly {
    readonly name: string
    readonly unit?: string
    readonly digits?: number
  }[]
  readonly rows: readonly {
    readonly origin: 'published' | 'ours'
    readonly cells: readonly (string | number | null)[]
  }[]
  readonly note?: string
}

export interface FigurePart {
  readonly kind: 'figure'
  readonly chart: Chart
  /** Which figure of the document it re-draws, or what of ours it shows. */
  readonly caption: string
}
