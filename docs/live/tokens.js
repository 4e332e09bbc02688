/** From text to words, as the package's `dreamkit.text.tokens` finds them. */

import { ENTITIES, TAGS } from "./markup.js";

const NAMED = new Map(ENTITIES.split(" ").map((entity) => entity.split("=")));
const ENTITY = /&#?[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\u200c\u200d]+;/gu;
const WINDOWS = new TextDecoder("windows-1252");
const SPACE = "\\p{White_Space}";
const TAG = `</?(?:${TAGS})(?:${SPACE}[^<>]*=[^<>]*)?${SPACE}*/?${SPACE}*>`;
const MARKUP = new RegExp(`<!--.*?-->|<!doctype[^<>]*>|${TAG}`, "gisu");
const PART = "[\\p{L}\\p{N}](?:[\\u200c\\u200d]?[\\p{L}\\p{N}\\p{M}])*";
const APOSTROPHES = "['’‘‛ʼ＇´`]";
const TOKEN = new RegExp(`${PART}(?:${APOSTROPHES}${PART})*|[!?]`, "gu");

/**
 * The words of a text in lower case, without HTML; `!` and `?` count as words.
 * @param {string} text
 * @returns {string[]}
 */
export function tokenize(text) {
  const bare = text.replace(MARKUP, " ").replace(ENTITY, unescaped);
  const words = bare.normalize("NFC").replaceAll("\u00ad", "").match(TOKEN) ?? [];
  return words.map((word) => word.toLowerCase().replace(new RegExp(APOSTROPHES, "g"), "'"));
}

/** What stands for an entity, as Python's `html.unescape` has it: the longest name that there is. */
function unescaped(entity) {
  const number = /^&#(?:(\d+)|x([\da-f]+));?/i.exec(entity);
  if (number) return sign(+(number[1] ?? `0x${number[2]}`)) + entity.slice(number[0].length);
  let end = entity.length;
  while (end > 2 && !NAMED.has(entity.slice(1, end))) end--;
  return end > 2 ? (NAMED.get(entity.slice(1, end)) ?? " ") + entity.slice(end) : entity;
}

/** The sign of a number: from 128 to 159 Windows' own; some numbers have none. */
function sign(number) {
  if (!number || number > 0x10ffff || (number > 0xd7ff && number < 0xe000)) return " ";
  if (number > 127 && number < 160) return WINDOWS.decode(Uint8Array.of(number));
  return String.fromCodePoint(number).replace(/[^\P{Cc}\t\n\f\r]|\p{Noncharacter_Code_Point}/u, "");
}
