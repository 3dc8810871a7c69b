import type { Journal } from '@attune/core'

/** A study as a list of studies shows it. */
export interface StudySummary {
  readonly name: string
  /** When it was created, in milliseconds since the epoch. */
  readonly createdAt: number
  /** How many events it has. */
  readonly events: number
}

/** A file that holds studies. */
export interface JournalStore extends AsyncDisposable {
  readonly file: string
  readonly format: 'sqlite' | 'json-lines'
  /** The studies in the file, oldest first; none when the file does not exist yet. */
  studies(): Promise<readonly StudySummary[]>
  /**
   * The journal of a study. A study that is not there yet comes into being with the first event
   * that is appended to it. Closing the journal leaves the file open for others.
   */
  journal(study: string): Promise<Journal>
}

export interface StoreOptions {
  /** Never writes; takes no lock. A file that does not exist counts as empty. Default false. */
  readonly readOnly?: boolean
  /**
   * What an acknowledged event survives: `normal` (default) the death of the process, `full` also
   * that of the machine, at the price of one write to the disk for each append.
   */
  readonly durability?: 'normal' | 'full'
  /** For how long to wait for others that keep a SQLite file locked. Default 10,000 ms. */
  readonly patienceMs?: number
}
