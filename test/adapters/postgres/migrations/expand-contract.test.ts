import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Migration } from '@mikro-orm/migrations'
import pg from 'pg'
import t, { type Test } from 'tap'
import { migrations, type NamedMigration } from '../../../../src/adapters/postgres/migrations/list.ts'
import { MigrationFailed, migrate } from '../../../../src/adapters/postgres/migrations/migrate.ts'
import { Secret } from '../../../../src/domain/secret.ts'
import { bigTables, catalogueOf, contractionsIn } from '../../../support/contractions.ts'
import { eventually } from '../../../support/eventually.ts'
import { cloneDatabase } from '../../../support/servers/cluster.ts'

const project = join(import.meta.dirname, '../../../..')
/** The first release's schema. Every later migration runs while that release is in use. */
const firstRelease = migrations.slice(0, 1)
/** The report that {@link simulatePreviousVersion} updates, and the rows it depends on. */
const records = `
  insert into app_user (id, email, name, role, created_at)
    values ('a0000000-0000-4000-8000-000000000001', 'p1@example.test', 'P', 'seller', now());
  insert into connection (id, user_id, status, is_exclusive, pending_connection_id, profile_id, region, country,
      currency, timezone, account_id, account_type, can_edit, connected_at, consented_at, login_region)
    select 'c0000000-0000-4000-8000-000000000001', id, 'active', true, gen_random_uuid(), '1001', 'na', 'US', 'USD',
      'America/Los_Angeles', 'A1', 'seller', true, now(), now(), 'na' from app_user;
  insert into sync_run (id, connection_id, kind, day_from, day_to, requested_at)
    select 'd0000000-0000-4000-8000-000000000001', id, 'initial', '2026-01-01', '2026-01-30', now() from connection;
  insert into report (id, sync_run_id, connection_id, position, type, status, day_from, day_to, request_count,
      consecutive_errors, due_at, due_set_at)
    select gen_random_uuid(), id, connection_id, 0, 'sp_campaigns', 'generating', day_from, day_to, 1, 0, now(), now()
    from sync_run`

interface Options {
  readonly isTransactional?: boolean
  readonly contracts?: string
}

function aMigration(name: string, sql: string | readonly string[], options: Options = {}): NamedMigration {
  const { isTransactional = true, contracts } = options
  const migration = class extends Migration {
    override up(): void {
      for (const statement of [sql].flat()) this.addSql(statement)
    }
    override isTransactional(): boolean {
      return isTransactional
    }
  }
  return { name, class: Object.assign(migration, contracts ? { contracts } : {}) }
}

async function statementsOf(named: NamedMigration): Promise<string[]> {
  const unused = undefined as never
  const migration = new named.class(unused, unused)
  await migration.up()
  return migration.getQueries().map(String)
}

async function openUsedDatabase(t: Test): Promise<{ url: string; client: pg.Client }> {
  const database = await cloneDatabase('template0')
  const client = new pg.Client({ connectionString: database.url })
  client.on('error', () => undefined)
  await client.connect()
  t.teardown(async () => {
    await client.end()
    await database.drop()
  })
  await migrate(new Secret(database.url), { availableMigrations: firstRelease })
  await client.query(records)
  return { url: database.url, client }
}

/** Applies the migrations in turn. @returns the contractions that they don't declare. */
async function findUndeclaredContractions(t: Test, later: readonly NamedMigration[]): Promise<string[]> {
  const { url, client } = await openUsedDatabase(t)
  const undeclared: string[] = []
  let before = await catalogueOf(client)
  for (const [index, migration] of later.entries()) {
    await migrate(new Secret(url), { availableMigrations: [...firstRelease, ...later.slice(0, index + 1)] })
    const after = await catalogueOf(client)
    const contractions = contractionsIn(before, after, await statementsOf(migration))
    if (!isEarlierVersion(migration.class.contracts))
      undeclared.push(...contractions.map(contraction => `${migration.name}: ${contraction}`))
    before = after
  }
  return undeclared
}

/** True for versions before the current one: they are no longer in use once the current version starts. */
function isEarlierVersion(version: string | undefined): boolean {
  if (!version || !/^\d+\.\d+\.\d+$/.test(version)) return false
  const ownVersion: string = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8')).version
  const [candidate, current] = [version, ownVersion].map(text =>
    text
      .split('.')
      .map(part => part.padStart(6, '0'))
      .join('.'),
  )
  return (candidate ?? '') < (current ?? '')
}

