/**
 * Which orders and sales count (S-28): those in Amazon's console, or only those after a click. The two differ where a
 * campaign is billed by views (docs/product/amazon.md, "Reporting v3: figures").
 */
export type Counting = 'console' | 'clicks'
