import type { Endpoint } from 'comlink';

type MessageListener = (event: MessageEvent) => void;

interface ComlinkRequest {
  readonly type: string;
  readonly path: readonly string[];
  readonly argumentList: readonly { readonly type: string }[];
}

/**
 * Comlink's `expose` walks any path of property names that a peer sends, sets properties and builds proxies of ports.
 * This endpoint lets through one kind of message only: the call of a method of the list by its name, with arguments
 * that are plain data.
 */
export function closedEndpoint(endpoint: Endpoint, methods: readonly string[]): Endpoint {
  const allowed = new Set(methods);
  const wrapped = new Map<unknown, MessageListener>();
  return {
    postMessage: (message, transfer) => endpoint.postMessage(message, transfer ?? []),
    addEventListener(type, listener) {
      const filtered: MessageListener = (event) => {
        if (isCall(event.data, allowed)) (listener as unknown as MessageListener)(event);
      };
      wrapped.set(listener, filtered);
      endpoint.addEventListener(type, filtered as unknown as EventListener);
    },
    removeEventListener(type, listener) {
      const filtered = wrapped.get(listener);
      wrapped.delete(listener);
      if (filtered !== undefined) endpoint.removeEventListener(type, filtered as unknown as EventListener);
    },
    start: () => endpoint.start?.(),
  };
}

function isCall(data: unknown, allowed: ReadonlySet<string>): boolean {
  if (typeof data !== 'object' || data === null) return false;
  const { type, path, argumentList } = data as Partial<ComlinkRequest>;
  if (type !== 'APPLY' || !Array.isArray(path) || path.length !== 1 || !Array.isArray(argumentList)) return false;
  return typeof path[0] === 'string' && allowed.has(path[0]) && argumentList.every((each) => each?.type === 'RAW');
}
