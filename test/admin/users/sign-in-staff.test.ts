import t from 'tap'
import { RemoveSecondFactor } from '../../../src/admin/users/remove-second-factor.ts'
import { SignInStaff } from '../../../src/admin/users/sign-in-staff.ts'
import { VerifySecondFactor } from '../../../src/admin/users/verify-second-factor.ts'
import type { Role } from '../../../src/domain/access/user.ts'
import { hours, minutes } from '../../../src/domain/calendar.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { aSession, aUser } from '../../support/examples.ts'
import { stepAt } from '../../support/fakes/access/second-factors.ts'
import { openFakes } from '../../support/fakes/open.ts'

const browser = { device: 'Firefox on Windows', deviceToken: null }

function scene(role: Role = 'support') {
  const fakes = openFakes()
  const user = aUser({ email: 'sol@example.test', role })
  fakes.users.add(user, { subscription: null, password: 'correct horse' })
  const signIn = new SignInStaff(fakes)
  const secondFactor = new VerifySecondFactor(fakes)
  const startSignIn = async (email = user.email, password = 'correct horse') =>
    (await signIn.execute({ email, password: new Secret(password), ...browser })).session
  const code = async (drift = 0) => {
    const factor = await fakes.factors.of(user.id)
    if (!factor) throw new Error('there is no second factor')
    return fakes.codes.code(factor.secret, stepAt(fakes.clock.now()) + drift)
  }
  return {
    ...fakes,
    user,
    startSignIn,
    secondFactor,
    code,
    /** Sets up a second factor and passes the password step of the next sign-in. */
    async enrol() {
      const { recoveryCodes } = await secondFactor.execute(await startSignIn(), {
        code: await code(),
        ...browser,
      })
      fakes.clock.advance(minutes(2))
      return {
        pendingSession: await startSignIn(),
        recoveryCodes: (recoveryCodes ?? []).map(each => each.reveal()),
      }
    },
  }
}

t.test('S-46 the first staff sign-in sets up a second factor and shows ten recovery codes', async t => {
  const { startSignIn, secondFactor, user, code, sessions, clock } = scene()
  const pendingSession = await startSignIn()
  t.equal(pendingSession.kind, 'staff_pending_second_factor')
  const prompt = await secondFactor.prompt(pendingSession)
  if (prompt.step !== 'enrol') throw new Error('the prompt does not ask to enrol')
  t.equal(prompt.secret.reveal(), 'secret 1')
  t.match(prompt.enrolmentUri.reveal(), 'sol@example.test')

  const { session, recoveryCodes } = await secondFactor.execute(pendingSession, {
    code: await code(),
    ...browser,
  })

  t.has(session, { kind: 'staff', userId: user.id, ...browser })
  t.not(session.id, pendingSession.id)
  t.strictSame(await sessions.find(session.id, clock.now()), { session, user })
  t.equal(await sessions.find(pendingSession.id, clock.now()), null, 'the pending session has ended')
  t.equal(new Set((recoveryCodes ?? []).map(each => each.reveal())).size, 10)
})

t.test('S-46 an unconfirmed secret is replaced at the next sign-in, a confirmed one stays', async t => {
  const { startSignIn, secondFactor, user, factors, enrol } = scene()
  const early = await startSignIn()
  await startSignIn()
  t.match((await factors.of(user.id))?.secret.reveal(), 'secret 2')
  await t.rejects(
    secondFactor.prompt(early),
    { code: 'invalid_credentials' },
    'only the latest sign-in can see it',
  )
  const { pendingSession } = await enrol()
  t.match((await factors.of(user.id))?.secret.reveal(), 'secret 3')
  t.strictSame(await secondFactor.prompt(pendingSession), { step: 'enter' })
})

t.test('S-46 setting up a second factor keeps the seller session', async t => {
  const { startSignIn, sessions, user, clock } = scene('admin')
  const seller = aSession({ userId: user.id })
  await sessions.open(seller)

  await startSignIn()

  t.ok(await sessions.find(seller.id, clock.now()))
})

t.test('S-46 a one-time code is accepted with any spacing', async t => {
  const { enrol, secondFactor, code } = scene()
  const { pendingSession } = await enrol()
  const typed = [...(await code())].join(' ')

  t.match(await secondFactor.execute(pendingSession, { code: ` ${typed} `, ...browser }), {
    session: { kind: 'staff' },
  })
})

