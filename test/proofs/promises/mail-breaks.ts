// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what is sought is source text.

import type { Break } from './breaks.ts'

const domain = 'test/domain/mail/mail.test.ts'
const sending = 'test/application/mail/send-mails.test.ts'
const contract = 'test/adapters/postgres/outbox-contract.test.ts'
const smtp = 'test/adapters/smtp/smtp-mailer.test.ts'
const texts = 'test/adapters/mail-texts/mail-texts.test.ts'
const [verdict, outbox] = ['src/domain/mail/verdict.ts', 'src/adapters/postgres/outbox.ts']

const mail = (its: Omit<Break, 'promise'>): Break => ({ promise: 'S-31', ...its })

/** Who is told what by mail, and how often. */
export const mailBreaks: readonly Break[] = [
  mail({
    what: 'the same episode is written twice',
    file: outbox,
    find: 'on conflict (episode) do nothing',
    put: 'on conflict (id) do nothing',
    tests: [contract],
  }),
  mail({
    what: 'two workers have one mail',
    file: outbox,
    find: 'and (due.leased_until is null or due.leased_until < clock_timestamp())',
    put: 'and due.fence >= 0',
    tests: [contract],
  }),
  mail({
    what: 'a worker that woke late writes over another',
    file: outbox,
    find: 'where id = ? and fence = ? and next_try_at is not null',
    put: 'where id = ? and fence >= ? and next_try_at is not null',
    tests: [contract],
    named: 'S-31 a killed worker',
  }),
  mail({
    what: 'a secret link stays once its mail is over',
    file: outbox,
    find: 'const settled = { next_try_at: null, link: null }',
    put: 'const settled = { next_try_at: null }',
    tests: [contract],
    named: 'S-31 a secret link',
  }),
  mail({
    what: 'a link lies open in the content',
    file: outbox,
    find: 'JSON.stringify({ ...content, link: undefined })',
    put: "JSON.stringify({ ...content, link: 'link' in content ? content.link.reveal() : undefined })",
    tests: [contract],
    named: 'S-31 a secret link',
  }),
  mail({
    what: 'an erased connection keeps its mails',
    file: 'src/adapters/postgres/erasures.ts',
    find: "    await this.#em.execute('delete from mail where connection_id = ?', [id])\n",
    put: '',
    tests: [contract],
  }),
  mail({
    what: 'a look is noted each time',
    file: 'src/adapters/postgres/looks.ts',
    find: 'and looked_at > ?)',
    put: 'and looked_at < ?)',
    tests: [contract],
    named: 'S-31 a look',
  }),
  mail({
    what: 'a load that ends a run tells nobody',
    file: 'src/adapters/postgres/report-loader.ts',
    find: '    await putOn(client, settlementMails({ ...about, profile }, settled, now))\n',
    put: '',
    tests: ['test/journeys/mail.test.ts'],
    named: 'S-31 data that took longer',
  }),
  mail({
    what: 'a failure that ends a run tells nobody',
    file: 'src/application/ingestion/report-keeper.ts',
    find: '    await outbox.put(...settlementMails({ ...about, profile: held.profile }, settled, now))\n',
    put: '',
    tests: ['test/application/ingestion/advance-report.test.ts'],
  }),
  mail({
    what: 'a loss is told after a renewal',
    file: verdict,
    find: "if (connection?.status !== 'needs_authorisation' || !isAt(connection.since, mail.since))",
    put: "if (connection?.status !== 'needs_authorisation')",
    tests: [domain],
  }),
  mail({
    what: 'reminders go to people without a plan',
    file: verdict,
    find: "if (lackOf(subscription, now)) return drop('plan_lacking')",
    put: '',
    tests: [domain],
  }),
  mail({
    what: 'our fault is told to all of them',
    file: verdict,
    find: "if (mail.why === 'grant_gone' && isMassLoss(grantLosses))",
    put: "if (mail.why === 'consent_expired' && isMassLoss(grantLosses))",
    tests: [domain, sending],
  }),
  mail({
    what: 'mails that an outage held up come together',
    file: verdict,
    find: "if (isEarlierWaiting) return drop('earlier_waits')",
    put: '',
    tests: [domain, sending],
  }),
  mail({
    what: 'whoever had the page open is told all the same',
    file: verdict,
    find: "return wasSeen(mail.settledAt, facts.lookedAt, pollSeconds) ? drop('seen_on_page') : send",
    put: 'return send',
    tests: [domain],
  }),
  mail({
    what: 'the status of a page is no look',
    file: 'src/adapters/fastify/ads-routes.ts',
    find: '      await needs.noteLook.run(current.id)\n      const { stage, stages',
    put: '      const { stage, stages',
    tests: ['test/journeys/mail.test.ts'],
    named: 'S-31 who has the page open',
  }),
  mail({
    what: 'one can opt out of the loss itself',
    file: 'src/domain/mail/mail.ts',
    find: "mail.kind === 'authorisation_needed' && mail.reminder !== 0 ?",
    put: "mail.kind === 'authorisation_needed' ?",
    tests: [domain, sending, texts],
  }),
  mail({
    what: 'reminders come on other days',
    file: 'src/domain/mail/occasions.ts',
    find: '3: 7, 4: 14 }',
    put: '3: 7, 4: 15 }',
    tests: [domain, sending],
  }),
  mail({
    what: 'a loss is told within its first minutes',
    file: 'src/domain/mail/occasions.ts',
    find: "reminder === 0 && why === 'grant_gone' ? burstPatience : 0",
    put: '0',
    tests: [domain],
  }),
  mail({
    what: 'an erased account is named',
    file: 'src/domain/mail/occasions.ts',
    find: '    connectionId: null,\n',
    put: '    connectionId: newId() as never,\n',
    tests: [domain],
  }),
  mail({
    what: 'disconnecting tells nobody',
    file: 'src/application/connection/disconnect.ts',
    find: '      await outbox.put(erasesData ? erasedMail(closed, randomUUID) : disconnectedMail(closed))\n',
    put: '',
    tests: ['test/application/connection/disconnect.test.ts'],
  }),
  mail({
    what: 'replacing tells nobody',
    file: 'src/application/connection/choose-profile.ts',
    find: '    await outbox.put(replacedMail(closed))\n',
    put: '',
    tests: ['test/application/connection/choose-profile.test.ts'],
  }),
  mail({
    what: 'a loss tells nobody',
    file: 'src/application/connection/mint-access-token.ts',
    find: '      await outbox.put(...lossMails(lost))\n',
    put: '',
    tests: ['test/application/connection/mint-access-token.test.ts'],
  }),
  mail({
    what: 'a refusal for good is tried again',
    file: 'src/adapters/smtp/smtp-mailer.ts',
    find: 'const isFinal = responseCode >= 500 &&',
    put: 'const isFinal = responseCode >= 600 &&',
    tests: [smtp],
  }),
  mail({
    what: 'a password that is not taken gives every mail up',
    file: 'src/adapters/smtp/smtp-mailer.ts',
    find: "&& /^(RCPT TO|DATA)$/.test(command ?? '')",
    put: '',
    tests: [smtp],
  }),
  mail({
    what: 'the server’s words are repeated',
    file: 'src/adapters/smtp/smtp-mailer.ts',
    find: "[responseCode || code || 'unknown', enhanced, command]",
    put: "[responseCode || code || 'unknown', response, command]",
    tests: [smtp],
  }),
  mail({
    what: 'a Message-ID is new each time',
    file: 'src/adapters/smtp/smtp-mailer.ts',
    find: 'messageId: `<${id}@${this.#domain}>`,',
    put: '',
    tests: [smtp],
  }),
  mail({
    what: 'a line that was dropped while it was idle fails a mail',
    file: 'src/adapters/smtp/smtp-mailer.ts',
    find: 'maxRequeues: 1,',
    put: 'maxRequeues: 0,',
    tests: [smtp],
  }),
  mail({
    what: 'a commit that failed sends the mail again',
    file: 'src/application/mail/send-mails.ts',
    find: 'if (tries === insistence) throw error',
    put: 'if (tries <= insistence) throw error',
    tests: [sending],
  }),
  mail({
    what: 'names stand in a mail as they are',
    file: 'src/adapters/mail-texts/mail-texts.ts',
    find: "readonly #html = engineOf('html', { ...options })",
    put: "readonly #html = engineOf('html', { ...options, noEscape: true })",
    tests: [texts],
  }),
  mail({
    what: 'a name begins a line of its own',
    file: 'src/adapters/mail-texts/mail-texts.ts',
    find: "name.replace(/[\\p{Cc}\\u2028\\u2029]+/gu, ' ').replace",
    put: 'name.replace',
    tests: [texts],
  }),
]
