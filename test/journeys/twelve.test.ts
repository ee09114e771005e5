import t, { type Test } from 'tap'
import { inChromium, javaScriptVariants, openWindow } from '../support/chromium-browser.ts'
import { demoPassword } from '../support/sellers-journey.ts'
import { startTestProduct } from '../support/test-product.ts'
import { arrivesAt, type InputMethod, keyboard, mouse } from './keyboard.ts'

const nextPassword = 'a quiet river at dawn'

/** The journeys of `docs/testing.md`, in order, by one user. */
for (const hasScript of javaScriptVariants) {
  const how = hasScript ? 'with the keyboard alone' : 'without JavaScript'
  t.test(`S-01 S-05 S-08 S-17 S-21 S-27 S-28 the twelve journeys work ${how}`, inChromium(), async t => {
    const product = await startTestProduct(t, { worker: true, sandbox: { usual: 'usual' } })
    const { email, id } = await product.newUser()
    const seller = await openWindow(t, product.address, { javaScriptEnabled: hasScript })
    const { page } = seller
    const { press, fill, check }: InputMethod = hasScript ? keyboard(seller, product.address) : mouse(seller)
    const at = (heading: string) => arrivesAt(page, heading)
    const waitForNotice = (title: string) => page.waitForSelector(`.notice__title:text-is("${title}")`)
    // Each starts where the previous one ended.
    const journey = async (name: string, go: (t: Test) => Promise<void>) => {
      if (!t.passing()) return
      await t.test(name, async t => {
        await go(t)
        t.pass('the journey is complete')
      })
    }
    const become = (role: string) => product.query('update app_user set role = $2 where id = $1', [id, role])
    const shows = (selector: string) => page.waitForSelector(selector)
    const allow = async () => {
      await page.waitForURL('**/ap/oa?**')
      await check('Terry Threeregions')
      await press('Allow')
    }
    const connectAnother = async (label: string) => {
      await press('Connected account')
      await press('Connect another account')
      await allow()
      await shows('dialog.picker')
      await press(label)
    }

    await journey('1 signing in', async () => {
      await seller.open('/dashboard/ads/')
      await fill('Email', email)
      await fill('Password', demoPassword)
      await press('Sign in')
      await at('Connect your Amazon Ads account')
    })
    await journey('2 to Amazon and back', async () => {
      await press('Connect Amazon Ads Account')
      await allow()
      await shows('dialog.picker')
    })
    await journey('3 choosing a profile', async () => {
      await press('My Store IN — Amazon.in')
      await at('Loading your last 30 days')
    })
    await journey('4 waiting until it is ready', async () => {
      if (!hasScript) await press('refresh every')
      await at('Ads performance')
    })
    await journey('5 other days on the dashboard', async t => {
      await press('7 days')
      await shows('.periods [aria-current]:text-is("7 days")')
      const to = await page.getAttribute('#to', 'max')
      await press('Custom range')
      await fill('From', to ?? '')
      await fill('To', to ?? '')
      await press('Show these dates')
      await shows('.periods__chosen')
      t.match(page.url(), `from=${to}&to=${to}`)
    })
    await journey('6 a table: sorted, filtered, its next page, what is in a campaign', async () => {
      await press('Overview')
      await press('Campaigns')
      await at('Campaigns')
      await press('ROAS')
      await shows('th[aria-sort=descending]:has-text("ROAS")')
      await press('Metrics')
      await fill('Clicks, at least', '1')
      await press('Filter')
      await shows('a:text-is("Show all")')
      await press((await page.locator('.campaign__name bdi').first().textContent()) ?? '')
      await at('Ad groups')
      await press('Show all campaigns')
      await press('Search terms')
      await at('Search terms')
      await press('Next page')
      await shows('.pager a:text-is("First page")')
    })
    await journey('7 blocked by the limit, and replacing', async () => {
      await connectAnother('My Store NL — Amazon.nl')
      await shows('h2:text-is("One account at a time")')
      await press('Disconnect My Store IN — Amazon.in and connect My Store NL — Amazon.nl')
      await shows('.page-head__account:has-text("My Store NL")')
    })
    await journey('8 another account, and switching between them', async () => {
      await become('manager')
      await connectAnother('My Store AU — Amazon.com.au')
      await shows('.page-head__account:has-text("My Store AU")')
      await press('Connected account')
      await press('My Store NL — Amazon.nl')
      await shows('.page-head__account:has-text("My Store NL")')
    })
    await journey('9 authorising again', async () => {
      await press('Connected account')
      await press('About this account')
      await at('Your account')
      await press('Authorise again at Amazon')
      await allow()
      await waitForNotice('You’ve authorised again')
    })
    await journey('10 disconnecting', async () => {
      for (const name of ['My Store NL', 'My Store AU']) {
        await press('Connected account')
        await press('About this account')
        await press('Disconnect…')
        await shows(`h1:has-text("Disconnect ${name}")`)
        await check('Keep it for 30 days')
        await press(`Disconnect ${name}`)
        await waitForNotice('Account disconnected')
      }
      await at('Connect your Amazon Ads account')
    })
    await journey('11 erasing what was kept', async () => {
      await press('Details of My Store NL')
      await press('Erase now…')
      await press('Erase the data of My Store NL')
      await waitForNotice('We’re erasing the data')
    })
    await journey('12 settings: emails, password, signing out', async () => {
      await press('Signed in as')
      await press('Settings')
      await at('Settings')
      await check('Email me when data is ready')
      await press('Save')
      await waitForNotice('Your choices are saved')
      await fill('Current password', demoPassword)
      await fill('New password', nextPassword)
      await press('Change password')
      await waitForNotice('Your password has changed')
      await press('Sign out everywhere')
      await at('Sign in')
    })
  })
}
