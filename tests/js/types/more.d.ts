/** What templates/register.more.js.jinja declares before the parts. */

declare const parts: MoreParts;

declare const TEXTS: { english: Record<string, string>; languages: Record<string, Record<string, string>> };
