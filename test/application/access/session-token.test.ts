import t from 'tap'
import { createSessionCredentials, sessionIdOf } from '../../../src/application/access/session-token.ts'

t.test('S-01 a session token has 256 random bits, and the stored id is part of its hash', t => {
  const { id, token } = createSessionCredentials()
  t.equal(Buffer.from(token.reveal(), 'base64url').length, 32)
  t.equal(sessionIdOf(token.reveal()), id)
  t.not(createSessionCredentials().token.reveal(), token.reveal())
  // The first half of SHA-256('abc') (FIPS 180-2, B.1).
  t.equal(sessionIdOf('abc'), 'ba7816bf-8f01-cfea-4141-40de5dae2223')
  t.end()
})
