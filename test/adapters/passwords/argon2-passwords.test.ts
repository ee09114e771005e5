import t from 'tap'
import { Argon2Passwords } from '../../../src/adapters/passwords/argon2-passwords.ts'
import { Secret } from '../../../src/domain/secret.ts'

const passwords = new Argon2Passwords()

t.test('S-01 a password is kept as Argon2id, salted', async t => {
  const [one, other] = await Promise.all([1, 2].map(() => passwords.hash(new Secret('a quiet river'))))
  t.match(one?.reveal(), /^\$argon2id\$v=19\$m=\d{5},/)
  t.not(one?.reveal(), other?.reveal())
  t.ok(await passwords.matches(new Secret('a quiet river'), one ?? null))
  t.notOk(await passwords.matches(new Secret('a quiet riveR'), one ?? null))
  t.notOk(await passwords.matches(new Secret('a quiet river'), null))
  t.notOk(
    await passwords.matches(new Secret('nobody has this password'), null),
    'not even what is compared then',
  )
})

t.test('S-01 a letter is the same on every keyboard', async t => {
  const hash = await passwords.hash(new Secret('caf\u00e9 au lait!'))
  t.ok(await passwords.matches(new Secret('cafe\u0301 au lait!'), hash))
})
