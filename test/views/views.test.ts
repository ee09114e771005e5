import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { doesNotMatch } from '../support/does-not-match.ts'
import { hostile, withHostileNames } from './hostile-names.ts'
import { pageModels } from './page-models/page-models.ts'
import { pageTexts } from './page-texts.ts'
import { renderPage, viewsFolder } from './render.ts'
import { samples } from './samples.ts'

const templates = readdirSync(viewsFolder, { recursive: true, encoding: 'utf8' }).filter(file =>
  file.endsWith('.hbs'),
)
const pages = samples.map(sample => ({ ...sample, html: renderPage(sample.view, sample.page) }))

const matchesOf = (html: string, pattern: RegExp) =>
  [...html.matchAll(pattern)].map(([whole, group]) => group ?? whole)

t.test('each sample has a unique name', async t => {
  const names = samples.map(({ name }) => name)
  t.strictSame(
    names.filter((name, at) => names.indexOf(name) !== at),
    [],
  )
})

t.test('every view has a sample', async t => {
  const shown = new Set(samples.map(({ view }) => `${view}.hbs`))
  const views = templates.filter(file => !/^(layouts|partials|email)\//.test(file))

  t.ok(views.length > 6)
  t.strictSame(
    views.filter(view => !shown.has(view)),
    [],
  )
})

for (const [folder, files] of Object.entries({ models: pageModels(), texts: await pageTexts() })) {
  t.test(`every page equals its file in test/views/${folder}; npm run docs:pages updates them`, async t => {
    const path = join(import.meta.dirname, folder)
    t.strictSame(readdirSync(path).sort(), [...files.keys()].sort())
    for (const [name, text] of files) t.equal(text, readFileSync(join(path, name), 'utf8'), name)
  })
}

t.test('the triple brace appears in layouts only, once, for the body', async t => {
  for (const file of templates) {
    const raw = matchesOf(readFileSync(join(viewsFolder, file), 'utf8'), /\{\{\{[^}]*\}\}\}|\{\{&/g)
    t.strictSame(raw, file.startsWith('layouts/') ? ['{{{body}}}'] : [], file)
  }
})

t.test('every page works under a policy without inline script or style', async t => {
  for (const { name, html } of pages) {
    const tags = matchesOf(html, /<[a-z][^>]*>/g)
    t.strictSame(
      tags.filter(tag => /\s(style|on\w+)\s*=/.test(tag)),
      [],
      `${name}: attributes`,
    )
    t.strictSame(
      tags.filter(tag => /^<style/.test(tag)),
      [],
      `${name}: style elements`,
    )
    t.strictSame(
      matchesOf(html, /<script[^>]*>[^<]*<\/script>/g).filter(
        script => !/^<script type="module" src="\/assets\/[a-z]+\.js"><\/script>$/.test(script),
      ),
      [],
      `${name}: scripts`,
    )
    doesNotMatch(t, html, /javascript:/i, name)
    const externalLink = /(?:src|href)="(?:https?:)?\/\/[^"]*"/
    t.strictSame(
      tags.filter(tag => externalLink.test(tag) && !/^<a /.test(tag)),
      [],
      `${name}: no resource from another site`,
    )
    for (const link of tags.filter(tag => externalLink.test(tag)))
      t.match(link, /target="_blank" rel="noopener noreferrer"/, name)
  }
})

t.test('every form that posts has a CSRF token', async t => {
  for (const { name, html } of pages) {
    for (const form of matchesOf(html, /<form [^>]*>[\s\S]*?<\/form>/g)) {
      const isGetForm = /^<form [^>]*method="get"/.test(form)
      t.ok(isGetForm || /^<form [^>]*method="post"/.test(form), name)
      const hasToken = form.includes('<input type="hidden" name="_csrf" value="csrf-token">')
      t.equal(hasToken, !isGetForm, `${name}: only a form that posts has a token`)
      t.equal(matchesOf(form, /<form/g).length, 1, `${name}: forms do not nest`)
    }
  }
})

t.test('S-01 a password field hides its text and names its kind for password managers', async t => {
  const fields = pages.flatMap(({ html }) =>
    matchesOf(html, /<input[^>]*name="(?:password|current|next)"[^>]*>/g),
  )
  const passwordFields = fields.filter(field => !/type="hidden"/.test(field))
  t.ok(passwordFields.length > 4)
  for (const field of passwordFields)
    t.match(field, /^(?=.*type="password")(?=.*autocomplete="(?:current|new)-password")(?!.*maxlength)/)
})

t.test('S-01 every page of a signed-in user has a visible sign-out', async t => {
  const signedIn = pages.filter(({ html }) => /class="topbar"/.test(html))
  t.ok(signedIn.length > 20)
  for (const { name, html } of signedIn)
    t.match(html, /<form[^>]*action="(?:\/admin|\/dashboard)?\/logout"[^>]*>/, name)
})

t.test('ids are unique, and every reference to an id resolves', async t => {
  for (const { name, html } of pages) {
    const ids = matchesOf(html, /\sid="([^"]*)"/g)
    t.strictSame(
      ids.filter((id, at) => ids.indexOf(id) !== at),
      [],
      `${name}: duplicate ids`,
    )
    const wanted = matchesOf(html, /\s(?:for|aria-labelledby|aria-describedby)="([^"]*)"/g).flatMap(value =>
      value.split(' '),
    )
    t.strictSame(
      wanted.filter(id => !ids.includes(id)),
      [],
      `${name}: missing ids`,
    )
  }
})

