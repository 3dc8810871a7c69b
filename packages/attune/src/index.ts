// The engine, whole
export * from '@attune/core'

// Journals in files
export { openJournal, openStore } from './journals/store.ts'
export type { JournalStore, StoreOptions, StudySummary } from './journals/journal-store.ts'
export { runOrigin } from './journals/run-origin.ts'
export { probeWorker, workerIdentity } from './journals/worker-identity.ts'

// Executors in processes of their own
export { commandExecutor } from './executors/command-executor.ts'
export type { CommandExecutorOptions } from './executors/command-executor.ts'
export { moduleExecutor } from './executors/module-executor.ts'
export type { ModuleExecutorOptions } from './executors/module-executor.ts'
export { createGuard } from './executors/guard.ts'
export type { Guard } from './executors/guard.ts'

// Pictures
export { renderSvg } from './pictures/render-svg.ts'
export type { RenderSvgOptions } from './pictures/render-svg.ts'
