import t from 'tap'
import { makeLink } from '../../../src/domain/access/access-link.ts'
import { demandGoodPassword, faultOf } from '../../../src/domain/access/password.ts'
import type { PersonId } from '../../../src/domain/identifiers.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { anId, hoursLater, minutesLater, noon } from '../../support/examples.ts'

const fault = (text: string) => faultOf(new Secret(text), 'sam.seller@example.test')

t.test('S-01 a password has twelve characters, and may have any', async t => {
  t.equal(fault('elevenchars'), 'too_short')
  t.equal(fault('twelve chars'), null)
  t.equal(fault('пароль город'), null)
  t.equal(fault('🦊🐻🐼🐨🐯🦁🐮🐷🐸🐵🐔'), 'too_short', 'counted as people count them')
  t.equal(fault('🦊🐻🐼🐨🐯🦁🐮🐷🐸🐵🐔🐧'), null)
  t.equal(fault('abcd'.repeat(256)), null)
  t.equal(fault(`${'abcd'.repeat(256)}e`), 'too_long')
})

t.test('S-01 what everybody tries first is no password', async t => {
  for (const text of ['password1234', 'Password1234', 'qwertyuiop123', 'aaaaaaaaaaaa', '121212121212'])
    t.equal(fault(text), 'too_common', text)
  t.equal(fault('Sam.Seller@Example.test'), 'own_address')
  t.equal(fault(' sam.seller@example.test '), 'own_address', 'blanks around it hide nothing')
  t.equal(fault('password1235'), null, 'there are no rules of which characters')
})

t.test('S-01 a password that may not be chosen is refused with the reason', async t => {
  t.throws(() => demandGoodPassword(new Secret('short'), 'a@b.c'), {
    code: 'password_refused',
    fault: 'too_short',
  })
})

t.test('S-01 an invitation is good for seven days, a link for another password for half an hour', async t => {
  const personId = anId<PersonId>()
  t.strictSame(makeLink(personId, 'invitation', noon).expiresAt, hoursLater(7 * 24))
  t.strictSame(makeLink(personId, 'reset', noon).expiresAt, minutesLater(30))
})
