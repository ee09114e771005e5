import t, { type Test } from 'tap'
import { LocalKeys } from '../../src/adapters/postgres/engine/encryption/local-keys.ts'
import { migrate } from '../../src/adapters/postgres/migrations/migrate.ts'
import { loadOrCreateKey } from '../../src/commands/start/keys.ts'
import { runPeopleCommand } from '../../src/commands/users/run.ts'
import { createSecondFactor } from '../../src/domain/access/second-factor.ts'
import type { ProfileId, UserId } from '../../src/domain/identifiers.ts'
import { regions } from '../../src/domain/profile/region.ts'
import { Secret } from '../../src/domain/secret.ts'
import { generateKey } from '../../src/settings/settings.ts'
import { openPostgresStores } from '../support/contracts/postgres-stores.ts'
import { doesNotMatch } from '../support/does-not-match.ts'
import { anActiveConnection, aProfile, aSession, aSubscription, noon } from '../support/examples.ts'
import { makeDataFolder } from '../support/product/data-folder.ts'
import { cloneDatabase } from '../support/servers/cluster.ts'

const tokenKey = generateKey().reveal()

interface CommandResult {
  readonly code: number
  readonly out: string
  readonly err: string
}

async function runUsersCommand(env: Record<string, string>, ...args: string[]): Promise<CommandResult> {
  let [out, err] = ['', '']
  const code = await runPeopleCommand(args, env, {
    say: line => {
      out += `${line}\n`
    },
    writeError: text => {
      err += text
    },
  })
  return { code, out, err }
}

async function createScene(t: Test, env: Record<string, string> = {}) {
  const stores = await openPostgresStores(t)
  const [row] = await stores.query<{ name: string }>('select current_database() as name')
  const databaseUrl = new URL(process.env['TEST_DATABASE_URL'] ?? '')
  databaseUrl.pathname = `/${row?.name}`
  const subscriptionOf = (id?: UserId) => (id ? stores.subscriptions.of(id) : null)
  return {
    ...stores,
    subscriptionOf,
    run: (...args: string[]) =>
      runUsersCommand({ DATABASE_URL: databaseUrl.href, TOKEN_KEYS: tokenKey, ...env }, ...args),
  }
}

t.test('S-43 the users are listed with role and plan, without password hashes', async t => {
  const { run, createUser } = await createScene(t)
  t.strictSame(await run('list'), { code: 0, out: 'No users yet.\n', err: '' })
  await createUser({ email: 'cy@example.test', role: 'support' })
  await createUser({ email: 'ann@example.test' }, aSubscription({ endsAt: new Date('2027-01-31T00:00:00Z') }))
  await createUser({ email: 'bo@example.test', role: 'manager' }, aSubscription({ plan: 'listing_tools' }))

  t.strictSame(await run('list'), {
    code: 0,
    out: [
      'ann@example.test\tseller\tmonthly until 2027-01-31T00:00:00.000Z',
      'bo@example.test\tmanager\tlisting_tools',
      'cy@example.test\tsupport\tno plan',
      '',
    ].join('\n'),
    err: '',
  })
})

t.test('S-03 S-43 a plan set or removed by command is recorded and resumes syncing', async t => {
  const { run, createUser, connections, syncSchedule, entries, subscriptions } = await createScene(t)
  const { id, email } = await createUser({ email: 'ann@example.test' })
  const connection = anActiveConnection({ userId: id, profile: aProfile({ id: '7' as ProfileId }) })
  await connections.save(connection)
  await syncSchedule.schedule(connection.id, new Date('2100-01-01T00:00:00Z'))

  const result = await run('plan', 'Ann@Example.test', 'annual', '--until', '2099-01-31T00:00:00+01:00')
  t.strictSame(result, {
    code: 0,
    out: `Plan set: ${email}, annual until 2099-01-30T23:00:00.000Z.\n`,
    err: '',
  })
  t.strictSame(await subscriptions.of(id), { plan: 'annual', endsAt: new Date('2099-01-30T23:00:00Z') })
  t.strictSame(await syncSchedule.due(new Date(), 9, regions), [connection.id], 'the paused sync is due')

  t.match(await run('plan', email, 'monthly'), { code: 0, out: `Plan set: ${email}, monthly.` })
  t.match(await run('plan', email, 'monthly'), { code: 0, out: `Plan unchanged: ${email}, monthly.` })
  t.match(await run('plan', email, 'none'), { code: 0, out: `Plan set: ${email}, no plan.` })
  t.equal(await subscriptions.of(id), null)
  t.match(
    (await entries()).map(({ event }) => event),
    [
      { kind: 'plan_changed', source: 'command', before: null, after: { plan: 'annual' } },
      { kind: 'plan_changed', before: { plan: 'annual' }, after: { plan: 'monthly', endsAt: null } },
      { kind: 'plan_changed', before: { plan: 'monthly' }, after: null },
    ],
  )
})

