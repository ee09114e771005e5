/**
 * Region, Amazon's country code, currency, time zone, id and shop domain of the 23 marketplaces.
 * Sources: Amazon Ads API specification, "Profiles" (region to time zone); Selling Partner API documentation,
 * "Marketplace IDs".
 */
const table = `
  NA US USD America/Los_Angeles ATVPDKIKX0DER amazon.com
  NA CA CAD America/Los_Angeles A2EUQ1WTGCTBG2 amazon.ca
  NA MX MXN America/Los_Angeles A1AM78C64UM0Y8 amazon.com.mx
  NA BR BRL America/Sao_Paulo A2Q3Y263D00KWC amazon.com.br
  EU UK GBP Europe/London A1F83G8C2ARO7P amazon.co.uk
  EU DE EUR Europe/Paris A1PA6795UKMFR9 amazon.de
  EU FR EUR Europe/Paris A13V1IB3VIYZZH amazon.fr
  EU IT EUR Europe/Paris APJ6JRA9NG5V4 amazon.it
  EU ES EUR Europe/Paris A1RKKUPIHCS9HS amazon.es
  EU NL EUR Europe/Amsterdam A1805IZSGTT6HS amazon.nl
  EU BE EUR Europe/Brussels AMEN7PMS3EDWL amazon.com.be
  EU SE SEK Europe/Stockholm A2NODRKZP88ZB9 amazon.se
  EU PL PLN Europe/Warsaw A1C3SOZRARQ6R3 amazon.pl
  EU IE EUR Europe/Dublin A28R8C7NBKEWEA amazon.ie
  EU TR TRY Europe/Istanbul A33AVAJ2PDY3EV amazon.com.tr
  EU AE AED Asia/Dubai A2VIGQ35RCS4UG amazon.ae
  EU SA SAR Asia/Riyadh A17E79C6D8DWNP amazon.sa
  EU EG EGP Africa/Cairo ARBP9OOSHTCHU amazon.eg
  EU IN INR Asia/Kolkata A21TJRUUN4KGV amazon.in
  EU ZA ZAR Africa/Johannesburg AE08WJ6YKNBMC amazon.co.za
  FE JP JPY Asia/Tokyo A1VC38T7YXB528 amazon.co.jp
  FE AU AUD Australia/Sydney A39IBJ37TRP1C6 amazon.com.au
  FE SG SGD Asia/Singapore A19VAU5U5O7RUS amazon.sg
`

export const marketplaces = table
  .trim()
  .split('\n')
  .map(line => {
    const [
      region = '',
      countryCode = '',
      currencyCode = '',
      timezone = '',
      marketplaceStringId = '',
      domain = '',
    ] = line.trim().split(' ')
    return { region, countryCode, currencyCode, timezone, marketplaceStringId, domain }
  })
