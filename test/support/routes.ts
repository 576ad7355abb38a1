import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import { NEEDS, OPEN, type Right } from '../../src/accounts/index.js';
import type { Island } from './app.js';

export interface Route {
  readonly handler: string;
  readonly method: string;
  readonly path: string;
  /** Null where the route declares none. */
  readonly needs: readonly Right[] | null;
  readonly isOpen: boolean;
}

const list = (value: unknown): string[] =>
  Array.isArray(value) ? value.map(String) : [typeof value === 'string' ? value : ''];
const joined = (...parts: string[]): string =>
  parts
    .map((p) => p.replace(/^\/+|\/+$/g, ''))
    .filter(Boolean)
    .join('/');

/** Every handler of every controller that Nest put together. */
export function routesOf(island: Island): Route[] {
  const routes: Route[] = [];
  const scanner = new MetadataScanner();
  for (const module of island.running.app.get(ModulesContainer).values()) {
    for (const { metatype } of module.controllers.values()) {
      if (typeof metatype !== 'function') continue;
      const prototype = metatype.prototype as Record<string, object>;
      for (const name of scanner.getAllMethodNames(prototype)) {
        const handler = prototype[name]!;
        const method = Reflect.getMetadata(METHOD_METADATA, handler) as number | undefined;
        if (method === undefined) continue;
        const declared = (key: string): unknown =>
          Reflect.getMetadata(key, handler) ?? Reflect.getMetadata(key, metatype);
        const bases = list(Reflect.getMetadata(PATH_METADATA, metatype));
        const paths = list(Reflect.getMetadata(PATH_METADATA, handler));
        routes.push(
          ...bases.flatMap((base) =>
            paths.map((path) => ({
              handler: `${metatype.name}.${name}`,
              method: RequestMethod[method]!,
              path: joined(base, path),
              needs: (declared(NEEDS) as readonly Right[] | undefined) ?? null,
              isOpen: declared(OPEN) === true,
            })),
          ),
        );
      }
    }
  }
  return routes;
}
