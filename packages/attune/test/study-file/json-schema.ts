type Json = unknown
export type JsonSchema = Readonly<Record<string, Json>>

interface Place {
  readonly schema: JsonSchema
  readonly root: JsonSchema
}
type Check = (given: Json, value: never, place: Place) => boolean

const isObject = (x: Json): x is Record<string, Json> =>
  typeof x === 'object' && x !== null && !Array.isArray(x)
const sub = (schema: Json, value: Json, { root }: Place): boolean =>
  validates(schema as JsonSchema, value, root)
const on =
  <T>(
    applies: (value: Json) => value is T,
    check: (given: never, value: T, place: Place) => boolean,
  ): Check =>
  (given, value, place) =>
    !applies(value) || check(given as never, value as T, place)
const isText = (x: Json): x is string => typeof x === 'string'
const isNumber = (x: Json): x is number => typeof x === 'number'
const isList = (x: Json): x is Json[] => Array.isArray(x)

function typeIs(type: string, value: Json): boolean {
  if (type === 'integer') return Number.isInteger(value)
  if (type === 'array') return Array.isArray(value)
  if (type === 'object') return isObject(value)
  return type === 'null' ? value === null : typeof value === type
}

const describing: Check = () => true
const keywords: Readonly<Record<string, Check>> = {
  $schema: describing,
  $defs: describing,
  title: describing,
  description: describing,
  examples: describing,
  default: describing,
  format: describing,
  $ref: (ref, value, place) => {
    const parts = (ref as string).slice(2).split('/')
    const target = parts.reduce<Json>((at, key) => (at as JsonSchema)[key], place.root)
    return sub(target, value, place)
  },
  type: (type, value) => [type].flat().some((one) => typeIs(one as string, value)),
  enum: (values, value) => (values as Json[]).includes(value),
  const: (wanted, value) => wanted === value,
  anyOf: (of, value, place) => (of as Json[]).some((one) => sub(one, value, place)),
  not: (schema, value, place) => !sub(schema, value, place),
  oneOf: (of, value, place) => (of as Json[]).filter((one) => sub(one, value, place)).length === 1,
  minimum: on(isNumber, (least: number, x) => x >= least),
  maximum: on(isNumber, (most: number, x) => x <= most),
  exclusiveMinimum: on(isNumber, (least: number, x) => x > least),
  minLength: on(isText, (least: number, x) => x.length >= least),
  pattern: on(isText, (pattern: string, x) => new RegExp(pattern, 'u').test(x)),
  minItems: on(isList, (least: number, x) => x.length >= least),
  maxItems: on(isList, (most: number, x) => x.length <= most),
  items: on(isList, (each: Json, x, place) => x.every((item) => sub(each, item, place))),
  prefixItems: on(isList, (first: Json[], x, place) =>
    x.slice(0, first.length).every((item, i) => sub(first[i], item, place)),
  ),
  minProperties: on(isObject, (least: number, x) => Object.keys(x).length >= least),
  maxProperties: on(isObject, (most: number, x) => Object.keys(x).length <= most),
  required: on(isObject, (names: string[], x) => names.every((name) => Object.hasOwn(x, name))),
  propertyNames: on(isObject, (each: Json, x, place) =>
    Object.keys(x).every((name) => sub(each, name, place)),
  ),
  properties: on(isObject, (parts: JsonSchema, x, place) =>
    Object.entries(x).every(
      ([key, item]) => !Object.hasOwn(parts, key) || sub(parts[key], item, place),
    ),
  ),
  additionalProperties: on(isObject, (rest: Json, x, place) => {
    const known = (place.schema['properties'] ?? {}) as JsonSchema
    const others = Object.keys(x).filter((key) => !Object.hasOwn(known, key))
    return others.every((key) => rest !== false && sub(rest, x[key], place))
  }),
}

/**
 * Whether a value is what a JSON Schema asks; for the keywords that the schema of study files uses,
 * and no others, so that none is passed over.
 */
export function validates(schema: JsonSchema, value: Json, root: JsonSchema = schema): boolean {
  return Object.entries(schema).every(([keyword, given]) => {
    const check = keywords[keyword]
    if (check === undefined) throw new TypeError(`The keyword "${keyword}" is not known here.`)
    return check(given, value as never, { schema, root })
  })
}
