// Exact fractions: { above, below }, both BigInt, in lowest terms, below > 0.

function common(one, two) {
  while (two) [one, two] = [two, one % two];
  return one < 0n ? -one : one;
}

export function fraction(above, below = 1n) {
  const shared = common(above, below) || 1n;
  return { above: above / shared, below: below / shared };
}

/** The number that a decimal such as "-4.50" stands for. */
export function read(text) {
  const found = /^(-?)([0-9]+)(?:\.([0-9]+))?$/.exec(text);
  if (!found) throw new Error(`not a number: ${text}`);
  const [, sign, whole, decimals = ""] = found;
  const above = BigInt(whole + decimals);
  return fraction(sign ? -above : above, 10n ** BigInt(decimals.length));
}

export const ZERO = fraction(0n);
export const plus = (one, two) => fraction(one.above * two.below + two.above * one.below, one.below * two.below);
export const minus = (one, two) => fraction(one.above * two.below - two.above * one.below, one.below * two.below);
export const times = (one, two) => fraction(one.above * two.above, one.below * two.below);
export const sum = (numbers) => numbers.reduce(plus, ZERO);
export const isWhole = (number) => number.below === 1n;

export function over(one, two) {
  const [above, below] = [one.above * two.below, one.below * two.above];
  if (!below) throw new Error("divided by zero");
  return below < 0n ? fraction(-above, -below) : fraction(above, below);
}

/** Less than, equal to or more than zero, as `one` is less than, equal to or more than `two`. */
export function compare(one, two) {
  const difference = one.above * two.below - two.above * one.below;
  return difference < 0n ? -1 : Number(difference > 0n);
}

export const asText = ({ above, below }) => `${above}/${below}`;

/** The number, which is not negative, with so many decimals; a half goes up, or to the even digit. */
export function rounded(number, decimals, rounding) {
  const scaled = number.above * 10n ** BigInt(decimals);
  let whole = scaled / number.below;
  const twice = 2n * (scaled % number.below);
  if (twice > number.below || (twice === number.below && (rounding === "half_up" || whole % 2n))) whole += 1n;
  const digits = String(whole).padStart(decimals + 1, "0");
  return decimals ? `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}` : digits;
}
