// What a process needs that runs trials and nothing else: a small part of the engine, quickly loaded.
export { messageOf } from './errors.ts'
export { inline } from './executors/inline.ts'
export { createTrial } from './trial/trial.ts'
