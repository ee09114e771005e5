import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { load } from 'cheerio'
import t from 'tap'
import { styleguideSheet } from '../../../../src/adapters/fastify/styleguide/sheet.ts'
import { contrast, measurePairs, readTokens } from '../../../../src/adapters/fastify/styleguide/tokens.ts'
import { viewsFolder } from '../../../../src/adapters/fastify/templates.ts'
import { buildSilentProduct } from '../../../support/silent-product.ts'

t.test('text has a contrast of at least 4.5 and graphics of 3 in both colour schemes', async t => {
  t.equal(contrast('#000000', '#ffffff'), 21)
  t.equal(contrast('#777777', '#ffffff').toFixed(2), '4.48')
  const pairs = measurePairs(readTokens())
  t.ok(pairs.length > 40)
  for (const { colour, on, ratio, minRatio } of pairs) {
    t.ok(ratio.light >= minRatio, `${colour} on ${on}, light: ${ratio.light.toFixed(2)}`)
    t.ok(ratio.dark >= minRatio, `${colour} on ${on}, dark: ${ratio.dark.toFixed(2)}`)
  }
  const faintInk = '--ink: light-dark(#888888, #e9eff1);'
  const css = [...readTokens().colours]
    .map(([name, { light, dark }]) => `--${name}: light-dark(${light}, ${dark});`)
    .join('\n')
  const pairsWithFaintInk = measurePairs(readTokens(`${css}\n${faintInk}`))
  t.ok(pairsWithFaintInk.some(({ colour, ratio, minRatio }) => colour === 'ink' && ratio.light < minRatio))
})

t.test('every text colour is measured', async t => {
  const measured = new Set(measurePairs(readTokens()).map(({ colour }) => colour))
  const sheets = readdirSync(join(viewsFolder, 'assets/styles'))
  t.ok(sheets.length > 10)
  const used = [...styleguideSheet(readTokens()).matchAll(/[\s;{]color: var\(--([\w-]+)\)/g)].map(
    ([, name]) => name ?? '',
  )
  // `tone` is always one of the measured colours.
  t.strictSame(
    [...new Set(used)].filter(name => !measured.has(name) && name !== 'tone'),
    [],
  )
})

t.test('the style guide shows interactive states with the product’s own CSS rules', async t => {
  const sheet = styleguideSheet(readTokens())
  t.match(sheet, '.button--primary {')
  t.match(sheet, '[data-forced="hover"]')
  t.notMatch(sheet, /:hover|:focus-visible|:active/)
})

t.test('the style guide is served in development and not in production', async t => {
  const development = await buildSilentProduct(t, {})
  const page = await development.inject('/styleguide')
  t.equal(page.statusCode, 200)
  const $ = load(page.body)
  t.ok($('.specimen').length > 60, `${$('.specimen').length} specimens`)
  t.strictSame(
    $('.specimen')
      .toArray()
      .filter(element => $(element).children().length < 2)
      .map(element => $(element).text()),
    [],
    'each specimen is rendered',
  )
  const ids = $('[id]')
    .toArray()
    .map(element => $(element).attr('id'))
  t.equal(new Set(ids).size, ids.length, 'no id occurs twice')
  t.equal((await development.inject('/styleguide/sheet.css')).statusCode, 200)

  const production = await buildSilentProduct(t, {
    NODE_ENV: 'production',
    PUBLIC_URL: 'https://ads.example',
    LWA_CLIENT_ID: 'an-id',
    LWA_CLIENT_SECRET: 'a-secret',
  })
  t.equal((await production.inject('/login')).statusCode, 200)
  for (const path of ['/styleguide', '/styleguide/', '/styleguide/sheet.css'])
    t.equal((await production.inject(path)).statusCode, 404, path)
})
