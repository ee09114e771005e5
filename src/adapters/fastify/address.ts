/** What stands in an address behind the path; what is empty is left out. */
export type Kept = Readonly<Record<string, string | readonly string[] | undefined>>

export interface HiddenField {
  readonly name: string
  readonly value: string
}

/** For a form that keeps what else was chosen. */
export const hiddenFields = (kept: Kept): readonly HiddenField[] =>
  Object.entries(kept).flatMap(([name, value = []]) =>
    [value]
      .flat()
      .filter(Boolean)
      .map(one => ({ name, value: one })),
  )

export function addressOf(path: string, kept: Kept): string {
  const pairs = hiddenFields(kept).map(({ name, value }): [string, string] => [name, value])
  return pairs.length > 0 ? `${path}?${new URLSearchParams(pairs)}` : path
}
