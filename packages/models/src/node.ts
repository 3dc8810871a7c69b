/** What needs files: reading data from folders, and finding the native runtime. */
export * from './index.ts'
