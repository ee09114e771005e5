/** @returns the problems of the value, none if it is valid. `path` is its JSON pointer, as in `/status`. */
export type Shape = (value: unknown, path?: string) => string[]

const shape =
  (name: string, isValid: (value: unknown) => boolean): Shape =>
  (value, path = '') =>
    isValid(value) ? [] : [`${path} is ${JSON.stringify(value)}, not ${name}`]

export const text = shape('text', value => typeof value === 'string')
export const number = shape('a number', value => typeof value === 'number')
export const integer = shape('an integer', Number.isInteger)
export const boolean = shape('true or false', value => typeof value === 'boolean')
export const nullOnly = shape('null', value => value === null)

export const textLike = (form: RegExp): Shape =>
  shape(`text like ${form}`, value => typeof value === 'string' && form.test(value))

export const oneOf = (...allowed: readonly unknown[]): Shape =>
  shape(`one of ${allowed.join(', ')}`, value => allowed.includes(value))

export const orNull =
  (inner: Shape): Shape =>
  (value, path) =>
    value === null ? [] : inner(value, path)

export const list =
  (itemShape: Shape, { from = 0, to = Number.POSITIVE_INFINITY } = {}): Shape =>
  (value, path = '') => {
    if (!Array.isArray(value)) return [`${path} is not a list`]
    const wrongLength = value.length < from || value.length > to ? [`${path} has ${value.length} items`] : []
    return [...wrongLength, ...value.flatMap((item, index) => itemShape(item, `${path}/${index}`))]
  }

type Fields = Readonly<Record<string, Shape>>

/** Rejects missing required fields and unknown ones. */
export const object =
  (required: Fields, optional: Fields = {}): Shape =>
  (value, path = '') => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return [`${path} is not an object`]
    const missing = Object.keys(required).filter(name => !(name in value))
    const known: Fields = { ...optional, ...required }
    return [
      ...missing.map(name => `${path}/${name} is missing`),
      ...Object.entries(value).flatMap(([name, member]) =>
        known[name]
          ? known[name](member, `${path}/${name}`)
          : [`${path}/${name} is not a field that Amazon documents`],
      ),
    ]
  }
