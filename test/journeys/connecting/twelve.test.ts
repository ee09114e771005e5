import t, { type Test } from 'tap'
import { demoPassword } from '../../../src/commands/start/demo-users.ts'
import { inChromium, javaScriptVariants, openWindow } from '../../support/browser/chromium-browser.ts'
import { startTestProduct } from '../../support/product/test-product.ts'
import { type InputMethod, keyboard, mouse, waitForHeading } from '../accessibility/keyboard.ts'

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
    const waitForPage = (heading: string) => waitForHeading(page, heading)
    const waitForNotice = (title: string) => page.waitForSelector(`.notice__title:text-is("${title}")`)
    // Each journey starts where the previous one ended.
    const journey = async (name: string, steps: (t: Test) => Promise<void>) => {
      if (!t.passing()) return
      await t.test(name, async t => {
        await steps(t)
        t.pass('the journey is complete')
      })
    }
    const setRole = (role: string) => product.query('update app_user set role = $2 where id = $1', [id, role])
    const waitFor = (selector: string) => page.waitForSelector(selector)
    const allow = async () => {
      await page.waitForURL('**/ap/oa?**')
      await check('Terry Threeregions')
      await press('Allow')
    }
    const connectAnother = async (label: string) => {
      await press('Connected account')
      await press('Connect another account')
      await allow()
      await waitFor('dialog.picker')
      await press(label)
    }

    await journey('1 signing in', async () => {
      await seller.open('/dashboard/ads/')
      await fill('Email', email)
      await fill('Password', demoPassword)
      await press('Sign in')
      await waitForPage('Connect your Amazon Ads account')
    })
    await journey('2 to Amazon’s consent page and back', async () => {
      await press('Connect Amazon Ads Account')
      await allow()
      await waitFor('dialog.picker')
    })
    await journey('3 choosing a profile', async () => {
      await press('My Store IN — Amazon.in')
      await waitForPage('Loading your last 30 days')
    })
    await journey('4 waiting until it is ready', async () => {
      if (!hasScript) await press('refresh every')
      await waitForPage('Ads performance')
    })
    await journey('5 the dashboard: a preset period and a custom range', async t => {
      await press('7 days')
      await waitFor('.periods [aria-current]:text-is("7 days")')
      const to = await page.getAttribute('#to', 'max')
      await press('Custom range')
      await fill('From', to ?? '')
      await fill('To', to ?? '')
      await press('Show these dates')
      await waitFor('.periods__chosen')
      t.match(page.url(), `from=${to}&to=${to}`)
    })
    await journey(
      '6 a table: sorted, filtered, its next page, from a campaign to its ad groups',
      async () => {
        await press('Overview')
        await press('Campaigns')
        await waitForPage('Campaigns')
        await press('ROAS')
        await waitFor('th[aria-sort=descending]:has-text("ROAS")')
        await press('Metrics')
        await fill('Clicks, at least', '1')
        await press('Filter')
        await waitFor('a:text-is("Show all")')
        await press((await page.locator('.campaign__name bdi').first().textContent()) ?? '')
        await waitForPage('Ad groups')
        await press('Show rows of all campaigns')
        await press('Search terms')
        await waitForPage('Search terms')
        await press('Next page')
        await waitFor('.pager a:text-is("First page")')
      },
    )
    await journey('7 blocked by the one-account limit, and replacing', async () => {
      await connectAnother('My Store NL — Amazon.nl')
      await waitFor('h2:text-is("One account at a time")')
      await press('Disconnect My Store IN — Amazon.in and connect My Store NL — Amazon.nl')
      await waitFor('.page-head__account:has-text("My Store NL")')
    })
    await journey('8 another account, and switching between them', async () => {
      await setRole('manager')
      await connectAnother('My Store AU — Amazon.com.au')
      await waitFor('.page-head__account:has-text("My Store AU")')
      await press('Connected account')
      await press('My Store NL — Amazon.nl')
      await waitFor('.page-head__account:has-text("My Store NL")')
    })
    await journey('9 authorising again', async () => {
      await press('Connected account')
      await press('About this account')
      await waitForPage('Your account')
      await press('Authorise again at Amazon')
      await allow()
      await waitForNotice('You’ve authorised again')
    })
    await journey('10 disconnecting', async () => {
      for (const name of ['My Store NL', 'My Store AU']) {
        await press('Connected account')
        await press('About this account')
        await press('Disconnect…')
        await waitFor(`h1:has-text("Disconnect ${name}")`)
        await check('Keep it for 30 days')
        await press(`Disconnect ${name}`)
        await waitForNotice('Account disconnected')
      }
      await waitForPage('Connect your Amazon Ads account')
    })
    await journey('11 erasing the retained data', async () => {
      await press('Details of My Store NL')
      await press('Erase now…')
      await press('Erase the data of My Store NL')
      await waitForNotice('We’re erasing the data')
    })
    await journey('12 settings: emails, another password, signing out everywhere', async () => {
      await press('Signed in as')
      await press('Settings')
      await waitForPage('Settings')
      await check('Email me when data is ready')
      await press('Save')
      await waitForNotice('Your choices are saved')
      await fill('Current password', demoPassword)
      await fill('New password', nextPassword)
      await press('Change password')
      await waitForNotice('Your password has changed')
      await press('Sign out everywhere')
      await waitForPage('Sign in')
    })
  })
}
