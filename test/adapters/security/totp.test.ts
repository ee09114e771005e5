import t from 'tap'
import { Totp } from '../../../src/adapters/security/totp.ts'
import { Secret } from '../../../src/domain/secret.ts'

const totp = new Totp()
/** RFC 6238, Appendix B: the ASCII text 12345678901234567890 in base 32. */
const rfcSecret = new Secret('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ')

t.test('S-46 one-time codes are those of RFC 6238', async t => {
  // The RFC's codes have eight digits; apps show the last six.
  for (const [seconds, eightDigits] of [
    [59, '94287082'],
    [1_111_111_109, '07081804'],
    [1_111_111_111, '14050471'],
    [1_234_567_890, '89005924'],
    [2_000_000_000, '69279037'],
  ] as const) {
    const now = new Date(seconds * 1000)
    t.equal(totp.codeAt(rfcSecret, now), eightDigits.slice(2))
    t.equal(totp.stepOf(rfcSecret, eightDigits.slice(2), now), Math.floor(seconds / 30))
  }
})

t.test('S-46 a clock may be off by one time step in either direction', async t => {
  const step = 41_152_263
  const at = (steps: number) => new Date((step + steps) * 30_000)
  const code = totp.codeAt(rfcSecret, at(0))

  t.equal(totp.stepOf(rfcSecret, code, at(-1)), step)
  t.equal(totp.stepOf(rfcSecret, code, at(1)), step)
  t.equal(totp.stepOf(rfcSecret, code, new Date(at(2).getTime() - 1)), step)
  t.equal(totp.stepOf(rfcSecret, code, at(2)), null)
  t.equal(totp.stepOf(rfcSecret, code, at(-2)), null)
})

t.test('S-46 text that is not a six-digit code is rejected', async t => {
  const now = new Date(59_000)
  for (const code of ['', '28708', '94287082', ' 287082', '28708２', '287082\n', 'abcdef'])
    t.equal(totp.stepOf(rfcSecret, code, now), null, JSON.stringify(code))
})

t.test('S-46 each TOTP secret has 160 new random bits, and an app can read its enrolment URI', async t => {
  const [one, other] = [totp.newSecret(), totp.newSecret()]
  t.match(one.reveal(), /^[A-Z2-7]{32}$/)
  t.not(one.reveal(), other.reveal())

  const address = new URL(totp.enrolmentUri(one, 'sol@example.test').reveal())
  t.equal(address.protocol, 'otpauth:')
  t.equal(decodeURIComponent(address.pathname), '/1smart.link:sol@example.test')
  t.strictSame(Object.fromEntries(address.searchParams), {
    issuer: '1smart.link',
    secret: one.reveal(),
    algorithm: 'SHA1',
    digits: '6',
    period: '30',
  })
})
