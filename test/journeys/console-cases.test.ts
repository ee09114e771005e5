import t from 'tap'
import { enterConsole, newStaff } from '../support/staff-journey.ts'
import { startTestProduct, type TestPerson, type TestProduct } from '../support/test-product.ts'
import { type Answer, Caller } from './caller.ts'
import { until } from './records.ts'

async function scene(t: Parameters<typeof startTestProduct>[0]) {
  const product = await startTestProduct(t)
  const console = new Caller(product.address)
  await enterConsole(console, await newStaff(product))
  return { product, console }
}

async function connected(
  product: TestProduct,
  seller: TestPerson,
  user = 'us-seller',
  label = 'My Brand US',
) {
  const browser = new Caller(product.address)
  await browser.signIn(seller.email)
  await browser.connect(user, label)
  return browser
}

/** As soon as the digest has caught up. */
async function found(console: Caller, q: string, isRight: (page: Answer) => boolean): Promise<Answer> {
  const ask = () => console.get(`/admin/cases?${new URLSearchParams({ q })}`)
  await until(`${q} is found`, async () => isRight(await ask()))
  return ask()
}

const rows = ({ $ }: Answer): string[] =>
  $('tr[data-row]')
    .toArray()
    .map(row => $(row).text().replace(/\s+/g, ' ').trim())

const openFirst = (console: Caller, page: Answer) =>
  console.get(page.$('tr[data-row] a').first().attr('href') ?? 'nowhere')

t.test('S-40 a seller is found by whatever their mail says of them', async t => {
  const { product, console } = await scene(t)
  const seller = await product.newPerson()
  const other = await product.newPerson()
  await connected(product, seller)
  await found(console, seller.email, page => rows(page)[0]?.includes('My Brand US') ?? false)

  const [connection] = await product.query<{
    id: string
    profile_id: string
    amazon_user: { userId: string }
  }>('select id, profile_id, amazon_user from connection')
  const [attempt] = await product.query<{ id: string }>('select id from attempt')
  const [report] = await product.query<{ id: string; run_id: string; amazon_report_id: string }>(
    'select id, run_id, amazon_report_id from report where amazon_report_id is not null limit 1',
  )
  const reference = (id = ''): string => `${id.slice(0, 4)}-${id.slice(4, 8)}`
  for (const q of [
    seller.email,
    seller.email.toUpperCase(),
    'us-seller@amazon.example',
    'US-SELLER@amazon',
    connection?.amazon_user.userId,
    connection?.profile_id,
    connection?.profile_id.slice(0, 8),
    connection?.id,
    reference(connection?.id),
    reference(attempt?.id).toUpperCase(),
    attempt?.id,
    seller.id,
    report?.id,
    report?.run_id,
    report?.amazon_report_id,
    'my brand',
    'amazon.com',
    `amazon.com ${seller.email}`,
    'https://www.amazon.com/',
  ]) {
    const page = await console.get(`/admin/cases?${new URLSearchParams({ q: q ?? '' })}`)
    t.equal(rows(page).length, 1, `${q}`)
    t.match(rows(page)[0], `A seller ${seller.email}`, `${q}`)
  }
  for (const q of [
    'nobody@example.test',
    'amazon.de',
    '0000-0000',
    `amazon.de ${seller.email}`,
    '%',
    'a_seller',
  ]) {
    const page = await console.get(`/admin/cases?${new URLSearchParams({ q })}`)
    t.strictSame(rows(page), [], q)
    t.match(page.words, 'Nothing fits', q)
  }
  const untried = await console.get(`/admin/cases?q=${other.email}`)
  t.match(rows(untried)[0], 'Has not tried to connect')
})

t.test('S-41 S-42 two clicks from an e-mail to what is the matter, why, and what to say', async t => {
  const { product, console } = await scene(t)
  const seller = await product.newPerson()
  const browser = new Caller(product.address)
  await browser.signIn(seller.email)
  const refused = await browser.decide(await browser.leaveForAmazon(), 'us-seller', 'cancel')
  await browser.get(refused.pathname + refused.search)

  const list = await found(
    console,
    seller.email,
    page => rows(page)[0]?.includes('Permission refused') ?? false,
  )
  const page = await openFirst(console, list)
  t.equal(page.$('[data-cause]').first().attr('data-cause'), 'consent_cancelled')
  t.match(page.words, 'The person pressed Cancel on Amazon’s consent page.')
  t.match(page.words, 'The seller’s to mend Certain, since')
  t.match(page.$('.tell').first().text(), 'allow access on Amazon’s page')
  const evidence = page.$('.evidence a').first()
  t.match(evidence.text(), 'Came back from Amazon without permission')
  t.equal(page.$(evidence.attr('href') ?? '').length, 1, 'it leads to the entry')
  const story = page
    .$('.story__entry')
    .toArray()
    .map(entry => page.$(entry).text().replace(/\s+/g, ' '))
  t.match(
    story[0] ?? '',
    /Came back from Amazon without permission.*Seller saw: You did not allow access at Amazon/,
  )
  t.match(story[1], 'Sent to Amazon’s consent page for North America.')
})
