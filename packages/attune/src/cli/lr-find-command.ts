import type { Direction } from '@attune/core'
import type { Command } from 'commander'
import type { Io } from './io.ts'
import type { LrFindFlags } from './lr-find.ts'

const collect = (value: string, previous: readonly string[]): string[] => [...previous, value]

/** Describes `attune lr-find`; `words` is the command behind `--`. */
export function describeLrFind(
  program: Command,
  words: readonly string[],
  io: Io,
  done: (code: number) => void,
): void {
  const goals: { direction: Direction; name: string }[] = []
  const goal = (direction: Direction) => (name: string) => {
    goals.push({ direction, name })
    return name
  }
  program
    .command('lr-find')
    .description(
      'propose a learning rate from a short sweep of a study file, or of the command after --',
    )
    .argument('[file]', 'study file (YAML or JSON)')
    .option('--param <name>', 'the parameter that is the learning rate (default: by its name)')
    .option(
      '--range <low..high>',
      'where it is swept (default: its range in the file, else 1e-5..1)',
    )
    .option('--set <name=value>', 'another parameter; default: its default', collect, [])
    .option('--trials <n>', 'how many short runs (default: 20)')
    .option('--steps <n>', 'end a run after so many reports')
    .option('--trial-timeout <duration>', 'end a run after this time; what it reported counts')
    .option(
      '--minimize <metric>',
      'what is looked at (default: as the file says, else loss)',
      goal('minimize'),
    )
    .option('--maximize <metric>', 'the same, where large values are good', goal('maximize'))
    .option('--metric <regex>', 'a regular expression for the output, instead of JSON lines')
    .option('--result <rule>', 'which value counts: last, best or final')
    .option('--method <method>', 'what is made of the hull: strips (default), onion or slope')
    .option('--pieces <n>', 'strips or layers of the hull (default: root of the number of runs)')
    .option('--sampler <name>', 'how rates are chosen (default: gamma); sobol spreads them evenly')
    .option('--picture <file>', 'the picture: .svg or .html (default: NAME.svg)')
    .option('--no-picture', 'leave it out')
    .option('--name <name>', 'name of the sweep (default: that of the file with -lr, or lr-find)')
    .option('--time <duration>', 'stop after this time: 90s, 10m')
    .option('--workers <n>', 'runs at once: a number, or auto for all cores')
    .option('--gpus <which>', 'GPUs for the runs: auto, a number, or names: 0,2')
    .option('--trial-memory <size>', 'end a run that takes more memory: 512MB, 2GB')
    .option('--trial-nice <n>', 'let other programs run first: 0 to 19')
    .option('--seed <n>', 'seed of everything random')
    .option('--journal <file>', 'where the sweep is stored (default: attune.db)')
    .option('--accept-changes', 'go on although the stored sweep has other settings')
    .option('--json', 'JSON lines on standard output')
    .addHelpText(
      'after',
      `\nExamples:\n  attune lr-find study.yaml --set epochs=1\n  attune lr-find --range 1e-5..1 -- python3 train.py --epochs 1 --lr {lr}\n`,
    )
    .action(async (file: string | undefined, options: Omit<LrFindFlags, 'goals'>) => {
      const { lrFind } = await import('./lr-find.ts')
      done(await lrFind(file, { ...options, goals }, words, io))
    })
}
