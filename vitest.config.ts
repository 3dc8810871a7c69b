import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

// Tests run from the sources through the `@attune/source` export condition; only the CLI and
// package tests use the built files, which `npm test` makes first.
const conditions = ['@attune/source', 'node', 'import', 'default']
const setupFiles = [fileURLToPath(new URL('scripts/test-seed.mjs', import.meta.url))]
const shared = {
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
}

export default defineConfig({
  ...shared,
  test: {
    // By default one core is left idle, of two.
    maxWorkers: '100%',
    projects: [
      {
        ...shared,
        test: {
          name: 'fast',
          setupFiles,
          // Files share the modules they load, which takes as long as the tests of many do.
          isolate: false,
          include: ['packages/*/test/**/*.test.ts'],
          exclude: ['**/*.slow.test.ts', '**/*.learners.test.ts', '**/node_modules/**'],
          testTimeout: 30_000,
        },
      },
      {
        ...shared,
        test: {
          name: 'long',
          setupFiles,
          include: ['packages/*/test/**/*.slow.test.ts'],
          testTimeout: 600_000,
          fileParallelism: false,
        },
      },
      {
        ...shared,
        test: {
          name: 'learners',
          setupFiles,
          include: ['packages/*/test/**/*.learners.test.ts'],
          testTimeout: 1_800_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
