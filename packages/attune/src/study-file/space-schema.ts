import type { Json } from '@attune/core'

/** A part of a JSON Schema. */
export type SchemaPart = { readonly [key: string]: Json | undefined }

const label: SchemaPart = { type: ['string', 'number', 'boolean', 'null'] }
const range = (what: string): SchemaPart => ({
  description: `The lowest and the highest ${what}, both included.`,
  type: 'array',
  prefixItems: [{ type: 'number' }, { type: 'number' }],
  minItems: 2,
  maxItems: 2,
})
const scale: SchemaPart = {
  description: 'log draws orders of magnitude evenly and needs a lowest value above 0.',
  enum: ['linear', 'log'],
  default: 'linear',
}
const step: SchemaPart = {
  description: 'The distance of neighbouring values, counted from the lowest.',
  type: 'number',
  exclusiveMinimum: 0,
}
const fallback = (of: SchemaPart): SchemaPart => ({
  description: 'A value known to work; the first trial takes it.',
  ...of,
})

function kindOf(
  kind: string,
  description: string,
  given: SchemaPart,
  options: SchemaPart = {},
  required: readonly string[] = [],
): SchemaPart {
  return {
    description,
    type: 'object',
    properties: { [kind]: given, ...options },
    required: [kind, ...required],
    additionalProperties: false,
  }
}

const shape: SchemaPart = { $ref: '#/$defs/shape' }
const parameter: SchemaPart = { $ref: '#/$defs/parameter' }

/**
 * The grammar of spaces as parts of a JSON Schema, with `shape` for parameters by name. Core decides
 * what a space is; this is what can be said of it without values.
 */
export const spaceDefinitions: { readonly [name: string]: SchemaPart } = {
  shape: {
    description: 'Parameters by name; they may be nested.',
    type: 'object',
    propertyNames: {
      pattern: '^(?!(?:float|int|choice|flag|constant|variant|list)$)[^\\s\\d.-][^\\s.]*$',
    },
    additionalProperties: parameter,
  },
  parameter: {
    anyOf: [
      kindOf('float', 'A real number.', range('value'), {
        scale,
        step,
        default: fallback({ type: 'number' }),
      }),
      kindOf('int', 'A whole number.', range('value'), {
        scale,
        step: { ...step, type: 'integer' },
        default: fallback({ type: 'integer' }),
      }),
      kindOf(
        'choice',
        'One of several labels.',
        {
          description: 'Text, numbers, true, false and null.',
          type: 'array',
          items: label,
          minItems: 1,
        },
        {
          ordered: {
            description: 'Whether neighbours in the list are alike, as in small, medium, large.',
            type: 'boolean',
            default: false,
          },
          default: fallback(label),
        },
      ),
      kindOf(
        'flag',
        'True or false. The value of `flag` itself says nothing.',
        {},
        {
          default: fallback({ type: 'boolean' }),
        },
      ),
      kindOf('constant', 'A value that is passed on and recorded but not tuned.', label),
      kindOf(
        'variant',
        'A choice among named options, each with parameters of its own.',
        {
          description: 'Each option with its parameters, {} when it has none.',
          type: 'object',
          additionalProperties: { anyOf: [shape, { type: 'null' }] },
          minProperties: 1,
        },
        { default: fallback({ type: 'string' }) },
      ),
      kindOf(
        'list',
        'A list of tunable length whose elements are alike.',
        {
          description: 'The least and the greatest number of elements.',
          type: 'array',
          prefixItems: [
            { type: 'integer', minimum: 0 },
            { type: 'integer', minimum: 1 },
          ],
          minItems: 2,
          maxItems: 2,
        },
        {
          of: { description: 'What each element is.', ...parameter },
          default: fallback({ type: 'integer' }),
        },
        ['of'],
      ),
      shape,
    ],
  },
}
