/** `?` for MikroORM, `$1` for a raw client: one text for both. */
export function numbered(statement: string): string {
  let count = 0
  return statement.replaceAll('?', () => {
    count += 1
    return `$${count}`
  })
}
