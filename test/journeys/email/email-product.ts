import { setTimeout as sleep } from 'node:timers/promises'
import type { Test } from 'tap'
import { RecordAuthorisationLoss } from '../../../src/application/connection/authorisation/get-access-token.ts'
import { Connections } from '../../../src/application/connection/ports.ts'
import type { ConnectionId } from '../../../src/domain/identifiers.ts'
import { connectDirectly, profilesOf } from '../../support/product/connected.ts'
import { startTestProduct, type TestProduct } from '../../support/product/test-product.ts'
import { type MailServer, type ReceivedEmail, startMailServer } from '../../support/servers/mail-server.ts'
import { until } from '../user-records.ts'

export const minute = 60_000
export const day = 24 * 60 * minute

export async function startProductWithMailServer(
  t: Test,
  options: Parameters<typeof startTestProduct>[1] = {},
) {
  const server = await startMailServer({ name: 'ads', password: 'a secret' })
  const env = { SMTP_URL: server.url, MAIL_FROM: 'Ads <ads@example.com>', ...options.env }
  const product = await startTestProduct(t, { worker: true, ...options, env })
  t.teardown(() => server.close())
  return { product, server, ...emailsOf(server) }
}

const emailsOf = ({ received }: MailServer) => ({
  /** Waits for this many emails in total, and for any surplus ones. @returns all subjects. */
  async waitForEmails(count: number): Promise<(string | null)[]> {
    await until(`${count} emails have arrived`, async () => received.length >= count)
    // As long as two sweeps.
    await sleep(2000)
    return received.map(({ head }) => head('Subject'))
  },
  /** Drops the email that tells new staff of their first sign-in. */
  async dropSignInNotice(): Promise<void> {
    const isNotice = ({ head }: ReceivedEmail) => head('Subject') === 'New sign-in to your account'
    await until('the sign-in notice has arrived', async () => received.some(isNotice))
    received.splice(received.findIndex(isNotice), 1)
  },
})

export async function aConnectedSeller(product: TestProduct, user = 'us-seller') {
  const [profile] = await profilesOf(product, user)
  if (!profile) throw new Error(`${user} has no profile`)
  const connected = await connectDirectly(product, { user, profile })
  await untilSynced(product, connected.connectionId)
  return connected
}

export const untilSynced = (product: TestProduct, connectionId: string) =>
  until(
    'the account is loaded',
    async () => {
      const open = await product.query(
        'select from sync_run where connection_id = $1 and finished_at is null',
        [connectionId],
      )
      return open.length === 0
    },
    90,
  )

/** Records that the waiting screen is open now, which suppresses the email that the data is ready. */
export const recordProgressView = (product: TestProduct, connectionId: string) =>
  product.query(
    `insert into progress_view (connection_id, viewed_at) values ($1, $2)
     on conflict (connection_id) do update set viewed_at = excluded.viewed_at`,
    [connectionId, product.clock.now()],
  )

export async function loseAuthorisation(
  { product: { container }, clock }: TestProduct,
  id: ConnectionId,
  reason: 'grant_revoked' | 'profile_access_lost',
): Promise<void> {
  const connection = await container.get(Connections).find(id)
  if (connection?.status !== 'active') throw new Error(`connection ${id} has no grant`)
  await container.get(RecordAuthorisationLoss).execute(id, reason, connection.pendingConnectionId)
  // The first email waits ten minutes, in case many authorisations are lost.
  clock.advance(10 * 60_000)
}
