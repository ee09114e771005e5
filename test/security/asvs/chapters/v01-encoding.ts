import { type Chapter, met, notApplicable, proofIn } from '../requirement.ts'

const views = proofIn('views/views.test.ts')
const fuzz = proofIn('proofs/fuzz.test.ts')('S-29 … hostile inputs change nothing and are never reflected')
const safeRedirects = proofIn('journeys/operations/headers.test.ts')(
  'S-01 sign-in never redirects to another site',
)
const sqlTemplates = proofIn('architecture/architecture.test.ts')(
  'stores write SQL as templates: no em.execute, no $1, no ?',
)
const bodyLimit = proofIn('adapters/amazon/endless.test.ts')(
  'an endless response is cut off at the size limit and reported as unreadable',
)

export const encoding: Chapter = {
  title: 'Encoding and sanitisation',
  requirements: {
    '1.1.1': met(
      'Fastify decodes each address and form once, before validation. An address that can’t be decoded gets 400.',
      proofIn('journeys/operations/robust.test.ts')('an address that cannot be decoded gets an error page'),
      safeRedirects,
    ),
    '1.1.2': met(
      'Handlebars escapes when it renders, PostgreSQL’s driver binds values, csv-stringify quotes: each as the last step.',
      views('the triple brace appears in layouts only, once, for the body'),
      views('hostile names are shown as text'),
    ),
    '1.2.1': met(
      'Pages and HTML emails escape all values; attributes are quoted. Node refuses line breaks in headers.',
      views('hostile names are shown as text'),
      proofIn('adapters/email-renderer/email-renderer.test.ts')(
        'S-31 names in an email are always plain text',
      ),
      fuzz,
    ),
    '1.2.2': met(
      'Query values go through `URLSearchParams`. Redirects lead to paths of this site or to Amazon. No page has a `javascript:` address.',
      safeRedirects,
      views('every page works under a policy without inline script or style'),
    ),
    '1.2.3': met(
      'No JavaScript is built from data. JSON comes from `JSON.stringify`, with its own type.',
      views('every page works under a policy without inline script or style'),
      proofIn('journeys/operations/responses.test.ts')(
        'S-01 each response names its type and charset, and no other site can read or embed it',
      ),
    ),
    '1.2.4': met(
      'SQL is written as templates whose values are parameters. MikroORM binds the rest.',
      sqlTemplates,
      proofIn('adapters/postgres/engine/sql.test.ts')(
        'a statement passes and returns the same values on every client',
      ),
      fuzz,
    ),
    '1.2.5': notApplicable(
      'No user input reaches an operating system call. Only the embedded database of a trial run starts programs, with fixed argument lists and no shell.',
    ),
    '1.2.6': notApplicable('No LDAP.'),
    '1.2.7': notApplicable('No XPath and no XML.'),
    '1.2.8': notApplicable('No LaTeX.'),
    '1.2.9': notApplicable(
      'No user input becomes a regular expression. The pattern of `AMAZON_DOWNLOAD_HOSTS` is a setting, and is escaped.',
    ),
    '1.3.1': notApplicable('No input is HTML: there is no rich-text editor.'),
    '1.3.2': met(
      'No `eval`, `Function` or inline script; the content security policy forbids them. Templates come from files only.',
      proofIn('journeys/operations/headers.test.ts')(
        'S-01 S-46 every kind of page sends its security headers',
      ),
      views('every page works under a policy without inline script or style'),
    ),
    '1.3.3': met(
      'Names from Amazon lose control and direction characters. Reasons are put on one line, texts have a maximum length.',
      proofIn('adapters/amazon/readable.test.ts')(
        'S-29 a name keeps its letters but loses control and text-direction characters',
      ),
      proofIn('domain/access/staff-action.test.ts')(
        'S-43 a reason is stored on one line and needs 5 to 500 characters',
      ),
      proofIn('domain/help/support-request.test.ts')(
        'S-30 a request needs a message, and each field has a maximum length',
      ),
    ),
    '1.3.4': notApplicable('No user can supply an SVG file. Our templates render charts from numbers.'),
    '1.3.5': notApplicable('No Markdown, style sheet or expression from users: text is shown as text.'),
    '1.3.6': met(
      'Users name no address. The download address in Amazon’s response must be https and on the list of hosts; redirects are errors.',
      proofIn('adapters/amazon/reports.test.ts')('a download is requested only from Amazon’s storage'),
      proofIn('adapters/amazon/reports.test.ts')(
        'a download sends no token to the storage and follows no redirect',
      ),
    ),
    '1.3.7': met(
      'Templates are files of the image. Input is only ever a value, and a template expression in it is text.',
      fuzz,
      views('the triple brace appears in layouts only, once, for the body'),
    ),
    '1.3.8': notApplicable('No JNDI: the product isn’t written in Java.'),
    '1.3.9': notApplicable('No memcache.'),
    '1.3.10': notApplicable('No format strings from input: texts are template literals.'),
    '1.3.11': met(
      'Nodemailer builds headers. A name can’t add a header line or an address.',
      proofIn('adapters/smtp/smtp-mailer.test.ts')('S-31 a name cannot add a header line or another address'),
      proofIn('domain/access/new-user.test.ts')(
        'S-43 a new user’s name is stored on one line and their email in lower case',
      ),
    ),
    '1.4.1': notApplicable('JavaScript is memory-safe. The product has no native code.'),
    '1.4.2': met(
      'Amazon’s ids stay text beyond 2^53; amounts are exact decimals. Numbers in addresses have a range.',
      proofIn('adapters/amazon/row-splitter.test.ts')(
        'ids above 2^53 stay exact, and an id inside a string is left alone',
      ),
      fuzz,
    ),
    '1.4.3': met(
      'JavaScript frees memory. Database clients, slots and downloads are released after failures too; bodies have a size limit.',
      proofIn('adapters/postgres/engine/cut-clients.test.ts')(
        'transactions whose connections are cut leak no client from the pool',
      ),
      proofIn('adapters/amazon/download-limits.test.ts')(
        'a reader that fails closes the connection to the storage',
      ),
      bodyLimit,
    ),
    '1.5.1': notApplicable('No XML parser.'),
    '1.5.2': met(
      'Only JSON and forms are parsed, into plain data, and checked against a schema. No type is chosen by the input.',
      proofIn('journeys/access/subscriptions.test.ts')(
        'S-03 a hostile body changes nothing, and the answer names the invalid field',
      ),
      proofIn('adapters/amazon/answers.test.ts')(
        'a successful response without a valid body is an invalid response',
      ),
    ),
  },
}
