/** Sellers quote it, for example `7F3A-12C0`; the console finds attempts, connections and requests by it. */
export function referenceOf(id: string): string {
  const digits = id.replaceAll('-', '').slice(0, 8).toUpperCase()
  return `${digits.slice(0, 4)}-${digits.slice(4)}`
}

export const isReference = (text: string): boolean => /^[0-9A-Z]{4}-[0-9A-Z]{4}$/.test(text)
