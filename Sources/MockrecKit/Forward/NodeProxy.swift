/// What Node.js before version 24 has to be told to ask through a proxy: its `fetch` and its modules `http` and `https` look
/// at no variable. It is loaded before the program (`--require`).
enum NodeProxy {
  static let fileName = "node-proxy.cjs"

  static let script = #"""
    'use strict';
    // Written by mockrec: has fetch, http and https ask through the proxy of HTTP_PROXY. Node.js 24 does that by itself.
    const address = process.env.HTTP_PROXY;
    if (address && Number(process.versions.node.split('.')[0]) < 24) {
      const http = require('http');
      const https = require('https');
      const tls = require('tls');
      const proxy = new URL(address);
      const direct = http.Agent.prototype.createConnection;
      const excluded = (process.env.NO_PROXY || process.env.no_proxy || '').split(',').map((name) => name.trim())
        .filter(Boolean);
      const isDirect = (host) => excluded.some((name) =>
        name === '*' || host === name || host.endsWith(name.startsWith('.') ? name : '.' + name));

      const connect = (options, callback) => {
        const host = options.hostname || options.host;
        const isSecure = options.protocol === 'https:';
        const port = Number(options.port) || (isSecure ? 443 : 80);
        const secured = (socket) => {
          if (!isSecure) return callback(null, socket);
          const name = options.servername || host;
          const secure = tls.connect({
            ...options, socket, servername: /^[\d.]+$|:/.test(name) ? '' : name, ALPNProtocols: ['http/1.1'],
          }, () => callback(null, secure));
          secure.once('error', callback);
        };
        if (isDirect(host)) {
          const socket = require('net').connect(port, host, () => secured(socket));
          return socket.once('error', callback);
        }
        const authority = (host.includes(':') ? `[${host}]` : host) + ':' + port;
        // An agent of its own: the usual ones come here again.
        const request = http.request({
          host: proxy.hostname, port: proxy.port, method: 'CONNECT', path: authority, headers: { host: authority },
          agent: new http.Agent(), createConnection: direct,
        });
        request.once('connect', (reply, socket) => {
          if (reply.statusCode === 200) return secured(socket);
          socket.destroy();
          callback(new Error(`the proxy ${proxy.host} answered CONNECT with ${reply.statusCode}`));
        });
        request.once('error', callback);
        request.end();
      };

      for (const [module, protocol] of [[http, 'http:'], [https, 'https:']]) {
        module.globalAgent.createConnection = (options, callback) => {
          connect({ ...options, protocol }, callback);
        };
      }
      if (typeof fetch === 'function') {
        const dispatcher = Symbol.for('undici.globalDispatcher.1');
        // The first call loads what fetch is made of.
        fetch('data:,').catch(() => {});
        const Agent = globalThis[dispatcher] && globalThis[dispatcher].constructor;
        if (Agent) globalThis[dispatcher] = new Agent({ connect });
      }
    }

    """#
}
