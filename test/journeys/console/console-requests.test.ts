import { randomUUID } from 'node:crypto'
import t from 'tap'
import { startTestProduct } from '../../support/product/test-product.ts'
import { Caller } from '../caller.ts'
import { anAgent } from '../users.ts'

t.test('S-30 S-42 a support request shows the diagnosis and a suggested reply', async t => {
  const product = await startTestProduct(t, { worker: true })
  const { console } = await anAgent(product)
  const seller = await product.newUser()
  const browser = new Caller(product.address)
  await browser.signIn(seller.email)
  const sendRequest = async (message: string, account = '') => {
    const fields = { message, amazonEmail: '', marketplace: '', page: '', reference: '' }
    await browser.post('/dashboard/help', { ...fields, form: randomUUID(), account })
    const [{ id } = { id: '' }] = await product.query<{ id: string }>(
      'select id from support_request where message = $1',
      [message],
    )
    return console.get(`/admin/requests/${id}`)
  }
  const causesOn = (page: Awaited<ReturnType<typeof sendRequest>>) =>
    page
      .$('[data-cause]')
      .toArray()
      .map(each => page.$(each).attr('data-cause'))

  const callbackUrl = await browser.decide(await browser.leaveForAmazon(), 'us-seller', 'cancel')
  await browser.get(callbackUrl.pathname + callbackUrl.search)
  const before = await sendRequest('It does not work')
  t.strictSame(causesOn(before), ['consent_cancelled'])
  t.match(before.$('.seller-message').first().text(), 'Choose Connect Amazon Ads Account again')
  t.equal(before.$('[data-cause] h3 a').attr('href'), `/admin/cases/${seller.id}`)

  await browser.connect('us-seller', 'My Brand US')
  const [{ id } = { id: '' }] = await product.query<{ id: string }>('select id from connection')
  const after = await sendRequest('My figures are missing', id)
  t.equal(causesOn(after).length, 1, 'the request shows the diagnosis of its account')
  t.equal(after.$('[data-cause] h3 a').attr('href'), `/admin/cases/${id}`)
})
