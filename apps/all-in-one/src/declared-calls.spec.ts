import fs from 'node:fs';
import path from 'node:path';
import { contracts } from '@cordee/contracts/catalogue';
import { mayCall, serviceNames, type Contract } from '@cordee/contracts/contract';
import { describe, expect, it } from '@jest/globals';

const root = path.resolve(import.meta.dirname, '../../..');
/**
 * Several services can have contracts with the same name, such as the contracts of files. The catalogue appends `_` and
 * the service to such a name.
 */
const contractsByName = new Map<string, Contract[]>();
for (const [key, contract] of contracts) {
  const name = key.split('_')[0]!;
  contractsByName.set(name, [...(contractsByName.get(name) ?? []), contract]);
}
const namesOf = (contract: Contract): string[] =>
  [...contractsByName].filter(([, sameName]) => sameName.includes(contract)).map(([name]) => name);

/** The names of the contracts of calls whose first argument is a variable, by file. */
const variableContracts: Record<string, readonly string[]> = {
  'apps/gateway/src/routes.ts': [...contracts.values()].filter(({ http }) => http).flatMap(namesOf),
  'apps/teams/src/access/past-access.ts': ['getMemberSnapshot', 'getGrantSnapshot', 'getProductSnapshot'],
  'libs/access/src/access-cache.ts': ['getMemberSnapshot', 'getGrantSnapshot', 'getProductSnapshot'],
};
/** Code of `libs` that runs in one service only. */
const libraryCallers: Record<string, readonly string[]> = { 'libs/service/src/staff-check.ts': ['reminders'] };

interface CallSite {
  file: string;
  callers: readonly string[];
  /** The names of the contracts; undefined when this spec does not know them. */
  names: readonly string[] | undefined;
}

function callSitesIn(folder: string, folderCallers: readonly string[]): CallSite[] {
  return fs
    .readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'))
    .flatMap((name) => {
      const file = path.join(folder, name);
      const calls = fs
        .readFileSync(path.join(root, file), 'utf8')
        .matchAll(/\brpc\s*\.(?:call|send|sendUnparsed)\(\s*(?:this\.contracts\.)?(\w+)/g);
      return [...calls].map(([, argument]) => ({
        file,
        callers: libraryCallers[file] ?? folderCallers,
        names: contractsByName.has(argument!) ? [argument!] : variableContracts[file],
      }));
    });
}

const callSites = [
  ...serviceNames.flatMap((service) => callSitesIn(`apps/${service}/src`, [service])),
  ...['libs/access/src', 'libs/service/src'].flatMap((folder) => callSitesIn(folder, serviceNames)),
];

describe('the callers that contracts declare', () => {
  it('are compared with every call in the code', () => {
    expect(callSites.filter(({ names }) => names === undefined).map(({ file }) => file)).toEqual([]);
    expect(callSites.length).toBeGreaterThan(40);
  });

  it('include every service that calls a contract', () => {
    const undeclared = callSites.flatMap(({ file, callers, names = [] }) =>
      names.flatMap((name) =>
        callers
          // When several contracts have the name, one contract that the caller may call is enough.
          .filter((caller) => !contractsByName.get(name)!.some((contract) => mayCall(caller, contract)))
          .map((caller) => `${file}: ${caller} calls ${name}`),
      ),
    );
    expect(undeclared).toEqual([]);
  });

  it.each([...contractsByName])('for %s are exactly the callers in the code', (name, [contract]) => {
    const callersInCode = new Set(
      callSites.filter(({ names = [] }) => names.includes(name)).flatMap(({ callers }) => callers),
    );
    // The caller `events` is a command-line tool, whose calls are not in the searched folders.
    const tool = contract!.callers?.includes('events') ? ['events'] : [];
    const declared = [...serviceNames, 'events'].filter((caller) => mayCall(caller, contract!));
    expect([...callersInCode, ...tool].toSorted()).toEqual(declared.toSorted());
  });
});
