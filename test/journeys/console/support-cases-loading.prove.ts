import t from 'tap'
import { minutes } from '../../../src/domain/calendar.ts'
import { doesNotMatch } from '../../support/does-not-match.ts'
import { factDifferences } from '../../support/product/loaded-facts.ts'
import { advanceClocks } from '../clocks.ts'
import { postponeSyncs, until } from '../user-records.ts'
import { createSeller, testSupportCases } from './support-case.ts'

const always = 1_000_000

testSupportCases(t, [
  {
    name: 'Amazon could not generate a report at first, but can now',
    async arrange(product, t) {
      const { sandbox, clock } = product
      const { caller, ...seller } = await createSeller(product)
      sandbox.controls.set({ failReports: { spSearchTerm: always } })
      await caller.connect('us-seller', 'My Brand US')
      await postponeSyncs(product)
      await until(
        'the report has failed',
        async () => {
          clock.advance(minutes(5))
          return (await seller.records.events('sync_finished')).length > 0
        },
        60,
      )
      sandbox.controls.set({ failReports: {} })
      const [connection] = await seller.records.connections()
      t.not((await factDifferences(product, connection?.id ?? '')).length, 0)
      return {
        message:
          'Search terms are empty for me, everything else is there. Amazon e-mail: us-seller@amazon.example, marketplace Amazon.com',
        searchTerm: 'us-seller@amazon.example',
        agent: 'uses tool',
        diagnosis: 'Amazon couldn’t generate a report',
        async checkSolved({ message }) {
          t.match(message, 'The problem is at Amazon, not with your account.')
          await until('the account is loaded', async () => (await seller.stage()) === 'ready')
          await until(
            'all figures match Amazon’s',
            async () => (await factDifferences(product, connection?.id ?? '')).length === 0,
          )
          const { $ } = await caller.get('/dashboard/ads/search-terms')
          t.ok($('section tbody tr').length > 0, 'the seller sees search terms')
        },
      }
    },
  },
  {
    name: 'the figures do not match Amazon’s',
    async arrange(product, t) {
      const { query } = product
      const seller = await createSeller(product)
      const id = await seller.connectAndLoad()
      const mismatches = async () => {
        const [row] = await query<{ mismatches: number | null }>(
          'select mismatches from reconciliation where connection_id = $1 and due_at is null',
          [id],
        )
        return row?.mismatches ?? null
      }
      await until('the figures are reconciled', async () => (await mismatches()) === 0)
      await query(
        `update campaign_day set cost = cost + 0.01
         where (connection_id, day, campaign_id) = (select connection_id, day, campaign_id from campaign_day where connection_id = $1 limit 1)`,
        [id],
      )
      await query('update reconciliation set due_at = checked_at where connection_id = $1', [id])
      await until('the mismatch is found', async () => (await mismatches()) === 1)
      t.match((await seller.openDashboard()).text, 'Some figures may be wrong')
      return {
        message:
          'The page says some figures may be wrong?! Which ones? I report to my boss on Friday. Shop: My Brand US on Amazon.com',
        searchTerm: 'My Brand US',
        agent: 'uses tool',
        diagnosis: 'Figures don’t match Amazon’s',
        async checkSolved({ message }) {
          t.match(message, 'We’re reloading those days and will write when they’re correct.')
          await until(
            'the days are loaded again and match Amazon’s',
            async () => (await mismatches()) === 0 && (await seller.stage()) === 'ready',
            60,
          )
          doesNotMatch(t, (await seller.openDashboard()).text, 'Some figures may be wrong')
        },
      }
    },
  },
  {
    name: 'a sync is stuck at Amazon',
    async arrange(product, t) {
      product.sandbox.controls.set({ generationSeconds: { min: 7200, max: 7200 } })
      const { caller, ...seller } = await createSeller(product)
      await caller.connect('three-regions', 'My Store DE')
      await until('Amazon has received every report request', async () => {
        const open = await product.query(`select from report where status = 'requested'`)
        return open.length === 0
      })
      advanceClocks(product, minutes(40))
      return {
        message:
          'It does not work; the bar has not moved for half an hour. My Amazon e-mail is three-regions@amazon.example, the marketplace is Amazon.de',
        searchTerm: 'three-regions@amazon.example',
        agent: 'sends message',
        diagnosis: 'Amazon is slow',
        async checkSolved({ message }) {
          t.match(message, 'Amazon is taking longer than usual to prepare your reports, up to three hours.')
          t.not(await seller.stage(), 'failed')
          advanceClocks(product, minutes(85))
          await seller.waitUntilLoaded()
          t.match((await seller.openDashboard()).text, 'Ads performance')
        },
      }
    },
  },
])
