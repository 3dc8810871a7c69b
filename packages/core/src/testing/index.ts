export { journalCases } from './journal-cases.ts'
export type { Case } from './case.ts'
