import t from 'tap'
import { BeginAuthorisation, CompleteAuthorisation } from '../../../src/application/connection/index.ts'
import { hours, minutes } from '../../../src/domain/calendar.ts'
import type { SessionId } from '../../../src/domain/identifiers.ts'
import { anId, aPerson, aSubscription } from '../../support/examples.ts'
import { openFakes } from '../../support/fakes/open.ts'

t.test('S-13 the hour counts to the millisecond from saving the pending connection', async t => {
  const fakes = openFakes()
  const { people, login, pendings, clock } = fakes
  const person = aPerson()
  people.add(person, { subscription: aSubscription() })
  const by = { personId: person.id, sessionId: anId<SessionId>() }
  const { url } = await new BeginAuthorisation(fakes).run({ ...by, region: 'na', renews: null })
  clock.advance(minutes(20))
  const saved = clock.now().getTime()

  await new CompleteAuthorisation(fakes).run(by, { ...login.consent(url), error: '', description: '' })

  // As numbers: t.match treats any two dates as equal.
  const pending = await pendings.of(person.id)
  t.equal(pending?.savedAt.getTime(), saved)
  t.equal(pending?.expiresAt.getTime(), saved + hours(1))
})
