/** Below 2^53, the limit of exact doubles. */
const carryAt = 2 ** 52

/** Exact, like PostgreSQL's `numeric`. */
export class DecimalSum {
  /** Nearly all amounts are whole millionths. */
  #millionths = 0
  /** The remainder, in units of 10^-`#scale`. */
  #units = 0n
  #scale = 6

  add(decimal: string): void {
    const millionths = quickMillionths(decimal)
    if (millionths === null) {
      this.#addExactly(decimal)
      return
    }
    this.#millionths += millionths
    if (Math.abs(this.#millionths) >= carryAt) this.#carry()
  }

  subtract(decimal: string): void {
    this.add(decimal.startsWith('-') ? decimal.slice(1) : `-${decimal}`)
  }

  toString(): string {
    this.#carry()
    return formatDecimal(this.#units, this.#scale)
  }

  #carry(): void {
    this.#units += BigInt(this.#millionths) * 10n ** BigInt(this.#scale - 6)
    this.#millionths = 0
  }

  #addExactly(decimal: string): void {
    const { digits, places } = parseDecimal(decimal)
    const scale = Math.max(places, this.#scale)
    this.#units = this.#units * 10n ** BigInt(scale - this.#scale) + digits * 10n ** BigInt(scale - places)
    this.#scale = scale
  }
}

const quotientPlaces = 12
/** 1,000 times a smaller remainder is still exact. */
const largestQuickDivisor = Number.MAX_SAFE_INTEGER / 1000

/**
 * Truncates after 12 places; a final 1 makes an inexact quotient round correctly. Null for a zero divisor.
 */
export function divideDecimals(dividend: string, divisor: string): string | null {
  const [quickDividend, quickDivisor] = [quickMillionths(dividend), quickMillionths(divisor)]
  if (quickDividend !== null && quickDivisor !== null && quickDividend >= 0 && quickDivisor > 0)
    if (quickDivisor < largestQuickDivisor) return quickQuotient(quickDividend, quickDivisor)
  return exactQuotient(dividend, divisor)
}

/** `bigint` is several times slower. */
function quickQuotient(numerator: number, denominator: number): string {
  let remainder = numerator % denominator
  const whole = (numerator - remainder) / denominator
  let fraction = ''
  for (let places = 0; places < quotientPlaces; places += 3) {
    const shiftedRemainder = remainder * 1000
    remainder = shiftedRemainder % denominator
    fraction += String((shiftedRemainder - remainder) / denominator).padStart(3, '0')
  }
  if (remainder > 0) return `${whole}.${fraction}1`
  fraction = trimTrailingZeros(fraction)
  return fraction ? `${whole}.${fraction}` : String(whole)
}

function exactQuotient(dividend: string, divisor: string): string | null {
  const [parsedDividend, parsedDivisor] = [parseDecimal(dividend), parseDecimal(divisor)]
  if (parsedDivisor.digits === 0n) return null
  const shift = quotientPlaces + parsedDivisor.places - parsedDividend.places
  const numerator = parsedDividend.digits * 10n ** BigInt(Math.max(0, shift))
  const denominator = parsedDivisor.digits * 10n ** BigInt(Math.max(0, -shift))
  const [whole, remainder] = [numerator / denominator, numerator % denominator]
  const roundingDigit = remainder === 0n ? 0n : remainder > 0n === denominator > 0n ? 1n : -1n
  return formatDecimal(whole * 10n + roundingDigit, quotientPlaces + 1)
}

function parseDecimal(decimal: string): { readonly digits: bigint; readonly places: number } {
  const parts = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(decimal)
  if (!parts) throw new SyntaxError(`not a decimal: ${decimal}`)
  const [, sign, whole = '', fraction = '', exponent = '0'] = parts
  const digits = BigInt(whole + fraction)
  return { digits: sign ? -digits : digits, places: fraction.length - Number(exponent) }
}

function formatDecimal(units: bigint, scale: number): string {
  const isNegative = units < 0n
  const digits = String(isNegative ? -units : units).padStart(scale + 1, '0')
  const whole = digits.slice(0, -scale)
  const fraction = trimTrailingZeros(digits.slice(-scale))
  return `${isNegative ? '-' : ''}${whole}${fraction && '.'}${fraction}`
}

function trimTrailingZeros(fraction: string): string {
  let end = fraction.length
  while (fraction[end - 1] === '0') end -= 1
  return fraction.slice(0, end)
}

/** Null when a double may not hold it exactly. */
function quickMillionths(decimal: string): number | null {
  if (decimal.length > 12 || decimal === '') return null
  const point = decimal.indexOf('.')
  if (point >= 0 && decimal.length - point > 7) return null
  const millionths = Math.round(Number(decimal) * 1e6)
  return Math.abs(millionths) < carryAt && !decimal.includes('e') && !decimal.includes('E')
    ? millionths
    : null
}
