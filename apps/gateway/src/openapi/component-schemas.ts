import type { Contract } from '@cordee/contracts/contract';
import * as z from 'zod';
import { mapObjects, type Json } from './json.ts';

type Direction = 'input' | 'output';
/** A Zod schema as JSON Schema: the schema, and the schemas with a name that it refers to by `#/$defs/<name>`. */
interface ConvertedSchema {
  readonly schema: Json;
  readonly definitions: ReadonlyMap<string, Json>;
}

/**
 * The named schemas of the document. Objects of inputs are closed, because the gateway refuses unknown fields. Objects
 * of outputs are open, because readers ignore unknown fields. When the input and the output with a name differ, the
 * name of the input ends with `Input`.
 */
export class ComponentSchemas {
  private readonly components = new Map<string, Json>();
  private readonly inputNames: ReadonlyMap<string, string>;
  private readonly convertedSchemas = new Map<z.ZodType, Partial<Record<Direction, ConvertedSchema>>>();

  constructor(contracts: Iterable<Contract>) {
    const definitions = { input: new Map<string, Json>(), output: new Map<string, Json>() };
    for (const contract of contracts) {
      for (const direction of ['input', 'output'] as const) {
        // The answer of a download is a file, not the output of the contract.
        if (direction === 'output' && contract.http?.download) continue;
        for (const [name, schema] of this.convert(contract[direction], direction).definitions)
          definitions[direction].set(name, schema);
      }
    }
    this.inputNames = nameInputs(definitions.input, definitions.output);
    for (const direction of ['output', 'input'] as const)
      for (const [name, schema] of definitions[direction])
        this.add(this.nameOf(name, direction), this.referToComponents(schema, direction));
  }

  inputOf(contract: Contract): Json {
    return this.referToComponents(this.convert(contract.input, 'input').schema, 'input');
  }

  outputOf(contract: Contract): Json {
    return this.referToComponents(this.convert(contract.output, 'output').schema, 'output');
  }

  /** Adds a component and returns the reference to it. A second component of the name must be equal. */
  add(name: string, schema: Json): Json {
    if (!this.accepts(name, schema)) throw new Error(`two different schemas have the name ${name}`);
    this.components.set(name, schema);
    return { $ref: `#/components/schemas/${name}` };
  }

  /** True when the name is free, or when its component equals the schema. */
  accepts(name: string, schema: Json): boolean {
    const existing = this.components.get(name);
    return existing === undefined || JSON.stringify(existing) === JSON.stringify(schema);
  }

  toJson(): Json {
    return Object.fromEntries([...this.components].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  private nameOf(name: string, direction: Direction): string {
    return direction === 'input' ? this.inputNames.get(name)! : name;
  }

  private referToComponents(schema: Json, direction: Direction): Json {
    return mapObjects(schema, (object) => {
      const name = referredName(object);
      return name ? { ...object, $ref: `#/components/schemas/${this.nameOf(name, direction)}` } : object;
    });
  }

  private convert(schema: z.ZodType, direction: Direction): ConvertedSchema {
    const conversions = this.convertedSchemas.get(schema) ?? {};
    this.convertedSchemas.set(schema, conversions);
    return (conversions[direction] ??= toJsonSchema(schema, direction));
  }
}

function toJsonSchema(schema: z.ZodType, direction: Direction): ConvertedSchema {
  const json = z.toJSONSchema(schema, { io: direction, unrepresentable: 'any' }) as Json;
  // The name of the component replaces `id`.
  const { $defs, $schema: _, id: __, ...root } = mapObjects(json, direction === 'input' ? closeObject : openObject);
  return {
    schema: root,
    definitions: new Map(
      Object.entries(($defs ?? {}) as Record<string, Json>).map(([name, { id: ___, ...definition }]) => [
        name,
        definition,
      ]),
    ),
  };
}

const closeObject = (object: Json): Json =>
  object['type'] === 'object' && object['properties'] && !('additionalProperties' in object)
    ? { ...object, additionalProperties: false }
    : object;

function openObject(object: Json): Json {
  if (object['additionalProperties'] !== false) return object;
  const { additionalProperties: _, ...rest } = object;
  return rest;
}

/**
 * Returns the component name of each named input schema. The component name ends with `Input` when the output schema
 * with the same name differs, or when a schema differs to which the input schema refers.
 */
function nameInputs(inputs: ReadonlyMap<string, Json>, outputs: ReadonlyMap<string, Json>): Map<string, string> {
  const different = new Set(
    [...inputs].flatMap(([name, schema]) => {
      const output = outputs.get(name);
      return output && JSON.stringify(output) !== JSON.stringify(schema) ? [name] : [];
    }),
  );
  // Repeats until no schema is added.
  let size = -1;
  while (size !== different.size) {
    size = different.size;
    for (const [name, schema] of inputs)
      if (outputs.has(name) && referredNames(schema).some((referred) => different.has(referred))) different.add(name);
  }
  return new Map([...inputs.keys()].map((name) => [name, different.has(name) ? `${name}Input` : name]));
}

const referredName = (object: Json): string | undefined =>
  typeof object['$ref'] === 'string' ? /^#\/\$defs\/(.+)$/.exec(object['$ref'])?.[1] : undefined;

function referredNames(schema: Json): string[] {
  const names: string[] = [];
  mapObjects(schema, (object) => {
    const name = referredName(object);
    if (name) names.push(name);
    return object;
  });
  return names;
}
