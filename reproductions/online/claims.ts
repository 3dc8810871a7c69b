import type { Claim } from '../lib/reproduction.ts'

export const claims: readonly Claim[] = [
  {
    id: 'T12-0',
    text: 'The gradient of the validation cost with respect to a hyperparameter is found by one backward pass.',
    published: 'equations 1–6',
  },
  {
    id: 'T12-1',
    text: 'The hyperparameters always end in the same optimal region, one for each size of the model, if they begin near enough.',
    published: 'Fig. 1',
  },
  {
    id: 'T12-2',
    text: 'After tuning the test error is about 3 %, whatever the start; 20 % of the starts are not acceptable by themselves but good after tuning.',
    published: '~3 % test error; 20 % rescued; 58 % near the diagonal (Fig. 2)',
  },
  {
    id: 'T12-3',
    text: 'It is not required to train again with the tuned values.',
    published: 'all samples next to the diagonal (Fig. 3)',
  },
  {
    id: 'T12-4',
    text: 'Tuning costs 12.22 % more time an epoch.',
    published: '15.14 s → 16.99 s an epoch (Fig. 4)',
  },
  {
    id: 'T12-5',
    text: 'From starts too far from the optimal region tuning converges in part or not at all; shallow models allow a larger interval of starts.',
    published: 'section IV.A',
  },
]
