import type { PreparationOptions } from '../data/prepare-options.ts'
import type { TrainingSpec } from './spec.ts'

/** What the options of a preparation are for a learner where nothing else is asked for. */
export function usualPreparation({
  learner,
  options,
}: Pick<TrainingSpec, 'learner' | 'options'>): PreparationOptions {
  const codes = { categories: 'ordinal', maxCategories: 255 } as const
  switch (learner) {
    // Trees cut numbers where they stand, and parts of the labels from the others.
    case 'histogramBoosting':
      return {
        ...codes,
        scaling: 'none',
        imputation: 'keep',
        missingCategories: 'keep',
        indicators: false,
      }
    case 'randomForest':
    case 'extraTrees':
      return { ...codes, scaling: 'none' }
    // It counts labels. A column of 0 and 1 it would take for a normal one, which is as sure as can be
    // of a class in which no value is missing.
    case 'naiveBayes':
      return { ...codes, indicators: false }
    // What is learnt of each label needs its index.
    case 'network':
      return (options?.['embedding'] ?? 0) === 0 ? {} : codes
    // The others measure distances.
    default:
      return {}
  }
}
