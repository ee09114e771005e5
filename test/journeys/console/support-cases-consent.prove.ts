import t from 'tap'
import { referenceOf } from '../../../src/domain/timeline/reference.ts'
import { advanceClocks } from '../clocks.ts'
import { until } from '../user-records.ts'
import { createSeller, day, testSupportCases } from './support-case.ts'

testSupportCases(t, [
  {
    name: 'consent was cancelled, and the seller sends the page’s reference',
    async arrange(product, t) {
      const { caller, followCallback, ...seller } = await createSeller(product)
      const page = await followCallback(
        await caller.decide(await caller.leaveForAmazon(), 'us-seller', 'cancel'),
      )
      const reference = /\b[0-9A-F]{4}-[0-9A-F]{4}\b/.exec(page.text)?.[0] ?? ''
      return {
        message: `Hi, I wanted to connect Amazon and it says it was refused?? I never refused anything. The code on the page is ${reference}`,
        searchTerm: reference,
        agent: 'sends message',
        diagnosis: 'Consent denied at Amazon',
        async checkSolved({ message }) {
          t.match(message, 'Choose Connect Amazon Ads Account again, then Allow on Amazon’s page.')
          t.match((await seller.openDashboard()).text, 'Connect Amazon Ads Account')
          await seller.connectAndLoad()
          t.match((await seller.openDashboard()).text, 'Ads performance')
        },
      }
    },
  },
  {
    name: 'permission was revoked, and the seller sends only the account’s name',
    async arrange(product, t) {
      const seller = await createSeller(product)
      const id = await seller.connectAndLoad()
      product.sandbox.controls.revoke('us-seller', { accessTokensToo: true })
      advanceClocks(product, day)
      await until('the revocation is noticed', async () => {
        const [connection] = await seller.records.connections()
        return connection?.status === 'needs_authorisation'
      })
      return {
        message: 'no new numbers since yesterday, the account is called My Brand US. please help asap',
        searchTerm: 'My Brand US',
        agent: 'sends message',
        diagnosis: 'Permission revoked at Amazon',
        async checkSolved({ message }) {
          t.match(message, 'Choose Authorise again on Dashboard → Ads')
          t.match((await seller.openDashboard()).text, 'Authorise again')
          t.match((await seller.reauthorise(id, 'us-seller')).text, 'You’ve authorised again')
          t.match(await seller.records.connections(), [{ id, status: 'active' }])
        },
      }
    },
  },
  {
    name: 'the wrong Amazon account was used to authorise again',
    async arrange(product, t) {
      const seller = await createSeller(product)
      const id = await seller.connectAndLoad()
      await seller.reauthorise(id, 'lossy-ids')
      return {
        message: `I pressed Authorise again as you said and it still does not work. It is about ${referenceOf(id)}, my Amazon e-mail is us-seller@amazon.example`,
        searchTerm: 'us-seller@amazon.example',
        agent: 'sends message',
        diagnosis: 'Reauthorised with the wrong Amazon account',
        async checkSolved({ message }) {
          t.match(message, 'Authorise again with the login that owns it')
          t.match((await seller.reauthorise(id, 'us-seller')).text, 'You’ve authorised again')
          t.match(await seller.records.connections(), [{ id, status: 'active' }])
        },
      }
    },
  },
])
