import t from 'tap'
import { factDifferences } from '../../support/product/loaded-facts.ts'
import { BillingSystem, newWebhookSecret } from '../../support/servers/billing-system.ts'
import { advanceClocks } from '../clocks.ts'
import { until } from '../user-records.ts'
import { createSeller, day, testSupportCases } from './support-case.ts'

const secret = newWebhookSecret()

testSupportCases(t, [
  {
    name: 'the plan has lapsed, and the agent cannot change it',
    env: { SUBSCRIPTION_WEBHOOK_SECRETS: secret },
    async arrange(product, t) {
      const endsAt = new Date(product.clock.now().getTime() + day / 2)
      const seller = await createSeller(product, { plan: 'monthly', endsAt })
      const id = await seller.connectAndLoad()
      advanceClocks(product, day)
      const runs = () => product.query('select from sync_run where connection_id = $1', [id])
      const before = (await runs()).length
      return {
        message: `your tool is stuck on yesterday. account My Brand US, login here ${seller.email}`,
        searchTerm: seller.email,
        agent: 'sends message',
        diagnosis: 'Plan lapsed',
        async checkSolved({ message, text }) {
          t.match(message, 'Renew your plan at 1smart.link. Syncing then resumes')
          t.match(text, 'Change plan: ask an admin', 'the page names who can change the plan')
          await new BillingSystem(product, secret).sendEvent({ email: seller.email, plan: 'monthly' })
          await until('syncing resumes automatically', async () => {
            advanceClocks(product, day / 24)
            return (await runs()).length > before
          })
          t.match(
            await product.query('select plan, ends_at from subscription where user_id = $1', [seller.id]),
            [{ plan: 'monthly', ends_at: null }],
          )
        },
      }
    },
  },
  {
    name: 'the account has no ads',
    async arrange(product, t) {
      const seller = await createSeller(product)
      const id = await seller.connectAndLoad('empty', 'Quiet Brand US')
      return {
        message: 'everything is 0. broken? my amazon mail empty@amazon.example',
        searchTerm: 'empty@amazon.example',
        agent: 'sends message',
        diagnosis: 'No ad activity',
        async checkSolved({ message }) {
          t.match(message, 'Amazon reports no ad activity for these days, so there’s nothing to show yet')
          t.strictSame(await factDifferences(product, id), [], 'Amazon has no ad activity for these days')
        },
      }
    },
  },
  {
    name: 'Amazon rejects our client, which support cannot fix',
    async arrange(product, t) {
      const { caller, followCallback, ...seller } = await createSeller(product)
      product.sandbox.controls.set({ tokenEndpoint: 'invalid_client' })
      await followCallback(await caller.authorise('us-seller'))
      return {
        message: `I allowed everything at Amazon, three times now!!! and you say it failed. ${seller.email}`,
        searchTerm: seller.email,
        agent: 'uses tool',
        diagnosis: 'Amazon rejects our client',
        async checkSolved({ message, text, console }) {
          t.match(message, 'The problem is on our side, not with your account.')
          t.match(text, 'our Amazon client failed (401 invalid_client')
          const { $ } = await console.get('/admin/')
          t.match($('.alerts__list').text(), 'Amazon rejects our client: 1 case', 'the alert is shown')
          product.sandbox.controls.set({ tokenEndpoint: 'ok' })
          await seller.connectAndLoad()
          t.match((await seller.openDashboard()).text, 'Ads performance')
        },
      }
    },
  },
])
