/** From `?`, as MikroORM takes it, to `$1` for a raw client. */
export function toPositionalParameters(statement: string): string {
  let count = 0
  return statement.replaceAll('?', () => {
    count += 1
    return `$${count}`
  })
}
