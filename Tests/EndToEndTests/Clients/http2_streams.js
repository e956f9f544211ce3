// Asks for three paths at once on one connection of HTTP/2, and prints what became of each: data, code, goaway.
// Usage: node http2_streams.js URL
const http2 = require('node:http2');
const session = http2.connect(process.argv[2]);
const seen = {goaway: false, error: null};
session.on('goaway', (code) => { seen.goaway = true; });
session.on('error', (error) => { seen.error = error.code; });
const paths = ['/three', '/other', '/third'];
let open = paths.length;
const timer = setTimeout(() => { end(); }, 1500);
function end() {
  clearTimeout(timer);
  console.log(JSON.stringify(seen));
  process.exit(0);
}
for (const path of paths) {
  const request = session.request({':path': path});
  const one = seen[path] = {events: 0, status: 0, code: null, ended: false};
  request.setEncoding('utf8');
  request.on('response', (head) => { one.status = head[':status']; });
  request.on('data', (text) => { one.events += text.split('data: ').length - 1; });
  request.on('end', () => { one.ended = true; });
  request.on('error', () => {});
  request.on('close', () => { one.code = request.rstCode; if (--open == 0) end(); });
}