t.test('S-53 no migration since the first release removes what the previous version uses', async t => {
  t.strictSame(await findUndeclaredContractions(t, migrations.slice(firstRelease.length)), [])
})

t.test('every big table in the list exists', async t => {
  const { client } = await openUsedDatabase(t)
  const { tables } = await catalogueOf(client)

  t.ok(bigTables.length > 15)
  t.strictSame(
    bigTables.filter(name => !tables.has(name)),
    [],
  )
})

t.test('each kind of contraction is found, and an expansion is not reported', async t => {
  const harmful: readonly (readonly [sql: string, found: string])[] = [
    ['alter table email_message drop column body', 'column email_message.body is gone'],
    ['drop table progress_view', 'table progress_view is gone'],
    ['alter table email_message rename column body to words', 'column email_message.body is gone'],
    ['alter table email_message rename to message', 'table email_message is gone'],
    [
      'alter table email_message alter content set not null, alter created_at type timestamp',
      'column email_message.created_at changes its type',
    ],
    [
      'alter table connection alter account_type set not null',
      'column connection.account_type becomes not null',
    ],
    ['alter table report add column token uuid default gen_random_uuid()', 'table report is rewritten'],
    [
      'alter table report add twice integer generated always as (poll_count * 2) stored',
      'table report is rewritten',
    ],
    [
      `delete from email_message; alter table email_message add column reason text not null`,
      'column email_message.reason is required',
    ],
    [
      `alter table report add constraint few check (poll_count < 1000)`,
      'constraint report.few may reject existing values',
    ],
    [
      'alter table report add unique (amazon_report_id)',
      'index report_amazon_report_id_key blocks writes to report',
    ],
    ['create index report_polls on report (poll_count)', 'index report_polls blocks writes to report'],
    [
      'alter table report add column note text; alter table connection add column note text',
      'tables connection and report are locked together: use one migration each',
    ],
  ]
  for (const [sql, contraction] of harmful) {
    t.ok(
      (await findUndeclaredContractions(t, [aMigration('0100-breaks', sql)])).includes(
        `0100-breaks: ${contraction}`,
      ),
      sql,
    )
  }

  const harmless = [
    aMigration('0100-expands', [
      `alter table report add column note text, add column tries_left integer not null default 3`,
      'create table report_comment (id uuid primary key, report_id uuid references report on delete cascade)',
      'create index report_comment_report on report_comment (report_id)',
    ]),
    aMigration(
      '0101-indexes',
      [
        'drop index concurrently if exists report_note',
        'create index concurrently report_note on report (note) where note is not null',
      ],
      { isTransactional: false },
    ),
  ]
  t.strictSame(await findUndeclaredContractions(t, harmless), [])
})

t.test('a contraction is allowed if it names the version since which nothing uses its target', async t => {
  const sql = 'alter table email_message drop column body'
  t.strictSame(await findUndeclaredContractions(t, [aMigration('0100-x', sql, { contracts: '0.0.9' })]), [])
  for (const contracts of ['', 'soon', '99.0.0'])
    t.strictSame(await findUndeclaredContractions(t, [aMigration('0100-x', sql, { contracts })]), [
      '0100-x: column email_message.body is gone',
    ])
})

/** Simulates the previous version until stopped: short writes and a longer read transaction. */
function simulatePreviousVersion(url: string) {
  const failures: string[] = []
  let isStopped = false
  const session = async (runOnce: (client: pg.Client) => Promise<unknown>) => {
    // Waiting this long for a lock counts as a failure.
    const client = new pg.Client({ connectionString: url, options: '-c lock_timeout=4000' })
    await client.connect()
    while (!isStopped) {
      await runOnce(client).catch(async error => {
        failures.push(error.message)
        await client.query('rollback')
      })
    }
    await client.end()
  }
  let writeCount = 0
  const sessions = [
    session(async client => {
      await client.query('begin')
      await client.query(`update report set poll_count = poll_count + 1 where status = 'generating'`)
      await client.query(`insert into timeline_entry (at, kind, severity, user_id, event)
        select now(), 'page_failed', 'info', id, '{}' from app_user limit 1`)
      await client.query('commit')
      writeCount += 1
    }),
    session(async client => {
      await client.query('begin')
      await client.query('select * from connection left join report on report.connection_id = connection.id')
      await sleep(300)
      await client.query('commit')
    }),
  ]
  return {
    writes: () => writeCount,
    async stop() {
      isStopped = true
      await Promise.all(sessions)
      return failures
    },
  }
}

