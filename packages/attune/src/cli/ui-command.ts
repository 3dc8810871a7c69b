import type { Command } from 'commander'

import type { Io } from './io.ts'
import type { UiFlags } from './ui.ts'

const collect = (value: string, previous: readonly string[] = []): string[] => [...previous, value]

/** The command that shows studies in a browser. */
export function describeUi(
  program: Command,
  version: () => string,
  io: Io,
  done: (code: number) => void,
): void {
  program
    .command('ui')
    .description('show studies in a browser, live')
    .option(
      '--journal <file>',
      'a journal, or a folder of journals; may repeat (default: attune.db)',
      collect,
    )
    .option('--host <address>', 'listen at this address of the machine (default: 127.0.0.1)')
    .option('--port <n>', 'listen at this port (default: 4280, or the next that is free)')
    .option(
      '--allow-host <name>',
      'also answer to this name, as with a proxy in front; may repeat',
      collect,
    )
    .option('--prefix <path>', 'the path under which a proxy shows it: /attune')
    .option('--read-only', 'nobody can steer studies, write notes or tell results')
    .option('--share', 'also print a link for those who may only look')
    .option('--open', 'open the page in a browser')
    .option('--json', 'the link as JSON on standard output')
    .addHelpText(
      'after',
      `
The link holds a token that is new with every start; the page trades it for a cookie. Without it
nothing is shown, wherever the server listens. JSON lines can be looked at while they are written;
commands reach them only from attune run --ui, or when nobody runs them.

Example:
  attune ui --journal attune.db --journal old/
`,
    )
    .action(async (options: Omit<UiFlags, 'version'>) => {
      const { ui } = await import('./ui.ts')
      done(await ui({ ...options, version: version() }, io))
    })
}
