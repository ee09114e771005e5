import t from 'tap'
import { SignIn } from '../../../src/application/access/sign-in.ts'
import { hours } from '../../../src/domain/calendar.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { aSubscription, aUser } from '../../support/examples.ts'
import { openFakes } from '../../support/fakes/open.ts'

t.test('S-01 a password is valid until the user changes it', async t => {
  const fakes = openFakes()
  const user = aUser({ email: 'sam@example.test' })
  fakes.users.add(user, { subscription: aSubscription(), password: 'correct horse' })
  fakes.clock.advance(hours(24 * 365 * 10))

  const { session } = await new SignIn(fakes).execute({
    email: 'sam@example.test',
    password: new Secret('correct horse'),
    device: 'Firefox on Windows',
    deviceToken: null,
  })

  t.equal(session.userId, user.id)
})
