// Imported before everything else, and written for old Nodes: what follows needs 20.11.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 11)) {
  console.error(
    `Node ${process.versions.node} is too old: Node 20.11 or newer is needed to begin (Node 24 then comes with the dependencies).`,
  );
  process.exit(1);
}
