import type { Command } from 'commander'

import type { Io } from './io.ts'
import type { SteerCommand } from './steer.ts'

const steerCommands: Readonly<Record<SteerCommand, string>> = {
  pause: 'start no further trials of a study, wherever it runs, until attune resume',
  resume: 'go on with a study that was paused',
  stop: 'end the run of a study, wherever it runs, and put back what runs',
}

/** The commands that steer a study from another terminal while it runs. */
export function describeSteering(program: Command, io: Io, done: (code: number) => void): void {
  const steering = (name: string, description: string): Command =>
    program
      .command(name)
      .description(description)
      .option('--journal <file>', 'where the study is stored (default: attune.db)')
      .option('--json', 'JSON on standard output')
  for (const [name, description] of Object.entries(steerCommands)) {
    steering(name, description)
      .argument('[study]')
      .option('--why <text>', 'a reason, kept with the study')
      .action(async (study, options) => {
        const { steer } = await import('./steer.ts')
        done(await steer(name as SteerCommand, { study, ...options }, io))
      })
  }
  steering('skip', 'end a trial, wherever it runs, as pruned')
    .argument('<trial>', 'its number')
    .argument('[study]')
    .option('--why <text>', 'a reason, kept with the trial')
    .action(async (trial, study, options) => {
      const { skip } = await import('./skip.ts')
      done(await skip({ trial, study, ...options }, io))
    })
  steering('exclude', 'leave trials out of search, analysis and charts')
    .argument('<words...>', 'the study, and numbers of trials: digits 3 17')
    .option('--undo', 'let them take part again')
    .option('--why <text>', 'a reason, kept with the trials')
    .action(async (words, options) => {
      const { exclude } = await import('./annotate.ts')
      done(await exclude({ words, ...options }, io))
    })
  steering('note', 'write a note about a study or a trial, in place of the one before')
    .argument('<study>')
    .argument('<text>', 'Markdown; an empty text takes the note away')
    .option('--trial <n>', 'about this trial')
    .action(async (study, text, options) => {
      const { note } = await import('./annotate.ts')
      done(await note({ study, text, ...options }, io))
    })
  steering('tag', 'add tags to a study or a trial')
    .argument('<study>')
    .argument('<tags...>')
    .option('--trial <n>', 'to this trial')
    .option('--remove', 'take these tags away')
    .action(async (study, tags, options) => {
      const { tag } = await import('./annotate.ts')
      done(await tag({ study, tags, ...options }, io))
    })
  steering('attach', 'keep files with a study or a trial')
    .argument('<study>')
    .argument('<files...>', 'a figure of your own: name.chart.json')
    .option('--trial <n>', 'to this trial')
    .option('--name <name>', "in place of the file's own name")
    .action(async (study, files, options) => {
      const { attach } = await import('./attach.ts')
      done(await attach({ study, files, ...options }, io))
    })
  steering('detach', 'take away what was attached to a study or a trial')
    .argument('<study>')
    .argument('<names...>')
    .option('--trial <n>', 'from this trial')
    .action(async (study, names, options) => {
      const { detach } = await import('./attach.ts')
      done(await detach({ study, names, ...options }, io))
    })
  steering('enqueue', 'try a configuration next; the sampler completes it')
    .argument('[study...]', 'the study, and values: lr=0.01 act=relu')
    .option('--from <trial>', 'start with the files of this trial, such as its checkpoint')
    .option('--times <n>', 'try it so many times')
    .action(async (words, options) => {
      const { enqueue } = await import('./enqueue.ts')
      done(await enqueue({ words, ...options }, io))
    })
  steering('narrow', 'search parameters in other ranges from now on')
    .argument(
      '[study...]',
      'the study, and ranges: lr=1e-4..1e-2 act=relu,tanh act+=gelu act-=relu lr=declared',
    )
    .action(async (words, options) => {
      const { narrow } = await import('./narrow.ts')
      done(await narrow({ words, ...options }, io))
    })
}