t.test('S-18 S-43 a role changed by command is recorded', async t => {
  const { run, createUser, unitOfWork, users, entries } = await createScene(t)
  const { id, email } = await createUser()

  t.strictSame(await run('role', email, 'manager'), {
    code: 0,
    out: `Role set: ${email}, manager.\n`,
    err: '',
  })
  t.match(await unitOfWork.transaction(() => users.lock(id)), { role: 'manager' })
  t.match(await run('role', email, 'manager'), { code: 0, out: `Role unchanged: ${email}, manager.` })
  t.match(await entries(), [{ event: { kind: 'role_changed', source: 'command', after: 'manager' } }])
})

t.test('S-43 a user is added by command, and the invitation is shown once', async t => {
  const { run, rawText, subscriptionOf, storedPasswords } = await createScene(t)
  const added = await run(
    'add',
    'Nia@Example.test',
    '--name',
    'Nia New',
    '--role',
    'manager',
    '--plan',
    'annual',
  )
  t.match(added, { code: 0, err: '' })
  t.match(added.out, /^Added nia@example\.test: manager, annual\. Invitation, valid for 7 days:\n/)
  const [, token = ''] = /^http:\/\/localhost:3000\/invitation\/([\w-]{43})$/m.exec(added.out) ?? []
  t.not(token, '')
  doesNotMatch(t, await rawText('access_link'), token)
  const nia = await storedPasswords.find('nia@example.test')
  t.match(nia, { user: { name: 'Nia New', role: 'manager' }, passwordHash: null })
  t.strictSame(await subscriptionOf(nia?.user.id), aSubscription({ plan: 'annual' }))

  t.match(await run('add', 'nia@example.test', '--name', 'Another'), { code: 1, err: /User already exists/ })
  t.match((await run('invite', 'nia@example.test')).out, /\/invitation\/[\w-]{43}\n$/)
  t.match((await run('reset', 'nia@example.test')).out, /\/password\/reset\/[\w-]{43}\n$/)
})

t.test('S-43 S-46 a command removes a second factor; codes are printed only for demo staff', async t => {
  const dataDirectory = t.testdir()
  const { run, createUser, factors } = await createScene(t, { DATA_DIRECTORY: dataDirectory })
  const { id, email } = await createUser({ role: 'support' })
  await factors.save(createSecondFactor(id, new Secret('GEZDGNBVGY3TQOJQ')))

  t.match(await run('code', email), { code: 1, out: '', err: /Not a demo staff member/ })
  t.match(await run('code', 'seller@demo.test'), { code: 1, out: '' })
  t.match(await run('code', 'support@demo.test'), { code: 1, out: '', err: /No demo staff/ })
  await loadOrCreateKey(dataDirectory, 'demo-staff')
  t.match((await run('code', 'support@demo.test')).out, /^\d{6}\n$/)
  t.match(await run('remove-second-factor', email), { code: 0, out: /Second factor removed/ })
  t.equal(await factors.of(id), null)
  t.match(await run('remove-second-factor', email), { code: 0, out: /No second factor to remove/ })
  t.match(await run('invite', email), { code: 1, err: /already has a password/ })
  t.match(await run('reset', 'unknown@example.test'), { code: 1, err: /User not found/ })
  t.match(await run('disable', email), { code: 0 })
  for (const command of ['invite', 'reset', 'enrol'])
    t.match(await run(command, email), { code: 1, out: '', err: /is disabled. Use "enable" first/ })
})

t.test('S-46 a link that a command emails is encrypted under the product’s key', async t => {
  const dataDirectory = t.testdir()
  const { run, createUser, query, rawText, entries } = await createScene(t, {
    DATA_DIRECTORY: dataDirectory,
    TOKEN_KEYS: '',
  })
  const { email } = await createUser()

  const withoutKey = {
    code: 1,
    out: '',
    err: 'TOKEN_KEYS is not set, so the product couldn’t read the link in the email. Nothing was changed.\n',
  }
  t.strictSame(await run('role', email, 'support'), withoutKey)
  t.strictSame(await run('remove-second-factor', email), withoutKey)
  t.strictSame(await entries(), [])
  t.match(await run('list'), { code: 0 })

  const key = await loadOrCreateKey(dataDirectory, 'token')
  t.match(await run('role', email, 'support'), { code: 0 })
  const keyId = new LocalKeys([key]).newestId
  t.strictSame(
    await query(`select split_part(link, '.', 2) as key from email_message where link is not null`),
    [{ key: keyId }],
  )
  doesNotMatch(t, await rawText('email_message'), '/admin/enrol/')
})

