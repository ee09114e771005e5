import type { UserId } from '../../../src/domain/identifiers.ts'
import { reportCatalogue } from '../../../src/domain/ingestion/catalogue.ts'
import type { AdvertisingProfile } from '../../../src/domain/profile/profile.ts'
import { profileLabel } from '../../../src/domain/profile/profile.ts'
import { endOf } from '../../support/child-process.ts'
import { connectDirectly } from '../../support/connected.ts'
import { HttpBrowser } from '../../support/http-browser.ts'
import { reservePort } from '../../support/ports.ts'
import { authorise, choose, signIn } from '../../support/sellers-journey.ts'
import type { SceneName } from './plans.ts'
import type { Member } from './processes.ts'
import { comesTrue, type Lane, user } from './product-instance.ts'

export interface Stage {
  readonly instance: Lane
  readonly profile: AdvertisingProfile
  /** Arms the kill, of one of the two workers unless a process is given. */
  arm(whom?: Member): void
}

export interface Scene {
  /** Undisturbed duration in milliseconds, the range of the random instants. */
  readonly span: number
  readonly like: 'first' | 'sync' | 'rejected' | 'revoked'
  /** Sync runs of each connection at the end. */
  readonly runs: number
  readonly hasErrors?: true
  /** @returns whose sync it is, and what went wrong. */
  play(stage: Stage): Promise<{ readonly users: readonly UserId[]; readonly wrong?: readonly string[] }>
}

const load = async ({ instance, profile, arm }: Stage) => {
  arm()
  const { userId } = await connectDirectly(instance.product, { user, profile })
  return { users: [userId] }
}

export const scenes: Readonly<Record<SceneName, Scene>> = {
  load: { span: 1500, like: 'first', runs: 1, play: load },

  /** Amazon takes long enough for several status polls. */
  slow: {
    span: 3000,
    like: 'first',
    runs: 1,
    play(stage) {
      stage.instance.product.sandbox.controls.set({ generationSeconds: { min: 1.8, max: 2 } })
      return load(stage)
    },
  },

  /** Two users connect one account at once; Amazon accepts one report request for both. */
  twins: {
    span: 3500,
    like: 'first',
    runs: 1,
    async play({ instance, profile, arm }) {
      instance.product.sandbox.controls.set({ generationSeconds: { min: 2.5, max: 2.7 } })
      arm()
      const twins = await Promise.all(
        [1, 2].map(() => connectDirectly(instance.product, { user, profile, role: 'manager' })),
      )
      return { users: twins.map(({ userId }) => userId) }
    },
  },

  /** Some files are corrupt. */
  errors: {
    span: 3000,
    like: 'first',
    runs: 1,
    hasErrors: true,
    play(stage) {
      stage.instance.product.sandbox.controls.set({ download: { times: 4, fault: 'truncated' } })
      return load(stage)
    },
  },

  'no-token': {
    span: 3000,
    like: 'first',
    runs: 1,
    hasErrors: true,
    async play(stage) {
      const { controls } = stage.instance.product.sandbox
      controls.set({ tokenEndpoint: 'server_error' })
      const played = await load(stage)
      await comesTrue(() => hasReportErrors(stage.instance, played.users), 20)
      controls.set({ tokenEndpoint: 'ok' })
      return played
    },
  },

  /** Amazon rejects everything, so that each report fails. */
  rejected: {
    span: 700,
    like: 'rejected',
    runs: 1,
    async play({ instance, profile, arm }) {
      const grant = instance.product.sandbox.controls.grant('suspended')
      arm()
      const { userId } = await connectDirectly(instance.product, { user, profile, grant })
      return { users: [userId] }
    },
  },

  /** The consent was revoked before the sync began. */
  revoked: {
    span: 700,
    like: 'revoked',
    runs: 1,
    async play({ instance, profile, arm }) {
      const { controls } = instance.product.sandbox
      const grant = controls.grant(user)
      controls.revoke(user)
      arm()
      const { userId } = await connectDirectly(instance.product, { user, profile, grant })
      return { users: [userId] }
    },
  },

  sync: {
    span: 8000,
    like: 'sync',
    runs: 2,
    async play({ instance, profile, arm }) {
      const { userId, connectionId } = await connectDirectly(instance.product, { user, profile })
      const loaded = await comesTrue(() => areFinished(instance, [userId], 1), 300)
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
    span: 300,
    like: 'first',
    runs: 1,
    async play({ instance, profile, arm }) {
      const { product, processes } = instance
      const { id, email } = await product.newUser()
      const port = await reservePort()
      const whole = processes.hire({ PROCESS: 'all', PORT: String(port) })
      try {
        await whole.up
        const browser = new HttpBrowser(`http://localhost:${port}`)
        await signIn(browser, email)
        await authorise(browser, user)
        arm(whole)
        await choose(browser, profileLabel(profile)).catch(() => undefined)
        const wrong = await halves(instance, id)

        await browser.open(`${product.address}/dashboard/ads/`)
        if (browser.page.$('form.picker__scroll').length > 0) await choose(browser, profileLabel(profile))
        return { users: [id], wrong }
      } finally {
        whole.child.kill('SIGKILL')
        await endOf(whole.child)
      }
    },
  },
}

/** S-11: the connection and its sync run exist both, or neither does. */
async function halves({ product }: Lane, userId: UserId): Promise<string[]> {
  const [there] = await product.query<{
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
  const { connections = 0, runs = 0, reports = 0, pendingConnections = 0 } = there ?? {}
  const both =
    connections === 1 && runs === 1 && reports === reportCatalogue.length && pendingConnections === 0
  const neither = connections === 0 && runs === 0 && reports === 0 && pendingConnections === 1
  return both || neither ? [] : [`half of a choice: ${JSON.stringify(there)}`]
}

async function hasReportErrors({ product }: Lane, users: readonly UserId[]): Promise<boolean> {
  const entries = await product.query(
    `select from timeline_entry where user_id = any($1) and kind = 'report_error' limit 1`,
    [users],
  )
  return entries.length > 0
}

/** True when each has this many finished, reconciled sync runs with current case summaries, and no work is pending. */
export async function areFinished(
  { product }: Lane,
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
