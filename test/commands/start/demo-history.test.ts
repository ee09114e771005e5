import { existsSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { DemoHistory, isDemoHistoryDue } from '../../../src/commands/start/demo-history.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { readSettings } from '../../../src/settings/settings.ts'
import { openPostgresStores } from '../../support/contracts/postgres-stores.ts'
import { aSavedConnection } from '../../support/contracts/stores.ts'

const settings = readSettings({ DEMO_SELLERS: '1' })

t.test('S-50 demo history is due from the first start of an unused database until it exists', async t => {
  const stores = await openPostgresStores(t)
  const folder = t.testdir()
  const isDue = (currentSettings = settings, dataDirectory = folder) =>
    isDemoHistoryDue(currentSettings, new Secret(stores.databaseUrl), dataDirectory)

  t.equal(await isDue(readSettings({ DEMO_SELLERS: '0' })), false, 'DEMO_SELLERS=0 creates none')
  t.equal(await isDue(), true, 'the database is unused')
  await aSavedConnection(stores)
  t.equal(await isDue(), true, 'an earlier start was interrupted')
  t.equal(
    await isDue(settings, t.testdir({ other: {} })),
    false,
    'a used database without the marker file is left unchanged',
  )
})

t.test('S-50 the next start retries demo history that failed', async t => {
  const dataDirectory = t.testdir({ 'demo.making': '' })
  const history = new DemoHistory(true)
  t.equal(history.percent, 0)
  let output = ''
  const failed = new Promise<void>(resolve => {
    history.begin({
      settings,
      environment: { PATH: process.env['PATH'] },
      // Nothing listens on port 9.
      databaseUrl: new Secret('postgres://nobody@127.0.0.1:9/none'),
      tokenKeys: [],
      dataDirectory,
      log: line => {
        output += line
        if (line.includes('Demo data: failed')) resolve()
      },
    })
  })

  await failed

  t.match(output, 'The next start tries again')
  t.equal(history.percent, null, 'the console no longer shows its progress')
  t.ok(existsSync(join(dataDirectory, 'demo.making')))
})
