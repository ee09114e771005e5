import t from 'tap'
import { profileIdOn } from '../caller.ts'
import { createSeller, testSupportCases } from './support-case.ts'

testSupportCases(t, [
  {
    name: 'an Amazon region is down while the seller chooses a profile',
    async arrange(product, t) {
      const { caller, ...seller } = await createSeller(product)
      product.sandbox.controls.set({ regionsDown: ['EU'] })
      await caller.returnFromAmazon(await caller.authorise('three-regions'))
      return {
        message: `Good morning, my German shop is not in the list, only the American ones! Marketplace is Amazon.de.\n${seller.email}`,
        searchTerm: seller.email,
        agent: 'sends message',
        diagnosis: 'Amazon region down',
        async checkSolved({ message }) {
          t.match(message, 'We can’t reach Amazon’s Europe region right now.')
          t.match(message, 'To load a missing region, choose “Try again” next to it in the account picker.')
          product.sandbox.controls.set({ regionsDown: [] })
          const { $ } = await seller.openDashboard()
          const retryPath = $('form[action$="/retry"]').first().attr('action') ?? ''
          await caller.post(retryPath)
          const picker = await seller.openDashboard()
          t.ok(profileIdOn(picker, 'My Store DE'))
          await caller.choose(picker, 'My Store DE')
          t.match(await seller.records.connections(), [{ account_name: 'My Store DE', status: 'active' }])
        },
      }
    },
  },
  {
    name: 'the wrong Amazon account is authorised and no profile chosen',
    async arrange(product, t) {
      const { caller, ...seller } = await createSeller(product)
      await caller.returnFromAmazon(await caller.authorise('lossy-ids'))
      return {
        message: `Hello, I logged in at Amazon with my private account by mistake. I have not picked anything. Please forget it on your side so that I can start over. ${seller.email}`,
        searchTerm: seller.email,
        agent: 'uses tool',
        diagnosis: 'Profile not chosen yet',
        async checkSolved() {
          t.strictSame(await seller.records.pending(), [], 'the pending connection is erased')
          t.match((await seller.openDashboard()).text, 'Connect Amazon Ads Account')
          await seller.connectAndLoad()
          t.match((await seller.openDashboard()).text, 'Ads performance')
        },
      }
    },
  },
  {
    name: 'the one-account limit blocks the choice',
    async arrange(product, t) {
      const { caller, ...seller } = await createSeller(product)
      const id = await seller.connectAndLoad()
      const picker = await caller.returnFromAmazon(await caller.authorise('three-regions'))
      await caller.choose(picker, 'My Store DE')
      return {
        message: `We sold the US brand, so take My Brand US off please. I want the German shop and your page says one account at a time?\nregards, ${seller.email}`,
        searchTerm: seller.email,
        agent: 'uses tool',
        diagnosis: 'Blocked by the one-account limit',
        async checkSolved({ message, text }) {
          t.match(message, 'You can connect one Amazon Ads account at a time.')
          t.match(text, 'Disconnected')
          await caller.choose(await seller.openDashboard(), 'My Store DE')
          t.match(await seller.records.connections(), [
            { id, status: 'closed' },
            { account_name: 'My Store DE', status: 'active' },
          ])
        },
      }
    },
  },
])
