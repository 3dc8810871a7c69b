import type { Described, ObjectiveSpec, Rungs } from '../journal/event.ts'
import type { HistoryView } from '../journal/view.ts'
import type { Decision } from '../trial/decision.ts'

/** A report that reached a rung; its value is already in the history. */
export interface RungReport {
  readonly step: number
  /** The highest rung this report reached, counted from 0. */
  readonly rung: number
  readonly objective: ObjectiveSpec
  /** The value of the objective's metric in this report. */
  readonly value: number
}

/**
 * Decides, while a trial runs, whether it goes on. Asked once for every rung a trial reaches; a
 * pure function of the report and the view, so the same reports give the same decisions whatever
 * order the workers came in.
 */
export interface Scheduler extends Described {
  /** The steps at which it decides; stored with the study, so that histories keep these values. */
  readonly rungs?: Rungs
  readonly supports: { readonly objectives: 'one' | 'many' }
  onReport(report: RungReport, view: HistoryView): Decision
  /**
   * The paused trial that goes on now, before another one is opened; undefined when none is due.
   * Schedulers that pause have it, and others do not; the view shows all that is known.
   */
  next?(view: HistoryView): Promotion | undefined
}

/** A paused trial that goes on, and why. */
export interface Promotion {
  readonly trial: number
  readonly reason: string
}

/** Never stops a trial. */
export function none(): Scheduler {
  return {
    name: 'none',
    supports: { objectives: 'many' },
    onReport: () => ({ kind: 'continue' }),
  }
}
