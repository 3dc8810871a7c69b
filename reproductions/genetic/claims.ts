import type { Claim } from '../lib/reproduction.ts'

export const claims: readonly Claim[] = [
  {
    id: 'GA-1',
    text: 'The best accuracy of the genetic algorithm exceeds that of a basic network without a hidden layer, on MNIST and on CIFAR-10.',
    published: 'no figures in tables',
  },
  {
    id: 'GA-2',
    text: 'The best individuals have a batch size of about 100, the worst one of 500; extreme sizes are poor or slow.',
    published: 'best about 100, worst 500',
  },
  {
    id: 'GA-3',
    text: 'The search ends within a given time.',
    published: 'under one hour for 25 individuals and 25 loops',
  },
  {
    id: 'GA-4',
    text: 'Selection filters bad activations out over the generations.',
    published: 'no figures',
  },
]
