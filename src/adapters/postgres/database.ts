import { Migrator } from '@mikro-orm/migrations'
import { type EntityManager, MikroORM } from '@mikro-orm/postgresql'
import pg from 'pg'
import type { UnitOfWork } from '../../application/ports.ts'
import type { Secret } from '../../domain/secret.ts'
import { nameOf, passing } from './boundaries.ts'
import { tellCommitOf } from './commits.ts'
import { cutDeadLines } from './dead-lines.ts'
import { AccountViews } from './migrations/account-views.ts'
import { AmazonUsersReadLater } from './migrations/amazon-users-read-later.ts'
import { AskedRollUps } from './migrations/asked-roll-ups.ts'
import { Catalogue } from './migrations/catalogue.ts'
import { ConnectLinks } from './migrations/connect-links.ts'
import { ConsentExpired } from './migrations/consent-expired.ts'
import { Consents } from './migrations/consents.ts'
import { Console } from './migrations/console.ts'
import { ConsoleSearch } from './migrations/console-search.ts'
import { Correlation } from './migrations/correlation.ts'
import { DailySync } from './migrations/daily-sync.ts'
import { Erasure } from './migrations/erasure.ts'
import { FilesReconciled } from './migrations/files-reconciled.ts'
import { First } from './migrations/first.ts'
import { FirstLoadings } from './migrations/first-loadings.ts'
import { HelpDesk } from './migrations/help-desk.ts'
import { HelpRequests } from './migrations/help-requests.ts'
import { Mail } from './migrations/mail.ts'
import { MarkedByUs } from './migrations/marked-by-us.ts'
import { NarrowRollUps } from './migrations/narrow-roll-ups.ts'
import { Overview } from './migrations/overview.ts'
import { OwnedFacts } from './migrations/owned-facts.ts'
import { ProductDays } from './migrations/product-days.ts'
import { RegionsShared } from './migrations/regions-shared.ts'
import { ReportIndexes } from './migrations/report-indexes.ts'
import { SignIn } from './migrations/sign-in.ts'
import { SubscriptionEvents } from './migrations/subscription-events.ts'
import { TableRollUps } from './migrations/table-roll-ups.ts'
import { TroublesByKind } from './migrations/troubles-by-kind.ts'
import { Viewings } from './migrations/viewings.ts'
import { WaitsToldApart } from './migrations/waits-told-apart.ts'
import { lineCutAfter, type PoolCare, tend } from './pool.ts'
import { Prepared } from './prepared.ts'
import { tables } from './schema.ts'

/** Two processes that migrate at once take turns at this number. */
const migrationLock = 7_031_764

/** The way to PostgreSQL: MikroORM for rows, and a pool of raw clients for COPY and its transaction. */
export interface Database {
  readonly em: EntityManager
  readonly pool: pg.Pool
  /** MikroORM's own clients, for what a page asks without it. */
  readonly prepared: Prepared
  /** MikroORM's, which the pages live on. */
  readonly pages: pg.Pool
  /** The names of the migrations that this program knows. */
  readonly migrations: readonly string[]
  close(): Promise<void>
}

/** Milliseconds; within a person's patience, and longer than any ordinary wait for a client. */
const usualPatience = 10_000
/** Milliseconds; as long as a lease. A frozen process holds no row longer, nor commits when it wakes. */
const longestSilence = 3000
/** Milliseconds in which a statement of a row, and one that replaces a file's rows, has an answer. */
const usualStatement = 3 * 60_000
const longStatement = 15 * 60_000
const sessions = ({ patience, silence, isReadOnly, isLight }: Lines) => ({
  connectionTimeoutMillis: patience,
  idle_in_transaction_session_timeout: longestSilence,
  options: [
    // A process that dies in the middle of a long statement holds its locks no longer than this (PostgreSQL, 19.3).
    '-c client_connection_check_interval=1000',
    // PostgreSQL itself then refuses whatever writes.
    ...(isReadOnly ? ['-c default_transaction_read_only=on'] : []),
    ...(isLight ? ['-c synchronous_commit=off'] : []),
  ].join(' '),
  // Whoever only waits for an answer hears within half a minute that there is nobody any more.
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
  stream: lineCutAfter(silence),
})
interface Lines {
  /** Milliseconds, each. */
  readonly patience: number
  readonly silence: number
  /** S-44: of those who may look and change nothing. */
  readonly isReadOnly: boolean
  /** No commit waits for the disk: for what is made anew when a power cut took it back. */
  readonly isLight: boolean
}

export async function openDatabase(
  url: Secret,
  {
    poolSize = 10,
    patience = usualPatience,
    silence,
    isReadOnly = false,
    isLight = false,
    onError,
  }: { poolSize?: number; silence?: number; isReadOnly?: boolean; isLight?: boolean } & Pick<
    PoolCare,
    'onError'
  > &
    Partial<PoolCare>,
): Promise<Database> {
  const care = { patience, onError }
  const orm = await initialise(url, poolSize, {
    ...care,
    silence: silence ?? usualStatement,
    isReadOnly,
    isLight,
  })
  const pages = await orm.em.getConnection().getNativeClient()
  const pool = new pg.Pool({
    connectionString: url.reveal(),
    max: poolSize,
    ...sessions({ patience, silence: silence ?? longStatement, isReadOnly, isLight }),
  })
  tend(pool, care)
  for (const one of [pages, pool]) cutDeadLines(one, url)
  const close = async () => {
    await Promise.all([orm.close(true), pool.end()])
  }
  if (isReadOnly) {
    try {
      for (const one of [pages, pool]) await demandReadOnly(one)
    } catch (error) {
      await close()
      throw error
    }
  }
  return {
    em: orm.em,
    pool,
    prepared: new Prepared(orm.em, pages),
    pages,
    migrations: namesOf(orm.config.get('migrations').migrationsList),
    close,
  }
}

