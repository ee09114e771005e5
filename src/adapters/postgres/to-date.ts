/** MikroORM returns timestamps of raw statements as text. */
export const toDate = (value: string | Date | null): Date | null => (value === null ? null : new Date(value))
