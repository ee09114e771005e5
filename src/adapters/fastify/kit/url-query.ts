/** Empty values are left out. */
export type QueryParameters = Readonly<Record<string, string | readonly string[] | undefined>>

export interface HiddenField {
  readonly name: string
  readonly value: string
}

export function hiddenFields(parameters: QueryParameters): readonly HiddenField[] {
  const fields: HiddenField[] = []
  for (const [name, value] of Object.entries(parameters)) {
    if (typeof value === 'string') {
      if (value) fields.push({ name, value })
    } else for (const one of value ?? []) if (one) fields.push({ name, value: one })
  }
  return fields
}

export function urlWithQuery(path: string, parameters: QueryParameters): string {
  const fields = hiddenFields(parameters)
  if (fields.length === 0) return path
  const query = new URLSearchParams()
  for (const { name, value } of fields) query.append(name, value)
  return `${path}?${query}`
}
