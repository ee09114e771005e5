const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }

/** PostgreSQL text can't hold NUL, so NUL is dropped. */
const special = /[\\\t\n\r\0]/
const everySpecial = new RegExp(special, 'g')

/** For `COPY … FROM STDIN` in text format (PostgreSQL, COPY, File Formats). */
export function formatCopyRow(values: readonly (string | number | null)[]): string {
  const fields = new Array<string | number>(values.length)
  for (let at = 0; at < values.length; at += 1) fields[at] = formatField(values[at] ?? null)
  return `${fields.join('\t')}\n`
}

const formatField = (value: string | number | null): string | number => {
  if (value === null) return '\\N'
  if (typeof value === 'number' || !special.test(value)) return value
  return value.replace(everySpecial, character => escapes[character] ?? '')
}
