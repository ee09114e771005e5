const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }

/** PostgreSQL cannot keep a zero character in text; no name of Amazon's has one, a broken file may. */
const special = /[\\\t\n\r\0]/g

/** One line of `COPY … FROM STDIN` in text format: tabs between, `\N` for null (PostgreSQL, COPY, File Formats). */
export function copyLine(values: readonly (string | number | null)[]): string {
  return `${values.map(field).join('\t')}\n`
}

const field = (value: string | number | null): string => {
  if (value === null) return '\\N'
  if (typeof value === 'number') return String(value)
  return value.replace(special, character => escapes[character] ?? '')
}
