import type { Day } from '../../../domain/calendar.ts'

const locale = 'en-GB'
const noValue = '–'

const wholeNumber = new Intl.NumberFormat(locale)
const signDisplay = 'negative'
const percent = new Intl.NumberFormat(locale, {
  signDisplay,
  style: 'percent',
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
})
const percentChange = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 })
const twoDecimals = new Intl.NumberFormat(locale, {
  signDisplay,
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
})
const compact = new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 })
const compactPercent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 2 })
const currencies = new Map<string, Intl.NumberFormat>()

const isCurrency = (code: string): boolean => /^[A-Z]{3}$/.test(code)

/** A new format costs more than rendering a page. */
function currencyFormat(currency: string): Intl.NumberFormat {
  const cached = currencies.get(currency)
  if (cached) return cached
  const format = isCurrency(currency)
    ? new Intl.NumberFormat(locale, {
        signDisplay,
        style: 'currency',
        currency,
        currencyDisplay: 'narrowSymbol',
      })
    : twoDecimals
  currencies.set(currency, format)
  return format
}

export const formatCount = (value: number): string => wholeNumber.format(value)
/** `1.2K` */
export const formatCountShort = (value: number): string => compact.format(value)
export const formatRatioShort = (value: number): string => compactPercent.format(value)
/** 0.25 → 25.00%, exactly; null → – */
export const formatRatio = (value: string | null): string =>
  value === null ? noValue : percent.format(value as Intl.StringNumericLiteral)
/** 0.624 → 62.4% */
export const formatShare = (value: string | null): string =>
  value === null ? noValue : percentChange.format(value as Intl.StringNumericLiteral)
export const formatMultiple = (value: string | null): string =>
  value === null ? noValue : twoDecimals.format(value as Intl.StringNumericLiteral)

/** Exact: decimal text never becomes a number. */
export function formatMoney(value: string | null, currency: string): string {
  if (value === null) return noValue
  return currencyFormat(currency).format(value as Intl.StringNumericLiteral)
}

const shortCurrencies = new Map<string, Intl.NumberFormat>()

/** `$2.5K` */
export function formatMoneyShort(value: number, currency: string): string {
  const format =
    shortCurrencies.get(currency) ??
    new Intl.NumberFormat(locale, {
      notation: 'compact',
      maximumFractionDigits: 1,
      ...(isCurrency(currency) && { style: 'currency', currency, currencyDisplay: 'narrowSymbol' }),
    })
  shortCurrencies.set(currency, format)
  return format.format(value)
}

/** `▲ 12.4%`; null when there is nothing to compare. */
export function formatChange(value: number | null): string | null {
  if (value === null) return null
  if (Math.abs(value) < 0.0005) return '± 0%'
  return `${value > 0 ? '▲' : '▼'} ${percentChange.format(Math.abs(value))}`
}

const dayFormats = {
  short: new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', timeZone: 'UTC' }),
  full: new Intl.DateTimeFormat(locale, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    timeZone: 'UTC',
  }),
  year: new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' }),
}

const noon = (day: Day): Date => new Date(`${day}T12:00:00Z`)

/** `24 Nov` */
export const formatDayShort = (day: Day): string => dayFormats.short.format(noon(day))
/** `Tue, 24 Nov 2026` */
export const formatDay = (day: Day): string => dayFormats.full.format(noon(day))
export const formatDays = (from: Day, to: Day): string =>
  `${dayFormats.short.format(noon(from))} – ${dayFormats.year.format(noon(to))}`

const dateFormat = new Intl.DateTimeFormat(locale, {
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  timeZone: 'UTC',
})
/** `24 November 2026`, UTC. */
export const formatDate = (date: Date): string => dateFormat.format(date)

export const formatDateTime = (date: Date): string => `${formatDate(date)}, ${formatTime(date)}`

const shortDateTimeFormat = new Intl.DateTimeFormat(locale, {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  timeZone: 'UTC',
})
/** `24 Nov, 15:42`, UTC. */
export const formatDateTimeShort = (date: Date): string => shortDateTimeFormat.format(date)
export const formatDateTimeToTheSecond = (date: Date): string =>
  `${formatDate(date)}, ${date.toISOString().slice(11, 19)} UTC`

export const formatSpan = (from: Date, to: Date): string =>
  formatDate(from) === formatDate(to)
    ? `${formatDate(from)}, ${from.toISOString().slice(11, 16)} to ${formatTime(to)}`
    : `${formatDateTime(from)} to ${formatDateTime(to)}`

export const formatTimezone = (timezone: string): string =>
  `${timezone.replace(/^.*\//, '').replaceAll('_', ' ')} time`

/** `15:42 UTC` */
export const formatTime = (date: Date): string => `${date.toISOString().slice(11, 16)} UTC`

export function formatEstimate({
  fromSeconds,
  toSeconds,
}: {
  fromSeconds: number
  toSeconds: number
}): string {
  if (toSeconds <= 60) return 'Less than a minute left'
  const to = Math.ceil(toSeconds / 60)
  const from = Math.floor(fromSeconds / 60)
  if (from < 1) return `Up to ${to} minutes left`
  return from === to
    ? `About ${to} ${to === 1 ? 'minute' : 'minutes'} left`
    : `About ${from} to ${to} minutes left`
}