t.test('S-46 a later sign-in asks for a code and shows no secret', async t => {
  const { enrol, secondFactor, code } = scene('admin')
  const { pendingSession } = await enrol()
  const { session, recoveryCodes } = await secondFactor.execute(pendingSession, {
    code: await code(),
    ...browser,
  })

  t.equal(session.kind, 'staff')
  t.equal(recoveryCodes, null)
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

t.test('S-46 a second factor in setup is shown only to the latest sign-in', async t => {
  const { startSignIn, sessions, user, clock } = scene()
  await startSignIn()
  const last = await startSignIn()

  t.strictSame(
    (await sessions.activeByUser(user.id, clock.now())).map(({ id }) => id),
    [last.id],
  )
})

t.test('S-46 a code is accepted once, within one time step', async t => {
  for (const drift of [-1, 0, 1]) {
    const { enrol, startSignIn, secondFactor, code } = scene()
    const { pendingSession } = await enrol()
    const typed = { code: await code(drift), ...browser }
    await secondFactor.execute(pendingSession, typed)
    await t.rejects(
      secondFactor.execute(await startSignIn(), typed),
      { code: 'invalid_code' },
      `drift ${drift}, already used`,
    )
  }
  for (const drift of [-2, 2]) {
    const { enrol, secondFactor, code } = scene()
    const { pendingSession } = await enrol()
    await t.rejects(
      secondFactor.execute(pendingSession, { code: await code(drift), ...browser }),
      { code: 'invalid_code' },
      `${drift}`,
    )
  }
})

t.test('S-46 an accepted code invalidates the earlier ones', async t => {
  const { enrol, startSignIn, secondFactor, code } = scene()
  const { pendingSession } = await enrol()
  const earlier = await code(-1)
  await secondFactor.execute(pendingSession, { code: await code(), ...browser })
  await t.rejects(secondFactor.execute(await startSignIn(), { code: earlier, ...browser }), {
    code: 'invalid_code',
  })
})

t.test('S-46 only one of two concurrent uses of a code is accepted', async t => {
  const { enrol, startSignIn, secondFactor, code } = scene()
  const { pendingSession } = await enrol()
  const typed = { code: await code(), ...browser }
  const results = await Promise.allSettled([
    secondFactor.execute(pendingSession, typed),
    secondFactor.execute(await startSignIn(), typed),
  ])
  t.strictSame(results.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
})

t.test('S-46 five wrong codes end all pending staff sessions and lock the second factor', async t => {
  const { enrol, startSignIn, secondFactor, code, clock } = scene()
  const { pendingSession } = await enrol()
  const other = await startSignIn()
  for (const each of [pendingSession, other, pendingSession, other])
    await t.rejects(secondFactor.execute(each, { code: '000000', ...browser }), { code: 'invalid_code' })
  await t.rejects(secondFactor.execute(pendingSession, { code: '000000', ...browser }), {
    code: 'second_factor_locked',
  })

  const validInput = async () => ({ code: await code(), ...browser })
  await t.rejects(
    secondFactor.execute(other, await validInput()),
    { code: 'invalid_credentials' },
    'the other pending session has ended too',
  )
  clock.advance(minutes(14))
  await t.rejects(
    secondFactor.execute(await startSignIn(), await validInput()),
    { code: 'second_factor_locked' },
    'even a correct code during the lock',
  )
  clock.advance(minutes(1))
  t.ok(await secondFactor.execute(await startSignIn(), await validInput()))
})

t.test('S-46 a recovery code works once and not while the second factor is locked', async t => {
  const { enrol, startSignIn, secondFactor } = scene()
  const { pendingSession, recoveryCodes } = await enrol()
  const [first = '', second = ''] = recoveryCodes
  t.equal(
    (await secondFactor.execute(pendingSession, { code: first.toUpperCase(), ...browser })).recoveryCodes,
    null,
  )
  await t.rejects(secondFactor.execute(await startSignIn(), { code: first, ...browser }), {
    code: 'invalid_code',
  })

  const last = await startSignIn()
  for (let wrong = 0; wrong < 3; wrong += 1)
    await t.rejects(secondFactor.execute(last, { code: '000000', ...browser }), { code: 'invalid_code' })
  await t.rejects(secondFactor.execute(last, { code: '000000', ...browser }), {
    code: 'second_factor_locked',
  })
  await t.rejects(secondFactor.execute(await startSignIn(), { code: second, ...browser }), {
    code: 'second_factor_locked',
  })
})

t.test('S-46 a pending staff session lasts five minutes, works once and needs a staff role', async t => {
  const { startSignIn, secondFactor, code, clock, sessions, users, user } = scene()
  const late = await startSignIn()
  clock.advance(minutes(5))
  await t.rejects(secondFactor.execute(late, { code: await code(), ...browser }), {
    code: 'invalid_credentials',
  })

  const pendingSession = await startSignIn()
  users.add({ ...user, role: 'seller' }, { subscription: null })
  await t.rejects(secondFactor.execute(pendingSession, { code: await code(), ...browser }), {
    code: 'invalid_credentials',
  })
  t.strictSame(
    (await sessions.activeByUser(user.id, clock.now())).filter(({ kind }) => kind === 'staff'),
    [],
  )
})

t.test('S-46 removing a second factor ends its sessions, and the next sign-in sets up a new one', async t => {
  const { enrol, secondFactor, code, sessions, user, clock, ...fakes } = scene()
  const remove = new RemoveSecondFactor({ sessions, clock, ...fakes })
  const { pendingSession } = await enrol()
  await secondFactor.execute(pendingSession, { code: await code(), ...browser })

  t.equal(await remove.execute({ email: user.email }), 'removed')
  t.strictSame(await sessions.activeByUser(user.id, clock.now()), [])
  t.equal(await remove.execute({ email: user.email }), 'had_none')
  t.equal(await remove.execute({ email: 'nobody@example.test' }), 'user_not_found')
  clock.advance(hours(1))
  t.equal((await secondFactor.prompt(await fakes.startSignIn())).step, 'enrol')
})
