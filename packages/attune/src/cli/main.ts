import { AttuneError, messageOf } from '@attune/core/errors'
import { Command, CommanderError } from 'commander'
import { attuneVersion as version } from '../attune-version.ts'
import { plain } from '../text/text.ts'
import type { Io } from './io.ts'
import { processIo } from './io.ts'
import type { RunFlags } from './run.ts'
import type { TrainFlags } from './train.ts'
import { describeLrFind } from './lr-find-command.ts'
import { describePlot } from './plot-command.ts'
import { describeSteering } from './steering-commands.ts'
import { describeUi } from './ui-command.ts'

/** The command line: gives each command its options and turns what happens into an exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  const io = processIo()
  // A reader that has seen enough (`| head`) closes the pipe; that is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    throw error
  })
  process.exitCode = await dispatch(argv.slice(2), io)
}

async function dispatch(args: readonly string[], io: Io): Promise<number> {
  const dash = args.indexOf('--')
  const own = dash < 0 ? args : args.slice(0, dash)
  const words = dash < 0 ? [] : args.slice(dash + 1)
  let code = 0
  const program = describeProgram(words, io, (done) => {
    code = done
  })
  try {
    await program.parseAsync(own, { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    if (error instanceof AttuneError) {
      io.err(`attune: ${plainLines(error.message)}\n`)
      return 2
    }
    io.err(
      `attune: ${error instanceof Error ? (error.stack ?? error.message) : messageOf(error)}\n`,
    )
    return 1
  }
}

/** Names of studies and parameters may hold anything; a terminal shall not obey them. */
function plainLines(text: string): string {
  return text.split('\n').map(plain).join('\n')
}

const collect = (value: string, previous: readonly string[]): string[] => [...previous, value]

function describeProgram(words: readonly string[], io: Io, done: (code: number) => void): Command {
  const program = new Command('attune')
    .description('Hyperparameter optimisation and autotuning for any command or function.')
    .version(version())
    .exitOverride()
    .configureOutput({ writeOut: io.out, writeErr: io.err })
    .showHelpAfterError('(attune --help shows how)')
    .showSuggestionAfterError()
  describeRun(program, words, io, done)
  describeReading(program, io, done)
  describeReport(program, io, done)
  describePlot(program, io, done)
  describeSteering(program, io, done)
  describeUi(program, version, io, done)
  describeTrain(program, io, done)
  describeLrFind(program, words, io, done)
  return program
}

function describeTrain(program: Command, io: Io, done: (code: number) => void): void {
  program
    .command('train')
    .description('train a model of a file on a table; prints a JSON line an epoch and the result')
    .argument('<model>', 'model file (YAML or JSON)')
    .argument('<data>', 'table (CSV, TSV or Parquet, also .gz)')
    .option(
      '--set <name=value>',
      'an option of the learner, or any key: validation.folds=5',
      collect,
      [],
    )
    .option('--target <column>', 'the column to predict')
    .option('--test <table>', 'judge the model on this table, once, at the end')
    .option('--seed <n>', 'seed of everything random')
    .option('--save <file>', 'keep the model, as JSON')
    .option('--onnx <file>', 'keep the model with its preparation, as ONNX')
    .option('--predictions <file>', 'keep what it predicts of the test table, as CSV')
    .option('--inputs <file>', 'keep the inputs of the ONNX model for the test table, as CSV')
    .action(async (model: string, data: string, options: TrainFlags) => {
      const { train } = await import('./train.ts')
      done(await train(model, data, options, io))
    })
}

