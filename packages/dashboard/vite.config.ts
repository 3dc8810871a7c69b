import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const root = fileURLToPath(new URL('.', import.meta.url))
// Where the server of `npx vite packages/dashboard` finds `attune ui`: its address without the token.
const server = process.env['ATTUNE_UI'] ?? 'http://127.0.0.1:4770'

export default defineConfig(({ command }) => ({
  root,
  // Parts find one another beside themselves, so that the page can stand below any path of a server;
  // where it stands it reads from its own meta element.
  base: command === 'build' ? './' : '/',
  // The sources of core, so that the page needs no build of it.
  resolve: { conditions: ['@attune/source', 'module', 'browser', 'import', 'default'] },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  server: {
    proxy: {
      // The server compares Host and Origin with its own.
      '/api': {
        target: server,
        changeOrigin: true,
        headers: { origin: new URL(server).origin },
      },
    },
  },
  worker: { format: 'es' },
  build: {
    target: 'es2023',
    cssTarget: 'chrome123',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1500,
    rolldownOptions: {
      output: {
        codeSplitting: {
          // The page with its list of studies is one file, what the first view of a study needs beside it
          // another: many small ones take longer than their bytes.
          groups: [
            { name: 'page', test: /\/src\/main\.tsx$/, priority: 2 },
            { name: 'study', test: /\/pages\/study\/study-page\.tsx$/, priority: 1 },
          ],
        },
      },
    },
  },
}))
