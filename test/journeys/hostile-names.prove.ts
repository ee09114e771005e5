import t from 'tap'
import { browserTest, openWindow } from '../support/browser/chromium-browser.ts'
import { startTestProduct } from '../support/product/test-product.ts'

const awkward = 'He said "hi" \\ & <b>bold</b> \'tab\' new line 🧘‍♀️ مرحبا'
const script = '<script>alert(1)</script>'

browserTest(t, 'S-08 S-29 hostile names are shown as text, and ids above 2^53 are exact', async t => {
  const product = await startTestProduct(t, { worker: true })
  const { email, id } = await product.newUser('manager')
  const seller = await openWindow(t, product.address)
  const { page } = seller
  const dialogs: string[] = []
  page.on('dialog', dialog => {
    dialogs.push(dialog.message())
    void dialog.dismiss()
  })
  await seller.signIn(email)
  await seller.leaveForAmazon()
  await seller.allow('lossy-ids')

  const labels = await page.locator('.choice__label').allTextContents()
  t.strictSame(
    labels.map(label => label.replace(/\s+/g, ' ')),
    [`${awkward} — Amazon.com`, `${script} — Amazon.ca`],
  )
  const values = await page
    .locator('button[name=profile]')
    .evaluateAll((buttons: { value: string }[]) => buttons.map(({ value }) => value))
  t.strictSame(values, ['9007199254740993', '9007199254740992'])

  await page.click('button[value="9007199254740993"]')
  await page.waitForSelector('h1:text-is("Ads performance")', { timeout: 60_000 })
  t.equal((await seller.text('.page-head__account')).includes(awkward), true)
  t.equal((await seller.text('.switcher > summary')).includes(awkward), true)

  await seller.connectAnotherAccount()
  await seller.allow('lossy-ids')
  await page.click('button[value="9007199254740992"]')
  await page.waitForSelector('h1:text-is("Ads performance")', { timeout: 60_000 })
  await page.click('.switcher > summary')
  const switcher = await seller.text('.switcher')
  t.ok(switcher.includes(awkward) && switcher.includes(`${script} — Amazon.ca`))

  const stored = await product.query<{ profile_id: string; account_name: string }>(
    'select profile_id, account_name from connection where user_id = $1 order by connected_at',
    [id],
  )
  t.strictSame(
    stored.map(({ profile_id }) => profile_id),
    ['9007199254740993', '9007199254740992'],
  )
  t.equal(
    stored[0]?.account_name,
    'He said "hi" \\ & <b>bold</b>\t\'tab\'\nnew line 🧘‍♀️ مرحبا',
    'the name is stored unchanged',
  )
  const [ids] = await product.query<{ hasUnsafeIds: boolean; areDistinct: boolean }>(
    `select bool_or(campaign_id::numeric % 2 = 1 and campaign_id::numeric > 9007199254740992) as "hasUnsafeIds",
       count(distinct campaign_id) > count(distinct campaign_id::float8) as "areDistinct" from campaign_fact`,
  )
  t.strictSame(ids, { hasUnsafeIds: true, areDistinct: true }, 'campaign ids above 2^53 stay distinct')
  t.strictSame(dialogs, [])
  t.strictSame(seller.browserErrors, [])
})