function describeRun(
  program: Command,
  words: readonly string[],
  io: Io,
  done: (code: number) => void,
): void {
  const goals: { direction: 'minimize' | 'maximize'; name: string }[] = []
  const goal = (direction: 'minimize' | 'maximize') => (name: string) => {
    goals.push({ direction, name })
    return name
  }
  program
    .command('run')
    .description('run a study file, or tune the command after --')
    .argument('[file]', 'study file (YAML or JSON)')
    .option('--name <name>', 'name of the study')
    .option(
      '--param <spec>',
      'a parameter: lr=log:1e-5..1e-1, units=int:8..256, act=relu,tanh',
      collect,
      [],
    )
    .option(
      '--require <expression>',
      'a constraint among parameters: "lr * batch < 4"',
      collect,
      [],
    )
    .option('--minimize <metric>', 'a metric to minimise; may repeat', goal('minimize'))
    .option('--maximize <metric>', 'a metric to maximise; may repeat', goal('maximize'))
    .option('--metric <regex>', 'a regular expression for the output, instead of JSON lines')
    .option('--result <rule>', 'which value counts: last, best or final')
    .option('--trials <n>', 'number of trials the study shall have in all')
    .option('--time <duration>', 'stop after this time: 90s, 10m, 2h')
    .option('--target <value>', 'stop when the objective is this good')
    .option('--patience <n>', 'stop after so many trials without a new best')
    .option('--cost-limit <amount>', 'stop when the trials have cost this much, in any unit')
    .option('--cost-per-second <amount>', 'what a second of a trial costs')
    .option('--cost-metric <metric>', 'instead: the metric that says what a trial cost')
    .option('--regret <amount>', 'stop when hardly more than this is left to gain')
    .option('--cpu-limit <duration>', 'stop when the trials have used this much processor time')
    .option('--failures <n>', 'stop after so many like failures in a row (default: 30), or false')
    .option('--workers <n>', 'trials at once: a number, or auto for all cores')
    .option('--gpus <which>', 'GPUs for the trials: auto, a number, or names: 0,2')
    .option('--seed <n>', 'seed of everything random')
    .option('--sampler <name>', 'auto, or one of those in docs/algorithms')
    .option('--scheduler <name>', 'none, median, asha or hyperband')
    .option('--trial-timeout <duration>', 'end a trial after this time')
    .option('--trial-memory <size>', 'end a trial that takes more memory: 512MB, 2GB')
    .option('--trial-cpu <duration>', 'end a trial that takes more processor time')
    .option('--trial-output <size>', 'end a trial that prints more')
    .option('--trial-disk <size>', 'end a trial that keeps more in its folder')
    .option('--trial-cores <n>', 'cores a trial needs, for --workers auto (default: 1)')
    .option('--trial-gpus <n>', 'GPUs a trial gets (default: 1), or a part of one: 0.5')
    .option('--trial-nice <n>', 'let other programs run first: 0 to 19')
    .option('--retry <times>', 'try failed trials again: 2, or 2:error,timeout')
    .option('--duplicates <policy>', 'of what was tried before: allow, resample or memoise[:n]')
    .option('--deterministic', 'the same trials whatever the number of workers')
    .option('--lag <n>', 'with --deterministic: trials at once at most')
    .option(
      '--artifact <pattern>',
      "a file in the trial's folder to be kept; may repeat",
      collect,
      [],
    )
    .option('--keep-artifacts <policy>', 'of which trials: best=3, pareto or all')
    .option('--journal <file>', 'where the study is stored (default: attune.db)')
    .option('--accept-changes', 'go on although the stored study has other settings')
    .option('--ui', 'show the study in a browser while it runs; prints the link')
    .option('--json', 'JSON lines on standard output')
    .addHelpText(
      'after',
      `\nExample:\n  attune run --name s --param lr=log:1e-5..1e-1 --minimize loss --trials 50 -- python3 train.py --lr {lr}\n`,
    )
    .action(async (file: string | undefined, options: Omit<RunFlags, 'goals'>) => {
      const { run } = await import('./run.ts')
      done(await run(file, { ...options, goals, version: version() }, words, io))
    })
}

