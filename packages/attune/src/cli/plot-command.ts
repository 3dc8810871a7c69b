import type { Command } from 'commander'
import type { Io } from './io.ts'
import type { PlotOptions } from './plot.ts'

const collect = (value: string, previous: readonly string[] = []): string[] => [...previous, value]

/** Describes `attune plot`. */
export function describePlot(program: Command, io: Io, done: (code: number) => void): void {
  program
    .command('plot')
    .description('draw a chart of a study: in the terminal, or as SVG, HTML, PNG, JSON or CSV')
    .argument('[words...]', 'one or more studies, then the chart: history, importance, effects …')
    .option('--journal <file>', 'where the study is stored (default: attune.db)')
    .option('-o, --output <file>', 'by its ending: .svg, .html, .png, .json or .csv')
    .option('--list', 'the charts there are')
    .option('--objective <name>', 'which objective, by name or place (default: the first)')
    .option('--param <names>', 'parameters, with commas between: lr,units')
    .option('--metric <names>', 'metrics, with commas between; for importance also seconds')
    .option('--log <names>', 'parameters or metrics that are drawn on a log axis')
    .option('--by <what>', 'history: by trial (default), time, seconds or cpuSeconds spent')
    .option('--view <view>', 'history: value (default), or regret, the distance to the best')
    .option('--quantiles', 'history: the middle half of the last results as a band')
    .option('--where <expression>', 'only trials for which it holds: "lr < 1e-2"')
    .option('--units <name=unit>', 'units of parameters or metrics: loss=nats; may repeat', collect)
    .option('--seeds', 'compare: studies whose names differ by a number are seeds of one')
    .option('--width <pixels>', 'of one chart')
    .option('--height <pixels>', 'of one chart')
    .option('--theme <theme>', 'light (default) or dark')
    .option('--ascii', 'a sketch without letters beyond ASCII')
    .addHelpText(
      'after',
      `\nExamples:\n  attune plot digits history\n  attune plot digits contour --param lr,units -o contour.svg\n  attune plot digits-1 digits-2 digits-3 compare --seeds -o seeds.html\n`,
    )
    .action(async (words: string[], options: Omit<PlotOptions, 'words'>) => {
      const { plot } = await import('./plot.ts')
      done(await plot({ ...options, words }, io))
    })
}
