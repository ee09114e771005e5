/** Beyond it a whole number of a double is no longer exact; sums are carried over long before. */
const carryAt = 2 ** 52

/**
 * The exact sum of decimals in text, as PostgreSQL's `numeric` would have it: a JavaScript number never carries money.
 */
export class DecimalSum {
  /** In millionths: what nearly all amounts are whole in. */
  #millionths = 0
  /** What does not fit there, in units of 10 to the minus `#scale`. */
  #units = 0n
  #scale = 6

  /** @param decimal such as `12.5`, `-3` or `1.5e-7`. */
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

  /** Without trailing zeros. */
  toString(): string {
    this.#carry()
    const isNegative = this.#units < 0n
    const digits = String(isNegative ? -this.#units : this.#units).padStart(this.#scale + 1, '0')
    const whole = digits.slice(0, -this.#scale)
    const fraction = digits.slice(-this.#scale).replace(/0+$/, '')
    return `${isNegative ? '-' : ''}${whole}${fraction && '.'}${fraction}`
  }

  #carry(): void {
    this.#units += BigInt(this.#millionths) * 10n ** BigInt(this.#scale - 6)
    this.#millionths = 0
  }

  #addExactly(decimal: string): void {
    const parts = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(decimal)
    if (!parts) throw new SyntaxError(`${decimal} is no decimal`)
    const [, sign, whole = '', fraction = '', exponent = '0'] = parts
    const places = fraction.length - Number(exponent)
    const digits = BigInt(whole + fraction)
    const scale = Math.max(places, this.#scale)
    this.#units =
      this.#units * 10n ** BigInt(scale - this.#scale) +
      (sign ? -digits : digits) * 10n ** BigInt(scale - places)
    this.#scale = scale
  }
}

/** Null where a double could not hold it exactly: more than six places, an exponent, or more than fifteen digits. */
function quickMillionths(decimal: string): number | null {
  if (decimal.length > 12 || decimal === '') return null
  const point = decimal.indexOf('.')
  if (point >= 0 && decimal.length - point > 7) return null
  const millionths = Math.round(Number(decimal) * 1e6)
  return Math.abs(millionths) < carryAt && !decimal.includes('e') && !decimal.includes('E')
    ? millionths
    : null
}
