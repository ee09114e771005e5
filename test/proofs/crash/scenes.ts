import type { UserId } from '../../../src/domain/identifiers.ts'
import { reportCatalogue } from '../../../src/domain/ingestion/catalogue.ts'
import { type AdvertisingProfile, profileLabel } from '../../../src/domain/profile/profile.ts'
import { HttpBrowser } from '../../support/browser/http-browser.ts'
import { authorise, choose, signIn } from '../../support/browser/sellers-journey.ts'
import { waitForExit } from '../../support/product/child-process.ts'
import { connectDirectly } from '../../support/product/connected.ts'
import { reservePort } from '../../support/servers/ports.ts'
import type { SceneName } from './plans.ts'
import type { WorkerProcess } from './processes.ts'
import { type ProductInstance, user, waitUntilTrue } from './product-instance.ts'

export interface SceneContext {
  readonly instance: ProductInstance
  readonly profile: AdvertisingProfile
  /** Arms the kill of the given process, or of one of the two workers. */
  arm(worker?: WorkerProcess): void
}

export interface Scene {
  /** Undisturbed duration in milliseconds, the range of the random instants. */
  readonly duration: number
  readonly reference: 'first' | 'sync' | 'rejected' | 'revoked'
  /** Sync runs of each connection at the end. */
  readonly runs: number
  readonly hasErrors?: true
  /** @returns the users whose syncs ran, and what went wrong. */
  run(
    context: SceneContext,
  ): Promise<{ readonly users: readonly UserId[]; readonly wrong?: readonly string[] }>
}

const load = async ({ instance, profile, arm }: SceneContext) => {
  arm()
  const { userId } = await connectDirectly(instance.product, { user, profile })
  return { users: [userId] }
}

export const scenes: Readonly<Record<SceneName, Scene>> = {
  load: { duration: 1500, reference: 'first', runs: 1, run: load },

  /** Amazon takes long enough for several status polls. */
  slow: {
    duration: 3000,
    reference: 'first',
    runs: 1,
    run(context) {
      context.instance.product.sandbox.controls.set({ generationSeconds: { min: 1.8, max: 2 } })
      return load(context)
    },
  },

  /** Two users connect one account at once; Amazon accepts one report request for both. */
  twins: {
    duration: 3500,
    reference: 'first',
    runs: 1,
    async run({ instance, profile, arm }) {
      instance.product.sandbox.controls.set({ generationSeconds: { min: 2.5, max: 2.7 } })
      arm()
      const connected = await Promise.all(
        [1, 2].map(() => connectDirectly(instance.product, { user, profile, role: 'manager' })),
      )
      return { users: connected.map(({ userId }) => userId) }
    },
  },

  /** Some files are corrupt. */
  errors: {
    duration: 3000,
    reference: 'first',
    runs: 1,
    hasErrors: true,
    run(context) {
      context.instance.product.sandbox.controls.set({ download: { times: 4, fault: 'truncated' } })
      return load(context)
    },
  },

  'no-token': {
    duration: 3000,
    reference: 'first',
    runs: 1,
    hasErrors: true,
    async run(context) {
      const { controls } = context.instance.product.sandbox
      controls.set({ tokenEndpoint: 'server_error' })
      const result = await load(context)
      await waitUntilTrue(() => hasReportErrors(context.instance, result.users), 20)
      controls.set({ tokenEndpoint: 'ok' })
      return result
    },
  },

  /** Amazon rejects everything, so that each report fails. */
  rejected: {
    duration: 700,
    reference: 'rejected',
    runs: 1,
    async run({ instance, profile, arm }) {
      const grant = instance.product.sandbox.controls.grant('suspended')
      arm()
      const { userId } = await connectDirectly(instance.product, { user, profile, grant })
      return { users: [userId] }
    },
  },

  /** The consent was revoked before the sync began. */
  revoked: {
    duration: 700,
    reference: 'revoked',
    runs: 1,
    async run({ instance, profile, arm }) {
      const { controls } = instance.product.sandbox
      const grant = controls.grant(user)
      controls.revoke(user)
      arm()
      const { userId } = await connectDirectly(instance.product, { user, profile, grant })
      return { users: [userId] }
    },
  },

  sync: {
    duration: 8000,
    reference: 'sync',
    runs: 2,
    async run({ instance, profile, arm }) {
      const { userId, connectionId } = await connectDirectly(instance.product, { user, profile })
      const loaded = await waitUntilTrue(() => areFinished(instance, [userId], 1), 300)
      if (!loaded) return { users: [userId], wrong: ['the initial sync did not finish within five minutes'] }
      arm()
      await instance.product.query(
        `update sync_schedule set due_at = now() - interval '1 second' where connection_id = $1`,
        [connectionId],
      )
      return { users: [userId] }
    },
  },

  /** The whole product is killed during the seller's choice; the seller tries again. */
  choice: {
    duration: 300,
    reference: 'first',
    runs: 1,
    async run({ instance, profile, arm }) {
      const { product, processes } = instance
      const { id, email } = await product.newUser()
      const port = await reservePort()
      const fullProduct = processes.start({ PROCESS: 'all', PORT: String(port) })
      try {
        await fullProduct.ready
        const browser = new HttpBrowser(`http://localhost:${port}`)
        await signIn(browser, email)
        await authorise(browser, user)
        arm(fullProduct)
        await choose(browser, profileLabel(profile)).catch(() => undefined)
        const wrong = await incompleteChoice(instance, id)

        await browser.open(`${product.address}/dashboard/ads/`)
        if (browser.page.$('form.picker__scroll').length > 0) await choose(browser, profileLabel(profile))
        return { users: [id], wrong }
      } finally {
        fullProduct.child.kill('SIGKILL')
        await waitForExit(fullProduct.child)
      }
    },
  },
}

