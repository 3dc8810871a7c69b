/** The journal of commands that name none, in the current folder. */
export const defaultJournal = 'attune.db'
