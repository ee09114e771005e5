import t from 'tap'
import { DecimalSum, divideDecimals } from '../../src/domain/decimal-sum.ts'
import { randomNumbers } from '../support/seed.ts'

const sumOf = (...decimals: readonly string[]): string => {
  const sum = new DecimalSum()
  for (const decimal of decimals) sum.add(decimal)
  return String(sum)
}

t.test('S-25 decimals are added exactly, without trailing zeros', async t => {
  t.equal(sumOf(), '0')
  t.equal(sumOf('0.1', '0.2'), '0.3')
  t.equal(sumOf('12.50', '0.5'), '13')
  t.equal(sumOf('-3', '1.25'), '-1.75')
  t.equal(sumOf('0.001', '-0.001'), '0')
  t.equal(sumOf('1e3', '1.5E-7'), '1000.00000015')
  t.equal(sumOf('0.30000000000000004', '0.1'), '0.40000000000000004')
  t.equal(sumOf('123456789012345678901234567890', '0.01'), '123456789012345678901234567890.01')
  t.equal(sumOf('1e+2'), '100')
})

t.test('S-25 sums beyond the exact integer range of a double stay exact', async t => {
  t.equal(sumOf(...Array<string>(3000).fill('4000000000.01')), '12000000000030')
  t.equal(sumOf(...Array<string>(3000).fill('99999999.999999')), '299999999999.997')
  t.equal(sumOf(...Array<string>(3000).fill('40000000.001')), '120000000003')
  t.equal(sumOf(...Array<string>(3001).fill('-40000000.001')), '-120040000003.001')
})

t.test('S-28 decimals of either sign are subtracted exactly', async t => {
  const difference = new DecimalSum()
  difference.add('0.3')
  difference.subtract('0.1')
  t.equal(String(difference), '0.2')
  difference.subtract('-12.5')
  t.equal(String(difference), '12.7')
})

t.test('S-25 amounts sum exactly, like integers of their smallest unit', async t => {
  const random = randomNumbers(7)
  for (let round = 0; round < 200; round += 1) {
    const places = Math.floor(random() * 9)
    const units = Array.from({ length: 40 }, () => BigInt(Math.floor((random() - 0.3) * 1e9)))
    const formatDecimal = (unit: bigint) => {
      const digits = String(unit < 0n ? -unit : unit).padStart(places + 1, '0')
      const whole = digits.slice(0, digits.length - places)
      return `${unit < 0n ? '-' : ''}${whole}${places > 0 ? `.${digits.slice(-places)}` : ''}`
    }
    const total = units.reduce((sum, unit) => sum + unit, 0n)
    const expected = places > 0 ? formatDecimal(total).replace(/\.?0+$/, '') : formatDecimal(total)
    t.equal(sumOf(...units.map(formatDecimal)), expected === '-0' || expected === '' ? '0' : expected)
  }
})

t.test('text that is not a decimal number is rejected as an amount', async t => {
  t.throws(() => sumOf('1,5'), SyntaxError)
  t.throws(() => sumOf(''), SyntaxError)
  for (const text of ['x1e3', '1e3x', '1.e3', '1.5.5e3', '1e', '1e+'])
    t.throws(() => sumOf(text), SyntaxError, text)
})

t.test('S-28 a ratio rounds in the same way as the exact quotient', async t => {
  t.equal(divideDecimals('2.01', '2'), '1.005')
  t.equal(divideDecimals('1', '3'), '0.3333333333331')
  t.equal(divideDecimals('2', '3'), '0.6666666666661')
  t.equal(divideDecimals('-1', '3'), '-0.3333333333331')
  t.equal(divideDecimals('1', '-8'), '-0.125')
  t.equal(divideDecimals('-1', '-3'), '0.3333333333331')
  t.equal(divideDecimals('1', '-3'), '-0.3333333333331')
  t.equal(divideDecimals('1e-20', '3'), '0.0000000000001')
  t.equal(divideDecimals('0', '7'), '0')
  t.equal(divideDecimals('1e3', '1.5E-1'), '6666.6666666666661')
  t.equal(divideDecimals('5', '0.00'), null)
  const cents = new Intl.NumberFormat('en-GB', {
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
    useGrouping: false,
  })
  const random = randomNumbers(11)
  for (let round = 0; round < 2000; round += 1) {
    // Doubles misround halves of the last place; each divisor produces some halves.
    const [units, divisor] = [Math.floor(random() * 1e7), [2, 4, 8, 40, 200, 400, 3, 7][round % 8] ?? 1]
    const quotient = divideDecimals(
      `${Math.floor(units / 100)}.${String(units % 100).padStart(2, '0')}`,
      String(divisor),
    )
    const rounded = (2n * BigInt(units) + BigInt(divisor)) / (2n * BigInt(divisor))
    const expected = `${rounded / 100n}.${String(rounded % 100n).padStart(2, '0')}`
    t.equal(cents.format(quotient as Intl.StringNumericLiteral), expected, `${units} / ${divisor}`)
  }
})

t.test('S-28 the fast path for ratios equals the general path digit by digit', async t => {
  const random = randomNumbers(13)
  // Any size up to 4 billion; a third of the numerators are multiples of the denominator.
  const amount = (): string => (random() ** 8 * 4e9).toFixed(Math.floor(random() * 7))
  const differing: string[] = []
  for (let round = 0; round < 20_000; round += 1) {
    const denominator = amount()
    const numerator =
      round % 3 === 0 ? (Number(denominator) * Math.floor(random() * 1000)).toFixed(6) : amount()
    // Numbers with an exponent take the general path.
    if (divideDecimals(numerator, denominator) !== divideDecimals(`${numerator}e0`, `${denominator}e0`))
      differing.push(`${numerator} / ${denominator}`)
  }
  t.strictSame(differing, [])
})