/** S-11: either both the connection and its sync run exist, or neither does. */
async function incompleteChoice({ product }: ProductInstance, userId: UserId): Promise<string[]> {
  const [counts] = await product.query<{
    connections: number
    runs: number
    reports: number
    pendingConnections: number
  }>(
    `select (select count(*)::int from connection where user_id = $1) as connections,
       (select count(*)::int from sync_run join connection on connection.id = connection_id
        where user_id = $1) as runs,
       (select count(*)::int from report join connection on connection.id = connection_id
        where user_id = $1) as reports,
       (select count(*)::int from pending_connection where user_id = $1) as "pendingConnections"`,
    [userId],
  )
  const { connections = 0, runs = 0, reports = 0, pendingConnections = 0 } = counts ?? {}
  const both =
    connections === 1 && runs === 1 && reports === reportCatalogue.length && pendingConnections === 0
  const neither = connections === 0 && runs === 0 && reports === 0 && pendingConnections === 1
  return both || neither ? [] : [`incomplete choice: ${JSON.stringify(counts)}`]
}

async function hasReportErrors({ product }: ProductInstance, users: readonly UserId[]): Promise<boolean> {
  const entries = await product.query(
    `select from timeline_entry where user_id = any($1) and kind = 'report_error' limit 1`,
    [users],
  )
  return entries.length > 0
}

/** True when each user has this many finished, reconciled sync runs, current case summaries and no pending work. */
export async function areFinished(
  { product }: ProductInstance,
  users: readonly UserId[],
  runs: number,
): Promise<boolean> {
  const [{ finished, open } = { finished: 0, open: 1 }] = await product.query<{
    finished: number
    open: number
  }>(
    `select (select count(*)::int from sync_run join connection on connection.id = connection_id
             where user_id = any($1) and finished_at is not null) as finished,
       (select count(*)::int from report join connection on connection.id = connection_id
        where user_id = any($1) and report.status not in ('loaded', 'failed'))
       + (select count(*)::int from reconciliation join connection on connection.id = connection_id
          where user_id = any($1) and due_at is not null)
       + (select count(*)::int from case_change where user_id = any($1)) as open`,
    [users],
  )
  return open === 0 && finished >= runs * users.length
}
