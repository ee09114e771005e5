/** Ids are bare JSON numbers of up to 64 bits, which `JSON.stringify` would round or quote. */
export class RawNumber {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

export function rawNumber(text: string): RawNumber {
  return new RawNumber(text)
}

export function toJson(value: unknown): string {
  if (value instanceof RawNumber) return value.text
  if (Array.isArray(value)) return `[${value.map(toJson).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value ?? null)
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${toJson(member)}`).join(',')}}`
}

/** Formats minor units as Amazon does: exact, with a decimal point even for whole amounts (`14.5`, `14.0`). */
export function decimalOf(minor: number, minorUnits: number): string {
  if (minorUnits === 1) return `${minor}.0`
  const amount = Math.abs(minor)
  const whole = Math.floor(amount / minorUnits)
  const cents = String(amount % minorUnits).padStart(2, '0')
  return `${minor < 0 ? '-' : ''}${whole}.${cents.endsWith('0') ? cents.charAt(0) : cents}`
}
