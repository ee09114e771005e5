import t from 'tap'
import { createAccessLink } from '../../../src/domain/access/access-link.ts'
import { assertPasswordAllowed, passwordProblem } from '../../../src/domain/access/password.ts'
import type { UserId } from '../../../src/domain/identifiers.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { anId, hoursLater, minutesLater, noon } from '../../support/examples.ts'

const owner = { name: 'Noor El Amin', email: 'sam.seller@example.test' }
const common = ['123456', 'password', 'dragon', 'letmein']
const rankOf = (text: string) => common.indexOf(text) + 1 || null
const problemOf = (text: string) => passwordProblem(new Secret(text), owner, rankOf)

t.test('S-01 a password needs at least twelve characters of any kind', async t => {
  t.equal(problemOf('elevenchars'), 'too_short')
  t.equal(problemOf('twelve chars'), null)
  t.equal(problemOf('пароль город'), null)
  t.equal(problemOf('🦊🐻🐼🐨🐯🦁🐮🐷🐸🐵🐔'), 'too_short', 'characters are counted as graphemes')
  t.equal(problemOf('🦊🐻🐼🐨🐯🦁🐮🐷🐸🐵🐔🐧'), null)
  t.equal(problemOf('a long walk home '.repeat(61).slice(0, 1024)), null)
  t.equal(problemOf('a long walk home '.repeat(61).slice(0, 1025)), 'too_long')
})

t.test('S-01 a common password and its simple variants are rejected', async t => {
  const variants = [
    'password2026',
    'PassWord!!!1',
    'ｐａｓｓｗｏｒｄ－１２３４',
    'p4$$w0rd_2026',
    'passwordpassword',
    'dragon letmein',
    '2026dragon!!',
    '123456123456',
    'abcdefghijkl',
    '987654321098',
    'aaaaaaaaaaaa',
    '121212121212',
    'xkdxkdxkdxkd',
  ]
  for (const text of variants) t.equal(problemOf(text), 'too_common', text)
  for (const text of ['twelvechars.', 'a dragon met my aunt', '837462910573'])
    t.equal(problemOf(text), null, `${text}: no character classes are required`)
})

t.test('S-01 a password made of the user’s name or email or of our name is rejected', async t => {
  t.equal(problemOf('Sam.Seller@Example.test'), 'own_address')
  t.equal(problemOf(' sam.seller@example.test '), 'own_address', 'surrounding spaces are ignored')
  for (const text of [
    'noorelamin2026',
    'Seller!Sam!Noor!',
    '1smart.link123',
    '1$martL1nk-noor',
    'samseller-example',
  ])
    t.equal(problemOf(text), 'own_name', text)
  t.equal(problemOf('noor climbs a wet roof'), null)
})

t.test('S-01 a long hostile password takes no more work than a usual one', async t => {
  let lookups = 0
  const countLookups = () => {
    lookups += 1
    return null
  }
  passwordProblem(new Secret('4@8({[<369&#!1/|0$5+7%2'.repeat(50).slice(0, 1024)), owner, countLookups)
  t.ok(lookups < 6000, `${lookups} lookups`)
})

t.test('S-01 a rejected password is reported with the reason', async t => {
  t.throws(() => assertPasswordAllowed(new Secret('short'), owner, rankOf), {
    code: 'password_not_allowed',
    problem: 'too_short',
  })
})

t.test('S-01 an invitation is valid for seven days and a password reset link for 30 minutes', async t => {
  const userId = anId<UserId>()
  t.strictSame(createAccessLink(userId, 'invitation', noon).expiresAt, hoursLater(7 * 24))
  t.strictSame(createAccessLink(userId, 'reset', noon).expiresAt, minutesLater(30))
})
