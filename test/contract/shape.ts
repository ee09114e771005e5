/** @returns what is wrong, empty if nothing is. `at` is the value's path, as in `/status`. */
export type Shape = (value: unknown, at?: string) => string[]

const shape =
  (name: string, holds: (value: unknown) => boolean): Shape =>
  (value, at = '') =>
    holds(value) ? [] : [`${at} is ${JSON.stringify(value)}, not ${name}`]

export const text = shape('text', value => typeof value === 'string')
export const number = shape('a number', value => typeof value === 'number')
export const integer = shape('an integer', Number.isInteger)
export const flag = shape('true or false', value => typeof value === 'boolean')
export const nothing = shape('null', value => value === null)

export const textLike = (form: RegExp): Shape =>
  shape(`text like ${form}`, value => typeof value === 'string' && form.test(value))

export const oneOf = (...allowed: readonly unknown[]): Shape =>
  shape(`one of ${allowed.join(', ')}`, value => allowed.includes(value))

export const orNull =
  (inner: Shape): Shape =>
  (value, at) =>
    value === null ? [] : inner(value, at)

export const list =
  (item: Shape, { from = 0, to = Number.POSITIVE_INFINITY } = {}): Shape =>
  (value, at = '') => {
    if (!Array.isArray(value)) return [`${at} is no list`]
    const wrongLength = value.length < from || value.length > to ? [`${at} has ${value.length} items`] : []
    return [...wrongLength, ...value.flatMap((one, index) => item(one, `${at}/${index}`))]
  }

type Fields = Readonly<Record<string, Shape>>

/** Rejects missing required fields and unknown ones. */
export const object =
  (required: Fields, optional: Fields = {}): Shape =>
  (value, at = '') => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${at} is no object`]
    const missing = Object.keys(required).filter(name => !(name in value))
    const known: Fields = { ...optional, ...required }
    return [
      ...missing.map(name => `${at}/${name} is missing`),
      ...Object.entries(value).flatMap(([name, member]) =>
        known[name]
          ? known[name](member, `${at}/${name}`)
          : [`${at}/${name} is not a field that Amazon names`],
      ),
    ]
  }
