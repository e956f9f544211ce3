import Foundation

/// A small server in Python on a free loopback port, which does on purpose what good servers do not.
final class CurlServer: Sendable {
  let port: Int
  private let process: Process

  var url: String { "http://127.0.0.1:\(port)" }

  /// - Parameter certificate: A PEM file with a key and a certificate, for TLS.
  init(certificate: String = "") throws {
    process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", Self.script, certificate]
    let output = Pipe()
    process.standardOutput = output
    // The script ends when this pipe does, however the test ends.
    process.standardInput = Pipe()
    try process.run()
    var line = Data()
    while line.last != UInt8(ascii: "\n") {
      let bytes = output.fileHandleForReading.availableData
      guard !bytes.isEmpty else { throw CurlServerError.noPort }
      line.append(bytes)
    }
    guard let port = Int(String(decoding: line, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)) else {
      throw CurlServerError.noPort
    }
    self.port = port
  }

  deinit {
    process.terminate()
  }

  /// `/echo` answers with the request's own bytes; the other paths are named after what they do.
  private static let script = #"""
    import os, socket, ssl, sys, threading, time, zlib, gzip, struct
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", 0))
    listener.listen(128)
    print(listener.getsockname()[1], flush=True)
    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
    running, most, gate = 0, 0, threading.Lock()

    def reply(body, status="200 OK", fields=b""):
        return b"HTTP/1.1 %s\r\n%sContent-Length: %d\r\n\r\n%s" % (status.encode(), fields, len(body), body)

    def read(stream):
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = stream.readline()
            if not line: return None
            head += line
        fields = {}
        for line in head.split(b"\r\n")[1:-2]:
            name, _, value = line.partition(b":")
            fields[name.lower()] = value.strip()
        body = b""
        if fields.get(b"transfer-encoding") == b"chunked":
            while True:
                size = stream.readline(); body += size
                body += stream.read(int(size, 16) + 2)
                if int(size, 16) == 0: break
        else:
            body = stream.read(int(fields.get(b"content-length", b"0")))
        return head, body

    def serve(connection):
        global running, most
        if connection.recv(1, socket.MSG_PEEK) == b"\x16":
            if not sys.argv[1]: connection.sendall(reply(b"plain", "400 Bad Request")); connection.close(); return
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(sys.argv[1])
            connection = context.wrap_socket(connection, server_side=True)
        stream = connection.makefile("rb")
        while True:
            request = read(stream)
            if request is None: return
            head, body = request
            method, path = head.split(b" ")[:2]
            path = path.decode()
            if path.startswith("/echo"): connection.sendall(reply(head + body))
            elif path == "/length": connection.sendall(reply(b"%d" % len(body)))
            elif path == "/head": connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 500000000\r\n\r\n")
            elif path == "/fields": connection.sendall(reply(b"", "299 A Reason of its own",
                b"X-Case: 1\r\nx-case:   2  \r\nX-Empty:\r\nX-Latin: caf\xe9\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n"))
            elif path == "/interim": connection.sendall(
                b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + reply(b"final"))
            elif path == "/trailers": connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                b"5\r\nhello\r\n6\r\n world\r\n0\r\nX-Sum: 42\r\nx-more: yes\r\n\r\n")
            elif path == "/gzip": connection.sendall(reply(gzip.compress(b"squeezed" * 100, 6, mtime=0),
                fields=b"Content-Encoding: gzip\r\n"))
            elif path == "/bomb": connection.sendall(reply(gzip.compress(bytes(50 << 20)),
                fields=b"Content-Encoding: gzip\r\n"))
            elif path == "/redirect": connection.sendall(reply(b"moved", "302 Found", b"Location: /again\r\n"))
            elif path == "/again": connection.sendall(reply(b"moved", "307 Temporary Redirect", b"Location: /echo\r\n"))
            elif path == "/loop": connection.sendall(reply(b"", "302 Found", b"Location: /loop\r\n"))
            elif path == "/keep": connection.sendall(reply(b"", "307 Temporary Redirect", b"Location: /length\r\n"))
            elif path == "/away": connection.sendall(reply(b"", "302 Found", b"Location: file:///etc/passwd\r\n"))
            elif path == "/cookie": connection.sendall(reply(b"", "302 Found", b"Set-Cookie: a=1\r\nLocation: /echo\r\n"))
            elif path == "/big":
                connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                try:
                    while True: connection.sendall(bytes(1 << 16))
                except OSError: return
            elif path == "/slow":
                with gate: running += 1; most = max(most, running)
                time.sleep(0.1)
                with gate: running -= 1
                connection.sendall(reply(b"%d" % most))
            elif path == "/hang": time.sleep(60); return
            elif path == "/close": connection.close(); stream.close(); return
            elif path == "/reset":
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                stream.close(); connection.close(); return
            else:
                connection.sendall({
                    "/garbage": b"\x00\x01garbage and more of it\r\n\r\n",
                    "/http09": b"<html>hello</html>",
                    "/words": b"HTTP/1.1 many words\r\n\r\n",
                    "/short": b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello",
                    "/chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n",
                    "/line": b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 200000 + b"\r\nContent-Length: 0\r\n\r\n",
                    "/nocolon": b"HTTP/1.1 200 OK\r\nthis is not a field\r\nContent-Length: 0\r\n\r\n",
                    "/heads": b"HTTP/1.1 200 OK\r\n" + b"X-Long: " + b"x" * 50000 + b"\r\n",
                }.get(path, reply(b"", "404 Not Found")))
                if path == "/heads":
                    try:
                        while True: connection.sendall(b"X-Long: " + b"x" * 50000 + b"\r\n")
                    except OSError: return
                stream.close(); connection.close(); return

    def guarded(connection):
        try: serve(connection)
        except OSError: pass

    while True:
        connection, _ = listener.accept()
        threading.Thread(target=guarded, args=(connection,), daemon=True).start()
    """#
}

enum CurlServerError: Error {
  case noPort
}
