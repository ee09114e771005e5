import t from 'tap'
import { RemoveSecondFactor, SignInStaff, VerifySecondFactor } from '../../../src/application/access/index.ts'
import type { Role } from '../../../src/domain/access/user.ts'
import { hours, minutes } from '../../../src/domain/calendar.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { aSession, aUser } from '../../support/examples.ts'
import { openAccessFakes } from '../../support/fakes/open.ts'
import { stepAt } from '../../support/fakes/second-factors.ts'

const device = 'Firefox on Windows'

function scene(role: Role = 'support') {
  const fakes = openAccessFakes()
  const user = aUser({ email: 'sol@example.test', role })
  fakes.users.add(user, { subscription: null, password: 'correct horse' })
  const signIn = new SignInStaff(fakes)
  const step = new VerifySecondFactor(fakes)
  const enter = (email = user.email, password = 'correct horse') =>
    signIn.execute({ email, password: new Secret(password), device })
  const code = async (drift = 0) => {
    const factor = await fakes.factors.of(user.id)
    if (!factor) throw new Error('there is no second factor')
    return fakes.codes.code(factor.secret, stepAt(fakes.clock.now()) + drift)
  }
  return {
    ...fakes,
    user,
    enter,
    step,
    code,
    /** Sets up a second factor and passes the password step of the next sign-in. */
    async enrolled() {
      const { recoveryCodes } = await step.execute(await enter(), { code: await code(), device })
      fakes.clock.advance(minutes(2))
      return { half: await enter(), recoveryCodes: (recoveryCodes ?? []).map(each => each.reveal()) }
    },
  }
}

t.test('S-46 the first staff sign-in sets up a second factor and shows ten recovery codes', async t => {
  const { enter, step, user, code, sessions, clock } = scene()
  const half = await enter()
  t.equal(half.kind, 'staff_pending_second_factor')
  const prompt = await step.prompt(half)
  if (prompt.step !== 'enrol') throw new Error('it does not ask to enrol')
  t.equal(prompt.secret.reveal(), 'secret 1')
  t.match(prompt.enrolmentUri.reveal(), 'sol@example.test')

  const { session, recoveryCodes } = await step.execute(half, { code: await code(), device })

  t.has(session, { kind: 'staff', userId: user.id, device })
  t.not(session.id, half.id)
  t.strictSame(await sessions.find(session.id, clock.now()), { session, user })
  t.equal(await sessions.find(half.id, clock.now()), null, 'the pending session has ended')
  t.equal(new Set((recoveryCodes ?? []).map(each => each.reveal())).size, 10)
})

t.test('S-46 an unconfirmed secret is replaced at the next sign-in, a confirmed one stays', async t => {
  const { enter, step, user, factors, enrolled } = scene()
  const early = await enter()
  await enter()
  t.match((await factors.of(user.id))?.secret.reveal(), 'secret 2')
  await t.rejects(step.prompt(early), { code: 'invalid_credentials' }, 'only the latest sign-in can see it')
  const { half } = await enrolled()
  t.match((await factors.of(user.id))?.secret.reveal(), 'secret 3')
  t.strictSame(await step.prompt(half), { step: 'enter' })
})

t.test('S-46 setting up a second factor keeps the seller session', async t => {
  const { enter, sessions, user, clock } = scene('admin')
  const seller = aSession({ userId: user.id })
  await sessions.open(seller)

  await enter()

  t.ok(await sessions.find(seller.id, clock.now()))
})

t.test('S-46 a one-time code is accepted with any spacing', async t => {
  const { enrolled, step, code } = scene()
  const { half } = await enrolled()
  const typed = [...(await code())].join(' ')

  t.match(await step.execute(half, { code: ` ${typed} `, device }), { session: { kind: 'staff' } })
})

t.test('S-46 a later sign-in asks for a code and shows no secret', async t => {
  const { enrolled, step, code } = scene('admin')
  const { half } = await enrolled()
  const { session, recoveryCodes } = await step.execute(half, { code: await code(), device })

  t.equal(session.kind, 'staff')
  t.equal(recoveryCodes, null)
})

t.test('S-46 unknown, wrong and non-staff sign-ins are rejected alike, with one comparison each', async t => {
  const { enter, users, passwords } = scene()
  for (const role of ['seller', 'manager'] as const)
    users.add(aUser({ email: `${role}@example.test`, role }), { subscription: null, password: 'right' })
  const tries = [
    ['sol@example.test', 'wrong'],
    ['nobody@example.test', 'right'],
    ['seller@example.test', 'right'],
    ['manager@example.test', 'right'],
  ] as const
  for (const [email, password] of tries)
    await t.rejects(enter(email, password), { code: 'invalid_credentials' }, email)
  t.equal(passwords.compared.length, tries.length)
})

t.test('S-46 a password that is changed during the comparison does not sign staff in', async t => {
  const { enter, users, sessions, user, clock } = scene()
  users.meanwhile = async () => users.savePassword(user.id, new Secret('another hash'))

  await t.rejects(enter(), { code: 'invalid_credentials' })
  t.strictSame(await sessions.activeByUser(user.id, clock.now()), [])
})

