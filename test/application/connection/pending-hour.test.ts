import t from 'tap'
import { CompleteAuthorisation } from '../../../src/application/connection/authorisation/complete-authorisation.ts'
import { StartAuthorisation } from '../../../src/application/connection/authorisation/start-authorisation.ts'
import { hours, minutes } from '../../../src/domain/calendar.ts'
import type { SessionId } from '../../../src/domain/identifiers.ts'
import { anId, aSubscription, aUser } from '../../support/examples.ts'
import { openFakes } from '../../support/fakes/open.ts'

t.test('S-13 a pending connection expires exactly one hour after it was saved', async t => {
  const fakes = openFakes()
  const { users, login, pendingConnections, clock } = fakes
  const user = aUser()
  users.add(user, { subscription: aSubscription() })
  const by = { userId: user.id, sessionId: anId<SessionId>() }
  const { url } = await new StartAuthorisation(fakes).execute({
    ...by,
    region: 'na',
    reauthorisedConnectionId: null,
  })
  clock.advance(minutes(20))
  const savedAt = clock.now().getTime()

  await new CompleteAuthorisation(fakes).execute(by, { ...login.consent(url), error: '', description: '' })

  // As numbers: t.match treats any two dates as equal.
  const pending = await pendingConnections.findByUser(user.id)
  t.equal(pending?.savedAt.getTime(), savedAt)
  t.equal(pending?.expiresAt.getTime(), savedAt + hours(1))
})
