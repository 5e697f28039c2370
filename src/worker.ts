/** The browser's worker: the engine behind the methods of `client/remote/protocol.ts`. It starts to serve when it is loaded. */
import './client/remote/worker-main.ts';
