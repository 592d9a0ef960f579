const MAX_LENGTH = 60;

/**
 * Returns a name that the sender of a mail has chosen, without what mail programs turn into links: the characters
 * `/ \ : @ < >`, and dots before another character. Also removes control characters and cuts long names. Returns
 * undefined when nothing is left.
 */
export function plainName(name: string): string | undefined {
  const words = name
    // Replaces full-width and other variants of these characters by the plain ones.
    .normalize('NFKC')
    .replaceAll(/[/\\:@<>]|\p{C}|[.\u3002](?=\S)/gu, ' ')
    .split(/\s+/)
    .filter(Boolean)
    .join(' ');
  return Array.from(words).slice(0, MAX_LENGTH).join('') || undefined;
}
