import type { RunOrigin } from '../../src/index.ts'

/** Of a process that runs trials. */
export const someOrigin: RunOrigin = {
  attune: '1.2.3',
  runtime: 'node 24.1.0',
  machine: { platform: 'linux', arch: 'x64', cores: 8, memoryBytes: 16e9, cpu: 'Some CPU' },
  command: ['run', 'study.yaml'],
}
