/** MikroORM returns timestamps of raw statements as text. */
export const momentOf = (value: string | Date | null): Date | null =>
  value === null ? null : new Date(value)
