// The commands import this file before all other files. This file must run on old versions of Node, while the other
// files need Node 20.11.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 11)) {
  console.error(
    `Node ${process.versions.node} is too old: install Node 20.11 or newer (npm installs Node 24 for the services).`,
  );
  process.exit(1);
}
