export { CaseFailed, check, checkEqual, checkRejects } from './case.ts'
export type { Case } from './case.ts'
export { journalCases } from './journal-cases.ts'
export type { JournalCasesOptions } from './journal-cases.ts'
