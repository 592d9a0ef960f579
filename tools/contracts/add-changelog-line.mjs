const heading = '### Contract baseline';

/** Adds a line to the section of the baseline in the newest release of a changelog. */
export function addChangelogLine(changelog, line) {
  const lines = changelog.split('\n');
  const releaseAt = lines.findIndex((each) => each.startsWith('## ['));
  const nextAt = lines.findIndex((each, index) => index > releaseAt && each.startsWith('## ['));
  const end = nextAt < 0 ? lines.length : nextAt;
  const headingAt = lines.findIndex((each, index) => index > releaseAt && index < end && each === heading);
  if (headingAt >= 0) lines.splice(headingAt + 2, 0, line);
  else lines.splice(releaseAt + 2, 0, heading, '', line, '');
  return lines.join('\n');
}
