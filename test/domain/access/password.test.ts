import t from 'tap'
import { createAccessLink } from '../../../src/domain/access/access-link.ts'
import { assertPasswordAllowed, passwordProblem } from '../../../src/domain/access/password.ts'
import type { UserId } from '../../../src/domain/identifiers.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { anId, hoursLater, minutesLater, noon } from '../../support/examples.ts'

const problemOf = (text: string) => passwordProblem(new Secret(text), 'sam.seller@example.test')

t.test('S-01 a password needs at least twelve characters of any kind', async t => {
  t.equal(problemOf('elevenchars'), 'too_short')
  t.equal(problemOf('twelve chars'), null)
  t.equal(problemOf('пароль город'), null)
  t.equal(problemOf('🦊🐻🐼🐨🐯🦁🐮🐷🐸🐵🐔'), 'too_short', 'characters are counted as graphemes')
  t.equal(problemOf('🦊🐻🐼🐨🐯🦁🐮🐷🐸🐵🐔🐧'), null)
  t.equal(problemOf('abcd'.repeat(256)), null)
  t.equal(problemOf(`${'abcd'.repeat(256)}e`), 'too_long')
})

t.test('S-01 a common password or the user’s own email is rejected as a password', async t => {
  for (const text of ['password1234', 'Password1234', 'qwertyuiop123', 'aaaaaaaaaaaa', '121212121212'])
    t.equal(problemOf(text), 'too_common', text)
  t.equal(problemOf('Sam.Seller@Example.test'), 'own_address')
  t.equal(problemOf(' sam.seller@example.test '), 'own_address', 'surrounding spaces are ignored')
  t.equal(problemOf('password1235'), null, 'no character classes are required')
})

t.test('S-01 a rejected password is reported with the reason', async t => {
  t.throws(() => assertPasswordAllowed(new Secret('short'), 'a@b.c'), {
    code: 'password_not_allowed',
    problem: 'too_short',
  })
})

t.test('S-01 an invitation is valid for seven days and a password reset link for 30 minutes', async t => {
  const userId = anId<UserId>()
  t.strictSame(createAccessLink(userId, 'invitation', noon).expiresAt, hoursLater(7 * 24))
  t.strictSame(createAccessLink(userId, 'reset', noon).expiresAt, minutesLater(30))
})
