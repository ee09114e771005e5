import t from 'tap'
import { GetAccountsSummary } from '../../../src/application/performance/get-accounts-summary.ts'
import { loadRows } from '../../support/contracts/load-rows.ts'
import { anActiveConnection, days } from '../../support/examples.ts'
import { openFakes } from '../../support/fakes/open.ts'

t.test(
  'S-28 a summary of any number of accounts takes two queries and never mixes two currencies',
  async t => {
    const fakes = openFakes()
    const currencies = ['EUR', 'USD', 'EUR', 'EUR']
    const connections = await Promise.all(
      currencies.map(async (currency, index) => {
        const connection = anActiveConnection()
        const account = { ...connection, profile: { ...connection.profile, currency } }
        await fakes.connections.save(account)
        if (index < 3)
          await loadRows(fakes, account.id, { rows: [{ cost: index + 1, sales7d: 10, clicks: 1 }] })
        return account
      }),
    )
    const queries: string[] = []
    const figures = new Proxy(fakes.figures, {
      get(target, name) {
        const member = Reflect.get(target, name)
        if (typeof member !== 'function') return member
        queries.push(String(name))
        return member.bind(target)
      },
    })
    fakes.clock.set(new Date('2026-05-12T12:00:00Z'))

    const summary = await new GetAccountsSummary({ figures, clock: fakes.clock }).execute(
      connections,
      { preset: '30d' },
      'console',
    )

    t.strictSame(queries, ['loadedDays', 'totals'])
    t.match(summary, [
      {
        currency: 'EUR',
        all: { cost: '4', sales: '20', acos: 0.2 },
        accounts: [
          { now: { cost: '1' }, days },
          { now: { cost: '3' }, days },
          { now: null, days: null },
        ],
      },
      { currency: 'USD', all: { cost: '2', clicks: 1 } },
    ])
  },
)

t.test('S-28 the most common currency comes first, the others follow by code', async t => {
  const { figures, clock } = openFakes()
  const connections = ['GBP', 'USD', 'EUR', 'CAD', 'EUR'].map(currency => {
    const connection = anActiveConnection()
    return { ...connection, profile: { ...connection.profile, currency } }
  })

  const summary = await new GetAccountsSummary({ figures, clock }).execute(
    connections,
    { preset: '30d' },
    'console',
  )

  t.strictSame(
    summary.map(({ currency }) => currency),
    ['EUR', 'CAD', 'GBP', 'USD'],
  )
})
