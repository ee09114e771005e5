import t from 'tap'
import { parseNewUser } from '../../../src/domain/access/new-user.ts'

const nia = { name: 'Nia New', email: 'nia@example.test' }

t.test('S-43 a new user’s name is stored on one line and their email in lower case', async t => {
  const typed = { name: ' Nia\r\n\u202eNew ', email: ' Nia@Example.test ' }
  t.strictSame(parseNewUser(typed), nia)
  t.strictSame(parseNewUser({ ...nia, name: 'ليلى' }), { ...nia, name: 'ليلى' })
  t.strictSame(parseNewUser({ ...nia, name: 'x'.repeat(100) }).name.length, 100)
})

t.test('S-43 inviting a user fails without a name or a valid email address', async t => {
  for (const [overrides, problem] of [
    [{ name: ' \u0000 ' }, 'no_name'],
    [{ name: '\u200b\u3164' }, 'no_name'],
    [{ name: 'x'.repeat(101) }, 'long_name'],
    [{ email: '' }, 'no_address'],
    [{ email: 'nia' }, 'no_address'],
    [{ email: '@example.test' }, 'no_address'],
    [{ email: 'nia@' }, 'no_address'],
    [{ email: 'nia@one@two.test' }, 'no_address'],
    [{ email: 'nia @example.test' }, 'no_address'],
    [{ email: 'nia\u0000@example.test' }, 'no_address'],
    [{ email: 'nia\u200b@example.test' }, 'no_address'],
    [{ email: `${'x'.repeat(320)}@example.test` }, 'no_address'],
  ] as const)
    t.throws(
      () => parseNewUser({ ...nia, ...overrides }),
      { code: 'invalid_new_user', problem },
      JSON.stringify(overrides),
    )
})