t.test('every visible field has a label, and every button a name', async t => {
  for (const { name, html } of pages) {
    const labelled = matchesOf(html, /<label[^>]*\sfor="([^"]*)"/g)
    for (const field of matchesOf(html, /<(?:input|select|textarea)[^>]*>/g)) {
      if (/type="hidden"/.test(field)) continue
      t.ok(labelled.includes(/\sid="([^"]*)"/.exec(field)?.[1] ?? ''), `${name}: ${field}`)
    }
    for (const button of matchesOf(html, /<button[^>]*>([\s\S]*?)<\/button>/g)) {
      t.match(button.replace(/<[^>]*>/g, ''), /\w/, name)
    }
    for (const image of matchesOf(html, /<img[^>]*>/g))
      t.match(image, /\salt=".*width="\d+" height="\d+"/, name)
  }
})

t.test('every page has one main heading and one main part', async t => {
  for (const { name, html } of pages) {
    t.equal(matchesOf(html, /<h1/g).length, 1, name)
    t.equal(matchesOf(html, /<main/g).length, 1, name)
  }
})

t.test('hostile names are shown as text', async t => {
  const tagsOf = (html: string) => matchesOf(html, /<\/?[a-z][a-z0-9]*/g).join(' ')
  for (const sample of samples) {
    const html = renderPage(sample.view, withHostileNames(sample).page)
    t.notOk(html.includes(hostile), sample.name)
    doesNotMatch(t, html, /<script>|<img src=x/, sample.name)
    t.equal(
      tagsOf(html),
      tagsOf(renderPage(sample.view, sample.page)),
      `${sample.name}: the same tags as with harmless names`,
    )
  }
})

t.test('a notice is shown on every page that has one', async t => {
  for (const { name, page, html } of pages) {
    t.equal(html.includes('id="notice-title"'), page.notice !== null, name)
  }
})

t.test('S-04 S-05 S-08 S-10 S-17 S-21 the pages contain the words that the guide promises', async t => {
  const page = (name: string) => pages.find(each => each.name === name)?.html ?? ''
  const textOf = (name: string) =>
    page(name)
      .replace(/<[^>]*>/g, ' ')
      .replace(/\s+/g, ' ')

  t.equal(matchesOf(page('welcome'), /Connect Amazon Ads Account/g).length, 1)
  t.equal(matchesOf(page('welcome-failed'), /Connect Amazon Ads Account/g).length, 1)
  t.match(textOf('welcome'), /about four minutes/i)
  t.match(textOf('dashboard'), 'Connect another account')
  doesNotMatch(t, page('no-plan-lapsed'), 'action="/dashboard/ads/connect"')
  t.match(textOf('picker'), 'My Brand US — Amazon.com')
  t.match(textOf('welcome-no-profiles'), 'No profiles available')
  t.match(
    textOf('picker-blocked'),
    'Disconnect My Brand US — Amazon.com and connect Larch &amp; Loam Home — Amazon.co.uk',
  )
  doesNotMatch(t, page('picker-blocked-several'), 'name="replace"')
  t.match(textOf('waiting-generating'), /OAuth.*Generating Reports.*Processing.*Ready/)
  t.match(page('waiting-refreshing'), '<meta http-equiv="refresh" content="30">')
  doesNotMatch(t, page('waiting-peek'), 'http-equiv="refresh"')
  doesNotMatch(t, page('waiting-generating'), 'view=dashboard')
  t.match(page('waiting-peek'), '/dashboard/ads/?account=c-0&amp;view=dashboard')
})