t.test('S-53 the previous version keeps reading and writing during later migrations', async t => {
  const { url, client } = await openUsedDatabase(t)
  const example = [
    aMigration('0100-expands', 'alter table report add column note text'),
    aMigration('0100-expands-more', 'alter table connection add column note text'),
    aMigration(
      '0101-indexes',
      [
        'drop index concurrently if exists report_note',
        'create index concurrently report_note on report (note)',
      ],
      { isTransactional: false },
    ),
  ]
  const availableMigrations = [...migrations, ...example]
  const previousVersion = simulatePreviousVersion(url)
  t.teardown(() => previousVersion.stop())
  const applied = await migrate(new Secret(url), { availableMigrations, lockTimeout: 1000, maxPause: 200 })
  const before = previousVersion.writes()
  await eventually('the previous version continues to write', () => previousVersion.writes() >= before + 3)

  t.strictSame(
    await previousVersion.stop(),
    [],
    'no statement of the previous version failed or waited too long',
  )
  t.strictSame(
    applied,
    availableMigrations.slice(firstRelease.length).map(({ name }) => name),
  )
  const { rows } = await client.query('select from pg_index where not indisvalid')
  t.strictSame(rows, [])
})

t.test(
  'S-53 a migration blocked by a long transaction lets other statements pass and is retried',
  async t => {
    const { url, client } = await openUsedDatabase(t)
    const availableMigrations = [
      ...firstRelease,
      aMigration('0100-adds', 'alter table report add column note text'),
      aMigration('0101-more', 'alter table email_message add column note text'),
    ]
    const longTransaction = new pg.Client({ connectionString: url })
    await longTransaction.connect()
    t.teardown(() => longTransaction.end())
    await longTransaction.query('begin; select count(*) from report')

    const notices: string[] = []
    const migration = migrate(new Secret(url), {
      availableMigrations,
      lockTimeout: 100,
      maxTries: 1000,
      maxPause: 100,
      log: notice => notices.push(notice),
    })
    await eventually('two notices that the migration waits', () => notices.length >= 2)
    // New statements wait for one try at most, not for the long transaction.
    await client.query(`set lock_timeout = '4s'; update report set poll_count = poll_count + 1`)
    await longTransaction.query('commit')

    t.strictSame(await migration, ['0100-adds', '0101-more'])
    t.match(notices[0], '0100-adds is blocked by another transaction')
  },
)

t.test('S-53 a migration that runs out of retries leaves no trace, and earlier ones are kept', async t => {
  const { url, client } = await openUsedDatabase(t)
  const availableMigrations = [
    ...firstRelease,
    aMigration('0100-adds', 'alter table email_message add column note text'),
    aMigration('0101-more', [
      'alter table session add column note text',
      'alter table report add column note text',
    ]),
  ]
  await client.query('begin; select count(*) from report')
  const options = { availableMigrations, lockTimeout: 100, maxTries: 3, maxPause: 10 }
  await t.rejects(migrate(new Secret(url), options), {
    constructor: MigrationFailed,
    message:
      '0101-more was blocked by a long transaction 3 times. It was rolled back. To try again, run "npm run migrate".',
  })
  await client.query('commit')
  const { columns } = await catalogueOf(client)
  t.ok(columns.has('email_message.note'))
  t.notOk(columns.has('session.note'))
  t.strictSame(await migrate(new Secret(url), options), ['0101-more'])
})

t.test('S-53 a failed migration is named, leaves no trace and runs once fixed', async t => {
  const { url, client } = await openUsedDatabase(t)
  const broken = aMigration('0100-x', [
    'alter table email_message add column note text',
    'insert into nowhere values (1)',
  ])
  await t.rejects(migrate(new Secret(url), { availableMigrations: [...firstRelease, broken] }), {
    message: /^0100-x failed: .*nowhere.*It was rolled back/s,
  })
  t.notOk((await catalogueOf(client)).columns.has('email_message.note'))

  const fixed = aMigration('0100-x', 'alter table email_message add column note text')
  t.strictSame(await migrate(new Secret(url), { availableMigrations: [...firstRelease, fixed] }), ['0100-x'])
})

t.test('S-53 an index is created while other processes wait to migrate', async t => {
  const { url } = await openUsedDatabase(t)
  const availableMigrations = [
    ...firstRelease,
    aMigration('0100-index', 'create index concurrently report_polls on report (poll_count)', {
      isTransactional: false,
    }),
  ]
  const applied = await Promise.all(
    Array.from({ length: 5 }, () => migrate(new Secret(url), { availableMigrations, maxTries: 1 })),
  )

  t.strictSame(applied.flat(), ['0100-index'])
})
