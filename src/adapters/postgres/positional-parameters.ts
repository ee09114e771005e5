/** From `?` (MikroORM) to `$1` (pg). */
export function toPositionalParameters(statement: string): string {
  let count = 0
  return statement.replaceAll('?', () => {
    count += 1
    return `$${count}`
  })
}
