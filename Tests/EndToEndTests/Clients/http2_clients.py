"""Asks a service for one text by unmodified clients of HTTP/2 in the clear that know of it before; a line for each.

Usage: http2_clients.py URL
"""

import re
import subprocess
import sys

import httpx

url = sys.argv[1]
with httpx.Client(http1=False, http2=True, trust_env=False) as client:
    reply = client.get(url)
    print("httpx", reply.http_version, reply.status_code, reply.text.strip())

NODE = """
const [base, path] = [new URL(process.argv[1]).origin, new URL(process.argv[1]).pathname];
const session = require('node:http2').connect(base);
const request = session.request({':path': path});
let [status, body] = [0, ''];
request.setEncoding('utf8');
request.on('response', (head) => { status = head[':status']; });
request.on('data', (more) => { body += more; });
request.on('end', () => { console.log('node', status, body.trim()); session.close(); });
"""


def run(*words):
    return subprocess.run(words, capture_output=True, text=True, check=True, timeout=30).stdout


print(run("node", "-e", NODE, url).strip())
done = re.search(r"(\d+) total.* (\d+) succeeded", run("h2load", "-n", "200", "-c", "4", "-m", "10", url))
print("h2load", done[2], "of", done[1])
print("nghttp", run("nghttp", url).strip())
