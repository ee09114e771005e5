import t from 'tap'
import { SignInStaff } from '../../../src/admin/users/sign-in-staff.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { aSession, aUser, minutesLater } from '../../support/examples.ts'
import { openFakes } from '../../support/fakes/open.ts'

function scene() {
  const fakes = openFakes()
  const user = aUser({ email: 'sol@example.test', role: 'admin' })
  fakes.users.add(user, { subscription: null, password: 'correct horse' })
  const signIn = new SignInStaff(fakes)
  const startSignIn = async (email = user.email, password = 'correct horse') =>
    signIn.execute({ email, password: new Secret(password), device: 'Firefox on Windows', deviceToken: null })
  return { ...fakes, user, startSignIn }
}

t.test('S-46 staff with the right password get a session for the second step only', async t => {
  const { startSignIn, sessions, user, clock } = scene()
  const seller = aSession({ userId: user.id })
  await sessions.open(seller)

  const { session } = await startSignIn()

  t.has(session, {
    userId: user.id,
    kind: 'staff_pending_second_factor',
    device: 'Firefox on Windows',
    verifiedAt: null,
    expiresAt: minutesLater(5),
  })
  t.ok(await sessions.find(seller.id, clock.now()), 'the seller session continues')
})

t.test('S-46 unknown, wrong and non-staff sign-ins are rejected alike, with one comparison each', async t => {
  const { startSignIn, users, passwords } = scene()
  for (const role of ['seller', 'manager'] as const)
    users.add(aUser({ email: `${role}@example.test`, role }), { subscription: null, password: 'right' })
  const tries = [
    ['sol@example.test', 'wrong'],
    ['nobody@example.test', 'right'],
    ['seller@example.test', 'right'],
    ['manager@example.test', 'right'],
  ] as const
  for (const [email, password] of tries)
    await t.rejects(startSignIn(email, password), { code: 'invalid_credentials' }, email)
  t.equal(passwords.compared.length, tries.length)
})

t.test('S-46 a password that is changed during the comparison does not sign staff in', async t => {
  const { startSignIn, users, sessions, user, clock } = scene()
  users.meanwhile = async () => users.storedPasswords.save(user.id, new Secret('another hash'))

  await t.rejects(startSignIn(), { code: 'invalid_credentials' })
  t.strictSame(await sessions.activeByUser(user.id, clock.now()), [])
})
