import { signed } from '../lib/wording.ts'
import type { SetName } from './images.ts'

/** With a hyphen that does not break. */
export const setTitle = (set: SetName): string => (set === 'mnist' ? 'MNIST' : 'CIFAR\u201110')

/** A number without a sign where it is positive. */
export const fixed = (x: number, digits = 2): string => signed(x, digits).replace('+', '')