t.test('S-46 a second factor in setup is shown only to the latest sign-in', async t => {
  const { enter, sessions, user, clock } = scene()
  await enter()
  const last = await enter()

  t.strictSame(
    (await sessions.activeByUser(user.id, clock.now())).map(({ id }) => id),
    [last.id],
  )
})

t.test('S-46 a code is accepted once, within one time step', async t => {
  for (const drift of [-1, 0, 1]) {
    const { enrolled, enter, step, code } = scene()
    const { half } = await enrolled()
    const typed = { code: await code(drift), device }
    await step.execute(half, typed)
    await t.rejects(
      step.execute(await enter(), typed),
      { code: 'invalid_code' },
      `drift ${drift}, already used`,
    )
  }
  for (const drift of [-2, 2]) {
    const { enrolled, step, code } = scene()
    const { half } = await enrolled()
    await t.rejects(
      step.execute(half, { code: await code(drift), device }),
      { code: 'invalid_code' },
      `${drift}`,
    )
  }
})

t.test('S-46 an accepted code invalidates the earlier ones', async t => {
  const { enrolled, enter, step, code } = scene()
  const { half } = await enrolled()
  const earlier = await code(-1)
  await step.execute(half, { code: await code(), device })
  await t.rejects(step.execute(await enter(), { code: earlier, device }), { code: 'invalid_code' })
})

t.test('S-46 only one of two concurrent uses of a code is accepted', async t => {
  const { enrolled, enter, step, code } = scene()
  const { half } = await enrolled()
  const typed = { code: await code(), device }
  const ends = await Promise.allSettled([step.execute(half, typed), step.execute(await enter(), typed)])
  t.strictSame(ends.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
})

t.test('S-46 five wrong codes end all pending staff sessions and lock the second factor', async t => {
  const { enrolled, enter, step, code, clock } = scene()
  const { half } = await enrolled()
  const other = await enter()
  for (const each of [half, other, half, other])
    await t.rejects(step.execute(each, { code: '000000', device }), { code: 'invalid_code' })
  await t.rejects(step.execute(half, { code: '000000', device }), { code: 'second_factor_locked' })

  const right = async () => ({ code: await code(), device })
  await t.rejects(
    step.execute(other, await right()),
    { code: 'invalid_credentials' },
    'the other pending session has ended too',
  )
  clock.advance(minutes(14))
  await t.rejects(
    step.execute(await enter(), await right()),
    { code: 'second_factor_locked' },
    'correct during the lock',
  )
  clock.advance(minutes(1))
  t.ok(await step.execute(await enter(), await right()))
})

t.test('S-46 a recovery code works once and not while the second factor is locked', async t => {
  const { enrolled, enter, step } = scene()
  const { half, recoveryCodes } = await enrolled()
  const [first = '', second = ''] = recoveryCodes
  t.equal((await step.execute(half, { code: first.toUpperCase(), device })).recoveryCodes, null)
  await t.rejects(step.execute(await enter(), { code: first, device }), { code: 'invalid_code' })

  const last = await enter()
  for (let wrong = 0; wrong < 3; wrong += 1)
    await t.rejects(step.execute(last, { code: '000000', device }), { code: 'invalid_code' })
  await t.rejects(step.execute(last, { code: '000000', device }), { code: 'second_factor_locked' })
  await t.rejects(step.execute(await enter(), { code: second, device }), { code: 'second_factor_locked' })
})

t.test('S-46 a pending staff session lasts five minutes, works once and needs a staff role', async t => {
  const { enter, step, code, clock, sessions, users, user } = scene()
  const late = await enter()
  clock.advance(minutes(5))
  await t.rejects(step.execute(late, { code: await code(), device }), { code: 'invalid_credentials' })

  const half = await enter()
  users.add({ ...user, role: 'seller' }, { subscription: null })
  await t.rejects(step.execute(half, { code: await code(), device }), { code: 'invalid_credentials' })
  t.strictSame(
    (await sessions.activeByUser(user.id, clock.now())).filter(({ kind }) => kind === 'staff'),
    [],
  )
})

t.test('S-46 removing a second factor ends its sessions, and the next sign-in sets up a new one', async t => {
  const { enrolled, step, code, sessions, user, clock, ...fakes } = scene()
  const remove = new RemoveSecondFactor({ sessions, clock, ...fakes })
  const { half } = await enrolled()
  await step.execute(half, { code: await code(), device })

  t.equal(await remove.execute({ email: user.email }), 'removed')
  t.strictSame(await sessions.activeByUser(user.id, clock.now()), [])
  t.equal(await remove.execute({ email: user.email }), 'had_none')
  t.equal(await remove.execute({ email: 'nobody@example.test' }), 'nobody')
  clock.advance(hours(1))
  t.equal((await step.prompt(await fakes.enter())).step, 'enrol')
})
