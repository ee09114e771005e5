import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Migration } from '@mikro-orm/migrations'
import pg from 'pg'
import t, { type Test } from 'tap'
import { MigrationFailed, migrate } from '../../../src/adapters/postgres/migrate.ts'
import { migrations, type NamedMigration } from '../../../src/adapters/postgres/migrations/list.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { cloneDatabase } from '../../support/cluster.ts'
import { bigTables, catalogueOf, contractionsIn } from '../../support/contractions.ts'
import { eventually } from '../../support/eventually.ts'

const project = join(import.meta.dirname, '../../..')
/** Earlier migrations ran while no version was in use. */
const firstRelease = migrations.findIndex(({ name }) => name === '0030-marked-by-us') + 1
const atFirstRelease = migrations.slice(0, firstRelease)

interface Text {
  readonly isTransactional?: boolean
  readonly contracts?: string
}

function saying(name: string, sql: string | readonly string[], words: Text = {}): NamedMigration {
  const { isTransactional = true, contracts } = words
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
  const nothing = undefined as never
  const migration = new named.class(nothing, nothing)
  await migration.up()
  return migration.getQueries().map(String)
}

async function usedDatabase(t: Test): Promise<{ url: string; client: pg.Client }> {
  const database = await cloneDatabase('template0')
  const client = new pg.Client({ connectionString: database.url })
  client.on('error', () => undefined)
  await client.connect()
  t.teardown(async () => {
    await client.end()
    await database.drop()
  })
  const folder = join(import.meta.dirname, 'versions')
  const seeds = readdirSync(folder).toSorted()
  for (const [at, { name }] of atFirstRelease.entries()) {
    const seed = seeds.find(file => name.startsWith(file.slice(0, 4)))
    if (!seed) continue
    await migrate(new Secret(database.url), { known: migrations.slice(0, at + 1) })
    await client.query(readFileSync(join(folder, seed), 'utf8'))
  }
  await migrate(new Secret(database.url), { known: atFirstRelease })
  return { url: database.url, client }
}

/** Applies these migrations in turn. @returns the contractions that aren't declared. */
async function undeclared(t: Test, later: readonly NamedMigration[]): Promise<string[]> {
  const { url, client } = await usedDatabase(t)
  const found: string[] = []
  let before = await catalogueOf(client)
  for (const [at, named] of later.entries()) {
    await migrate(new Secret(url), { known: [...atFirstRelease, ...later.slice(0, at + 1)] })
    const after = await catalogueOf(client)
    const contractions = contractionsIn(before, after, await statementsOf(named))
    if (!isReleased(named.class.contracts)) found.push(...contractions.map(what => `${named.name}: ${what}`))
    before = after
  }
  return found
}

/** True for versions before this one: nothing older is still in use when this one starts. */
function isReleased(version: string | undefined): boolean {
  if (!version || !/^\d+\.\d+\.\d+$/.test(version)) return false
  const ours: string = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8')).version
  const [asked, current] = [version, ours].map(text =>
    text
      .split('.')
      .map(part => part.padStart(6, '0'))
      .join('.'),
  )
  return (asked ?? '') < (current ?? '')
}

t.test('S-53 no migration since the first release removes what the previous version uses', async t => {
  t.equal(firstRelease, 30)
  t.strictSame(await undeclared(t, migrations.slice(firstRelease)), [])
})

t.test('every big table in the list exists', async t => {
  const { client } = await usedDatabase(t)
  const { tables } = await catalogueOf(client)

  t.ok(bigTables.length > 15)
  t.strictSame(
    bigTables.filter(name => !tables.has(name)),
    [],
  )
})