function describeReport(program: Command, io: Io, done: (code: number) => void): void {
  program
    .command('report')
    .description('write a page about a study, or about several side by side')
    .argument('[studies...]')
    .option('--journal <file>', 'where the study is stored (default: attune.db)')
    .option('--format <format>', 'html or md; default: by the ending of the file, else html')
    .option('-o, --output <file>', 'default: report.html or report.md; - is standard output')
    .option(
      '--units <name=unit>',
      'units of parameters or metrics: loss=nats; may repeat',
      collect,
      [],
    )
    .option('--note <text>', 'what you want to say about it')
    .action(async (studies: string[], options) => {
      const { report } = await import('./report.ts')
      done(await report({ studies, ...options, version: version() }, io))
    })
}

function describeReading(program: Command, io: Io, done: (code: number) => void): void {
  const stored = (name: string, description: string): Command =>
    program
      .command(name)
      .description(description)
      .option('--journal <file>', 'where the study is stored (default: attune.db)')
  const reading = (name: string, description: string): Command =>
    stored(name, description).option('--json', 'JSON on standard output')
  reading('studies', 'list the studies of a journal').action(async (options) => {
    const { studies } = await import('./studies.ts')
    done(await studies(options, io))
  })
  reading('show', 'show a study, or one trial of it')
    .argument('[study]')
    .option('--trial <n>', 'everything about one trial')
    .option('--why <n>', 'why a trial was suggested, and everything else about it')
    .action(async (study, options) => {
      const { show } = await import('./show.ts')
      done(await show({ study, ...options }, io))
    })
  reading('trials', 'list the trials of a study')
    .argument('[study]')
    .option('--best <n>', 'only the best n')
    .option('--state <state>', 'only waiting, running, complete, pruned, failed or paused ones')
    .option('--where <expression>', 'only those for which it holds: "lr < 1e-2"')
    .action(async (study, options) => {
      const { trials } = await import('./trials.ts')
      done(await trials({ study, ...options }, io))
    })
  reading('best', 'show the best trial of a study')
    .argument('[study]')
    .option('--command', 'print the command line that repeats it')
    .option('--params', 'print its parameters alone')
    .option('--artifacts <folder>', 'copy the files it left into a folder')
    .action(async (study, options) => {
      const { best } = await import('./best.ts')
      done(await best({ study, ...options }, io))
    })
  reading('artifacts', 'the files that trials left or somebody attached, and which are kept')
    .argument('[study]')
    .option('--trial <n>', 'only those of one trial')
    .option('--own', 'only those of the study itself')
    .option('--fetch <folder>', 'copy them into a folder')
    .option('--collect', 'delete what no study keeps')
    .action(async (study, options) => {
      const { artifacts } = await import('./artifacts.ts')
      done(await artifacts({ study, ...options }, io))
    })
  stored('export', 'write the trials of a study to a file')
    .argument('[study]')
    .option('--format <format>', 'csv, json or jsonl; default: by the ending of the file, else csv')
    .option('-o, --output <file>', 'default: standard output')
    .action(async (study, options) => {
      const { exportStudy } = await import('./export.ts')
      done(await exportStudy({ study, ...options }, io))
    })
  reading('diagnose', 'how a study converged, what may be left, and how well a surrogate predicts')
    .argument('[study]')
    .action(async (study, options) => {
      const { diagnose } = await import('./diagnose.ts')
      done(await diagnose({ study, ...options }, io))
    })
  reading('verify', 'replay a study and tell the first suggestion or decision that differs')
    .argument('[study]')
    .action(async (study, options) => {
      const { verify } = await import('./verify.ts')
      done(await verify({ study, ...options }, io))
    })
  reading('importance', 'which parameters decide')
    .argument('[study]')
    .option('--target <metric>', 'a metric, or seconds; default: the first objective')
    .option(
      '--method <method>',
      'ped-anova (default): what makes trials the best; fanova: what explains the variance',
    )
    .action(async (study, options) => {
      const { importance } = await import('./importance.ts')
      done(await importance({ study, ...options }, io))
    })
}
