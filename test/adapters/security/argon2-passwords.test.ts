import t from 'tap'
import { Argon2Passwords, maxWaiting } from '../../../src/adapters/security/argon2-passwords.ts'
import { Secret } from '../../../src/domain/secret.ts'

const passwords = new Argon2Passwords()

t.test('S-01 a password is stored as a salted Argon2id hash', async t => {
  const [one, other] = await Promise.all([1, 2].map(() => passwords.hash(new Secret('a quiet river'))))
  // OWASP's first choice for Argon2id.
  t.match(one?.reveal(), /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  t.not(one?.reveal(), other?.reveal())
  t.ok(await passwords.matches(new Secret('a quiet river'), one ?? null))
  t.notOk(await passwords.matches(new Secret('a quiet riveR'), one ?? null))
  t.notOk(await passwords.matches(new Secret('a quiet river'), null))
  t.notOk(
    await passwords.matches(new Secret('no user has this password'), null),
    'the dummy password is not accepted either',
  )
})

t.test('S-01 every character of a long password counts, also its case and its outer spaces', async t => {
  const long = `${'a quiet river '.repeat(70)}Ends`
  const hash = await passwords.hash(new Secret(long))
  t.ok(await passwords.matches(new Secret(long), hash))
  for (const other of [long.slice(0, -1), long.toLowerCase(), ` ${long}`, `${long} `, long.slice(0, 72)])
    t.notOk(await passwords.matches(new Secret(other), hash), `${other.length} characters`)
})

t.test('S-01 composed and decomposed letters give the same password', async t => {
  const hash = await passwords.hash(new Secret('caf\u00e9 au lait!'))
  t.ok(await passwords.matches(new Secret('cafe\u0301 au lait!'), hash))
})

t.test('S-01 a flood of passwords is rejected at once and does not delay the next sign-in', async t => {
  const hash = await passwords.hash(new Secret('a quiet river'))
  const flood = Array.from({ length: 150 }, () => passwords.matches(new Secret('a quiet river'), hash))
  const outcomes = await Promise.allSettled(flood)

  const rejected = outcomes.flatMap(result => (result.status === 'rejected' ? [result.reason.code] : []))
  t.strictSame(rejected, Array(150 - 2 - maxWaiting).fill('password_checks_busy'))
  t.ok(await passwords.matches(new Secret('a quiet river'), hash), 'the queue is empty again')
})
