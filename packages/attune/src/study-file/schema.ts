import { z } from 'zod'
import type { DescribedKind } from './check-described.ts'
import { describedNames, optionKind, optionsOf } from './check-described.ts'
import { fileKeys } from './file-keys.ts'
import type { SchemaPart } from './space-schema.ts'
import { spaceDefinitions } from './space-schema.ts'

/**
 * The JSON Schema (draft 2020-12) of study files, made from the keys that `parseStudyFile` reads and
 * from the samplers and schedulers there are.
 */
export function studySchema(): SchemaPart {
  const keys = Object.entries(fileKeys).map(([key, schema]) => [key, schema.optional()])
  const { properties } = z.toJSONSchema(z.strictObject(Object.fromEntries(keys))) as {
    properties: Record<string, SchemaPart>
  }
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'attune study file',
    description: 'What to tune, how to run it, and when to stop.',
    type: 'object',
    properties: {
      ...properties,
      space: {
        description:
          'What is tuned: parameters by name, such as { float: [1e-4, 1], scale: log }, { int: [8, 256] } or { choice: [relu, tanh] }.',
        examples: [{ lr: { float: [1e-4, 1], scale: 'log' }, act: { choice: ['relu', 'tanh'] } }],
        $ref: '#/$defs/shape',
      },
      sampler: described('sampler', properties['sampler']),
      scheduler: described('scheduler', properties['scheduler']),
    },
    required: ['name', 'objective'],
    oneOf: [
      { required: ['command', 'space'] },
      { required: ['module'] },
      {
        required: ['judge', 'space'],
        not: { anyOf: [{ required: ['command'] }, { required: ['module'] }] },
      },
    ],
    additionalProperties: false,
    $defs: spaceDefinitions,
  }
}

/** A name, or one name with the options it takes. */
function described(kind: DescribedKind, given: SchemaPart | undefined): SchemaPart {
  const names = describedNames[kind]
  const withOptions = names.map((name) => [name, optionsSchema(kind, name)])
  return {
    ...(given?.['description'] === undefined ? {} : { description: given['description'] }),
    ...(given?.['default'] === undefined ? {} : { default: given['default'] }),
    anyOf: [
      { enum: names },
      {
        type: 'object',
        properties: Object.fromEntries(withOptions),
        additionalProperties: false,
        minProperties: 1,
        maxProperties: 1,
      },
    ],
  }
}

const schemaTypes = {
  number: 'number',
  boolean: 'boolean',
  string: 'string',
  list: 'array',
  mapping: 'object',
} as const

function optionsSchema(kind: DescribedKind, name: string): SchemaPart {
  const options = Object.entries(optionsOf(kind, name)).map(([option, usual]) => [
    option,
    { type: usual === null ? ['number', 'null'] : schemaTypes[optionKind(usual)], default: usual },
  ])
  return {
    type: ['object', 'null'],
    properties: Object.fromEntries(options),
    additionalProperties: false,
  }
}