t.test('each kind of contraction is found, and an addition is not one', async t => {
  const harmful: readonly (readonly [sql: string, found: string])[] = [
    ['alter table email_message drop column body', 'column mail.body is gone'],
    ['drop table progress_view', 'table progress_view is gone'],
    ['alter table email_message rename column body to words', 'column mail.body is gone'],
    ['alter table email_message rename to letter', 'table mail is gone'],
    [
      'alter table email_message alter content set not null, alter created_at type timestamp',
      'column mail.created_at is of another type',
    ],
    [
      'alter table connection alter account_type set not null',
      'column connection.account_type may not be null any more',
    ],
    ['alter table report add column token uuid default gen_random_uuid()', 'table report is written anew'],
    [
      'alter table report add twice integer generated always as (looks * 2) stored',
      'table report is written anew',
    ],
    [
      `delete from email_message; alter table email_message add column reason text not null`,
      'column mail.reason has to be given',
    ],
    [
      `alter table report add constraint few check (looks < 1000)`,
      'constraint report.few may refuse what was allowed',
    ],
    [
      'alter table report add unique (amazon_report_id)',
      'index report_amazon_report_id_key is made while nobody may write to report',
    ],
    [
      'create index report_looks on report (looks)',
      'index report_looks is made while nobody may write to report',
    ],
    [
      'alter table report add column note text; alter table connection add column note text',
      'tables connection and report are held at once: a migration each',
    ],
  ]
  for (const [sql, complaint] of harmful) {
    t.ok((await undeclared(t, [saying('0100-spoilt', sql)])).includes(`0100-spoilt: ${complaint}`), sql)
  }

  const harmless = [
    saying('0100-expands', [
      `alter table report add column note text, add column tries_left integer not null default 3`,
      'create table thought (id uuid primary key, report_id uuid references report on delete cascade)',
      'create index thought_report on thought (report_id)',
    ]),
    saying(
      '0101-indexes',
      [
        'drop index concurrently if exists report_note',
        'create index concurrently report_note on report (note) where note is not null',
      ],
      { isTransactional: false },
    ),
  ]
  t.strictSame(await undeclared(t, harmless), [])
})

t.test('a contraction is allowed if it states since which version its target is unused', async t => {
  const sql = 'alter table email_message drop column body'
  t.strictSame(await undeclared(t, [saying('0100-x', sql, { contracts: '0.0.9' })]), [])
  for (const contracts of ['', 'soon', '99.0.0'])
    t.strictSame(await undeclared(t, [saying('0100-x', sql, { contracts })]), [
      '0100-x: column mail.body is gone',
    ])
})

/** The previous version at work until stopped: short writes and a longer read transaction. */
function serve(url: string) {
  const failures: string[] = []
  let isOver = false
  const session = async (work: (client: pg.Client) => Promise<unknown>) => {
    // Waiting this long for a lock counts as a failure.
    const client = new pg.Client({ connectionString: url, options: '-c lock_timeout=4000' })
    await client.connect()
    while (!isOver) {
      await work(client).catch(async error => {
        failures.push(error.message)
        await client.query('rollback')
      })
    }
    await client.end()
  }
  let written = 0
  const sessions = [
    session(async client => {
      await client.query('begin')
      await client.query(`update report set looks = looks + 1 where status = 'generating'`)
      await client.query(`insert into timeline_entry (at, kind, level, user_id, happening)
        select now(), 'looked', 'info', id, '{}' from app_user limit 1`)
      await client.query('commit')
      written += 1
    }),
    session(async client => {
      await client.query('begin')
      await client.query('select * from connection left join report on report.connection_id = connection.id')
      await sleep(300)
      await client.query('commit')
    }),
  ]
  return {
    authorId: () => written,
    async stop() {
      isOver = true
      await Promise.all(sessions)
      return failures
    },
  }
}