t.test('S-01 S-43 a user is signed out everywhere by command; other users stay signed in', async t => {
  const { run, createUser, sessions } = await createScene(t)
  const [{ id, email }, other] = [await createUser(), await createUser()]
  for (const userId of [id, id, other.id]) await sessions.open(aSession({ userId }))

  t.match(await run('sign-out', email), { code: 0, out: /Signed out everywhere/, err: '' })
  t.strictSame(await sessions.activeByUser(id, noon), [])
  t.equal((await sessions.activeByUser(other.id, noon)).length, 1)
  t.match(await run('sign-out', 'unknown@example.test'), { code: 1, err: /User not found/ })
  t.match(await run('sign-out', email, other.email), { code: 2 })
  t.equal((await sessions.activeByUser(other.id, noon)).length, 1)
})

t.test('S-43 a rejected command gives its reason, changes nothing and exits non-zero', async t => {
  const { run, createUser, entries, subscriptions } = await createScene(t)
  const { id, email } = await createUser()

  const userNotFound = {
    code: 1,
    out: '',
    err: 'User not found: unknown@example.test. Nothing was changed.\n',
  }
  t.strictSame(await run('plan', 'unknown@example.test', 'annual'), userNotFound)
  t.strictSame(await run('role', 'unknown@example.test', 'admin'), userNotFound)

  const invalidCommands: readonly (readonly [args: string[], sentence: RegExp])[] = [
    [[], /Command missing/],
    [['constructor'], /Unknown command: constructor/],
    [['list', 'all'], /Unknown argument: all/],
    [['plan'], /EMAIL is not an email address/],
    [['plan', email], /PLAN must be one of monthly, quarterly, annual, listing_tools, none/],
    [['plan', email, 'Monthly'], /PLAN must be one of/],
    [['plan', email, 'annual', '--until'], /--until <value>' argument missing/],
    [['plan', email, 'annual', '--until', '2027-01-31'], /--until needs a time/],
    [['plan', email, 'annual', '--until', '2027-13-31T00:00:00Z'], /--until needs a time/],
    [['plan', email, 'annual', 'until', '2027-01-31T00:00:00Z'], /Unknown argument/],
    [['plan', email, 'none', '--until', '2027-01-31T00:00:00Z'], /--until needs a plan/],
    [['add', 'new@example.test'], /Missing value: --name/],
    [['add', 'new@example.test', '--name'], /--name <value>' argument missing/],
    [['add', 'new@example.test', '--name', 'N', '--role', 'owner'], /--role must be one of/],
    [['add', 'new@example.test', '--name', 'N', '--until', 'then'], /Unknown argument: --until/],
    [['role', email, 'admin', '--force'], /Unknown option '--force'/],
    [['invite', email, 'twice'], /Unknown argument: twice/],
    [['role', email, 'owner'], /ROLE must be one of seller, manager, admin, support/],
    [['role', email, 'admin', 'support'], /Unknown argument: support/],
  ]
  const results = await Promise.all(invalidCommands.map(([args]) => run(...args)))
  results.forEach(({ code, out, err }, index) => {
    const [args = [], sentence] = invalidCommands[index] ?? []
    t.equal(code, 2, args.join(' '))
    t.equal(out, '')
    t.match(err, sentence)
    t.match(err, 'npm run people -- COMMAND', 'the output shows the usage')
  })
  t.equal(await subscriptions.of(id), null)
  t.strictSame(await entries(), [])
})

t.test('S-54 a missing, unresponsive or outdated database is reported in one sentence', async t => {
  const folder = await makeDataFolder()
  t.teardown(() => folder.discard())
  const embedded = await runUsersCommand({ DATABASE_URL: '', DATA_DIRECTORY: folder.path }, 'list')
  t.match(embedded, {
    code: 1,
    out: '',
    err: /^No database: DATABASE_URL is not set/,
  })

  const unresponsiveUrl = 'postgres://postgres:word@127.0.0.1:1/x'
  t.match(await runUsersCommand({ DATABASE_URL: unresponsiveUrl }, 'list'), {
    code: 1,
    err: 'The database at 127.0.0.1:1 isn’t responding. Check DATABASE_URL.\n',
  })
  t.match(await runUsersCommand({ DATABASE_URL: 'nonsense' }, 'list'), {
    code: 1,
    err: /- DATABASE_URL must be a URL/,
  })

  const empty = await cloneDatabase('template0')
  t.teardown(() => empty.drop())
  t.match(await runUsersCommand({ DATABASE_URL: empty.url }, 'list'), {
    code: 1,
    err: /Run "npm run migrate" first/,
  })
  await migrate(new Secret(empty.url))
  t.match(await runUsersCommand({ DATABASE_URL: empty.url }, 'list'), { code: 0 })
})