const namesOf = (list: readonly (string | { readonly name: string })[] = []): string[] =>
  list.map(one => (typeof one === 'string' ? one : one.name))

/** A proxy between us and PostgreSQL may drop what our lines begin with, and everything would seem well. */
export async function demandReadOnly(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query<{ taken: string }>(
    `select current_setting('transaction_read_only') as taken`,
  )
  if (rows[0]?.taken !== 'on')
    throw new Error('a line to the database takes writes that was to be read-only: are its options dropped?')
}

/** Safe to run twice and by two processes at once (S-53). Returns the names of what was applied. */
export async function migrate(url: Secret): Promise<string[]> {
  const turn = await connected(url)
  const orm = await initialise(url, 2)
  try {
    await turn.query('select pg_advisory_lock($1)', [migrationLock])
    const applied = await orm.migrator.up()
    return applied.map(({ name }) => name)
  } finally {
    await Promise.all([turn.end(), orm.close(true)])
  }
}

/** Whether nobody has ever used it. The database is up to date. */
export async function isUnused(url: Secret): Promise<boolean> {
  const client = await connected(url)
  try {
    const { rows } = await client.query<{ used: boolean }>('select exists (select from person) as used')
    return rows[0]?.used === false
  } finally {
    await client.end()
  }
}

/** Everything in it goes, the tables too: it is as `migrate` finds it first. */
export async function emptyDatabase(url: Secret): Promise<void> {
  const client = await connected(url)
  try {
    await client.query('drop schema public cascade; create schema public')
  } finally {
    await client.end()
  }
}

/** How many migrations this program knows and the database does not. */
export async function pendingMigrations(url: Secret): Promise<number> {
  // The migrator makes a database that it does not find: a mistyped name has to be told instead.
  await (await connected(url)).end()
  const orm = await initialise(url, 1)
  try {
    return (await orm.migrator.getPending()).length
  } finally {
    await orm.close(true)
  }
}

async function connected(url: Secret): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url.reveal() })
  // Whoever waits for an answer hears of a cut; an error that nobody hears ends the process.
  client.on('error', () => undefined)
  await client.connect()
  return client
}

/**
 * The identity map is switched off at every read, so that a store hands out values and never a live object;
 * with nothing to keep apart, no request needs an entity manager of its own.
 */
function initialise(
  url: Secret,
  poolSize: number,
  // A migration takes as long as it takes.
  care: PoolCare & Lines = {
    patience: usualPatience,
    silence: 0,
    isReadOnly: false,
    isLight: false,
    onError: () => undefined,
  },
) {
  return MikroORM.init({
    clientUrl: url.reveal(),
    entities: tables,
    extensions: [Migrator],
    allowGlobalContext: true,
    forceUtcTimezone: true,
    logger: () => undefined,
    pool: { min: 0, max: poolSize },
    driverOptions: {
      ...sessions(care),
      onPoolCreated: (pool: pg.Pool) => tend(pool, care),
    },
    migrations: {
      tableName: 'migration',
      snapshot: false,
      migrationsList: [
        { name: '0001-first', class: First },
        { name: '0002-catalogue', class: Catalogue },
        { name: '0003-daily-sync', class: DailySync },
        { name: '0004-consent-expired', class: ConsentExpired },
        { name: '0005-files-reconciled', class: FilesReconciled },
        { name: '0006-regions-shared', class: RegionsShared },
        { name: '0007-first-loadings', class: FirstLoadings },
        { name: '0008-owned-facts', class: OwnedFacts },
        { name: '0009-troubles-by-kind', class: TroublesByKind },
        { name: '0010-consents', class: Consents },
        { name: '0011-erasure', class: Erasure },
        { name: '0012-waits-told-apart', class: WaitsToldApart },
        { name: '0013-subscription-events', class: SubscriptionEvents },
        { name: '0014-mail', class: Mail },
        { name: '0015-sign-in', class: SignIn },
        { name: '0016-amazon-users-read-later', class: AmazonUsersReadLater },
        { name: '0017-account-views', class: AccountViews },
        { name: '0018-table-roll-ups', class: TableRollUps },
        { name: '0019-help-requests', class: HelpRequests },
        { name: '0020-product-days', class: ProductDays },
        { name: '0021-report-indexes', class: ReportIndexes },
        { name: '0022-narrow-roll-ups', class: NarrowRollUps },
        { name: '0023-asked-roll-ups', class: AskedRollUps },
        { name: '0024-console', class: Console },
        { name: '0025-help-desk', class: HelpDesk },
        { name: '0026-viewings', class: Viewings },
        { name: '0027-overview', class: Overview },
        { name: '0028-connect-links', class: ConnectLinks },
        { name: '0029-console-search', class: ConsoleSearch },
        { name: '0030-marked-by-us', class: MarkedByUs },
        { name: '0031-correlation', class: Correlation },
      ],
    },
  })
}

/** A transaction that every store on the same entity manager joins without being told. */
export class PostgresUnitOfWork implements UnitOfWork {
  readonly #em: EntityManager

  constructor(em: EntityManager) {
    this.#em = em
  }

  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    let name = ''
    let committed: object = this
    const result = await this.#em.transactional(
      async transaction => {
        const done = await work()
        name = nameOf(transaction)
        committed = transaction
        passing('before', name)
        return done
      },
      { clear: true },
    )
    passing('after', name)
    tellCommitOf(committed)
    return result
  }
}