t.test('S-53 the previous version keeps reading and writing during later migrations', async t => {
  const { url, client } = await usedDatabase(t)
  const example = [
    saying('0100-expands', 'alter table report add column note text'),
    saying('0100-expands-more', 'alter table connection add column note text'),
    saying(
      '0101-indexes',
      [
        'drop index concurrently if exists report_note',
        'create index concurrently report_note on report (note)',
      ],
      { isTransactional: false },
    ),
  ]
  const known = [...migrations, ...example]
  const former = serve(url)
  t.teardown(() => former.stop())
  const applied = await migrate(new Secret(url), { known, lockTimeout: 1000, pause: 200 })
  const sofar = former.authorId()
  await eventually('the former version writes on', () => former.authorId() >= sofar + 3)

  t.strictSame(await former.stop(), [], 'none of its statements failed or waited too long')
  t.strictSame(
    applied,
    known.slice(firstRelease).map(({ name }) => name),
  )
  const { rows } = await client.query('select from pg_index where not indisvalid')
  t.strictSame(rows, [])
})

t.test('S-53 a migration behind a long transaction lets others pass and is retried', async t => {
  const { url, client } = await usedDatabase(t)
  const known = [
    ...atFirstRelease,
    saying('0100-adds', 'alter table report add column note text'),
    saying('0101-more', 'alter table email_message add column note text'),
  ]
  const long = new pg.Client({ connectionString: url })
  await long.connect()
  t.teardown(() => long.end())
  await long.query('begin; select count(*) from report')

  const told: string[] = []
  const patient = migrate(new Secret(url), {
    known,
    lockTimeout: 100,
    tries: 1000,
    pause: 100,
    tell: sentence => told.push(sentence),
  })
  await eventually('it has told twice that it waits', () => told.length >= 2)
  // New statements wait for one try at most, not for the long transaction.
  await client.query(`set lock_timeout = '4s'; update report set looks = looks + 1`)
  await long.query('commit')

  t.strictSame(await patient, ['0100-adds', '0101-more'])
  t.match(told[0], '0100-adds is blocked by another transaction')
})

t.test('S-53 a migration without retries left leaves no trace and keeps earlier migrations', async t => {
  const { url, client } = await usedDatabase(t)
  const known = [
    ...atFirstRelease,
    saying('0100-adds', 'alter table email_message add column note text'),
    saying('0101-more', [
      'alter table session add column note text',
      'alter table report add column note text',
    ]),
  ]
  await client.query('begin; select count(*) from report')
  const options = { known, lockTimeout: 100, tries: 3, pause: 10 }
  await t.rejects(migrate(new Secret(url), options), {
    constructor: MigrationFailed,
    message:
      '0101-more was blocked by a long transaction 3 times. It was rolled back. To try again, run "npm run migrate".',
  })
  await client.query('commit')
  const { columns } = await catalogueOf(client)
  t.ok(columns.has('mail.note'))
  t.notOk(columns.has('session.note'))
  t.strictSame(await migrate(new Secret(url), options), ['0101-more'])
})

t.test('S-53 a failed migration is named, leaves no trace and continues once fixed', async t => {
  const { url, client } = await usedDatabase(t)
  const broken = saying('0100-x', [
    'alter table email_message add column note text',
    'insert into nowhere values (1)',
  ])
  await t.rejects(migrate(new Secret(url), { known: [...atFirstRelease, broken] }), {
    message: /^0100-x failed: .*nowhere.*It was rolled back/s,
  })
  t.notOk((await catalogueOf(client)).columns.has('mail.note'))

  const mended = saying('0100-x', 'alter table email_message add column note text')
  t.strictSame(await migrate(new Secret(url), { known: [...atFirstRelease, mended] }), ['0100-x'])
})

t.test('S-53 an index is created while other processes wait to migrate', async t => {
  const { url } = await usedDatabase(t)
  const known = [
    ...atFirstRelease,
    saying('0100-index', 'create index concurrently report_looks on report (looks)', {
      isTransactional: false,
    }),
  ]
  const all = await Promise.all(
    Array.from({ length: 5 }, () => migrate(new Secret(url), { known, tries: 1 })),
  )

  t.strictSame(all.flat(), ['0100-index'])
})
