import { randomUUID } from 'node:crypto'
import t from 'tap'
import {
  ChooseProfile,
  CompleteAuthorisation,
  OfferProfiles,
} from '../../src/application/connection/index.ts'
import { PendingConnections } from '../../src/application/connection/ports.ts'
import { savePending } from '../../src/domain/connection/pending-connection.ts'
import type { AttemptId, PendingConnectionId, ProfileId, SessionId } from '../../src/domain/identifiers.ts'
import { reportCatalogue } from '../../src/domain/ingestion/catalogue.ts'
import { Refusal } from '../../src/domain/refusal.ts'
import { Secret } from '../../src/domain/secret.ts'
import { startTestProduct } from '../support/test-product.ts'
import { counts } from './counts.ts'

const { count: rounds } = counts(8, 50)
const contenders = 100

t.test(
  `S-19 ${contenders} choices at once by one seller make exactly one connection (${rounds} rounds)`,
  async t => {
    const product = await startTestProduct(t, { process: 'web' })
    const { container } = product.product
    const [pendings, offer, choose] = [
      container.get(PendingConnections),
      container.get(OfferProfiles),
      container.get(ChooseProfile),
    ]
    const grant = product.sandbox.controls.grant('three-regions')
    t.ok(container.get(CompleteAuthorisation))

    for (let round = 1; round <= rounds; round += 1) {
      const person = await product.newPerson()
      const sessionId = randomUUID() as SessionId
      const attemptId = randomUUID() as AttemptId
      await product.query(
        `insert into attempt (id, person_id, session_id, region, state_hash, started_at, expires_at)
       values ($1, $2, $3, 'na', $4, now(), now())`,
        [attemptId, person.id, sessionId, attemptId],
      )
      const pending = savePending(
        {
          id: randomUUID() as PendingConnectionId,
          personId: person.id,
          attemptId,
          renews: null,
          region: 'na',
          refreshToken: new Secret(grant.refreshToken),
          accessToken: new Secret(grant.accessToken),
          accessTokenExpiresAt: new Date(Date.now() + 3_600_000),
        },
        product.clock.now(),
      )
      await pendings.put(pending)
      const offered = await offer.run(person.id)
      if (offered.offer !== 'picker') throw new Error(`no picker but ${offered.offer}`)
      const profileIds = Object.values(offered.pending.readings).flatMap(reading =>
        reading.state === 'read' ? reading.profiles.map(({ id }) => id) : [],
      )

      const outcomes = await Promise.allSettled(
        Array.from({ length: contenders }, (_, index) =>
          choose.run({
            personId: person.id,
            sessionId,
            profileId: profileIds[index % profileIds.length] as ProfileId,
            replace: null,
            confirmedUserId: null,
            pendingId: null,
          }),
        ),
      )

      const winners = outcomes.filter(({ status }) => status === 'fulfilled')
      const refusals = outcomes.flatMap(outcome => (outcome.status === 'rejected' ? [outcome.reason] : []))
      const [held] = await product.query<{
        connections: string
        runs: string
        reports: string
        pendings: string
      }>(
        `select (select count(*) from connection where person_id = $1) as connections,
         (select count(*) from ingestion_run join connection on connection.id = connection_id where person_id = $1) as runs,
         (select count(*) from report join connection on connection.id = connection_id where person_id = $1) as reports,
         (select count(*) from pending_connection where person_id = $1) as pendings`,
        [person.id],
      )
      const isRight =
        held?.connections === '1' &&
        held.runs === '1' &&
        held.reports === String(reportCatalogue.length) &&
        held.pendings === '0' &&
        winners.length >= 1 &&
        refusals.every(refusal => refusal instanceof Refusal)
      if (!isRight) {
        t.fail(`round ${round}: ${JSON.stringify(held)}, ${winners.length} winners`, {
          refusals: refusals.map(String).slice(0, 3),
        })
        return
      }
    }
    t.pass(`${rounds} rounds with one connection each`)
  },
)
