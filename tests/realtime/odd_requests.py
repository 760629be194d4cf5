"""Requests as no browser sends them: what is no HTTP, and what is HTTP but odd.

SECRET and IDEA stand for Ben's session and the number of an idea; at PAUSE the rest is sent a
moment later.
"""

from typing import Any

CLOSE = b"Connection: close"
OWN_PAGE = b"Sec-Fetch-Site: same-origin"
SOCKET = (b"Connection: Upgrade", b"Upgrade: websocket", b"Sec-WebSocket-Version: 13")
KEY = b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="


def asks(
    target: bytes = b"/healthz",
    *lines: bytes,
    method: bytes = b"GET",
    version: bytes = b"HTTP/1.1",
    host: bytes = b"Host: localhost\r\n",
    end: bytes = CLOSE,
) -> bytes:
    """A head; the connection is to be closed after it."""
    first = method + b" " + target + b" " + version + b"\r\n" + host
    return first + b"".join(line + b"\r\n" for line in (*lines, end) if line) + b"\r\n"


def writes(words: bytes, *lines: bytes, body: bytes | None = None, **more: bytes) -> bytes:
    """Ben asks a question with these words; the length of the body is given unless `body` is."""
    said = b"kind=question&body=" + words
    own = (
        b"Cookie: ideahub=SECRET",
        OWN_PAGE,
        b"Content-Type: application/x-www-form-urlencoded",
    )
    length = (b"Content-Length: %d" % len(said),) if body is None else ()
    target, method = b"/ideas/IDEA/contributions", b"POST"
    head = asks(target, *own, *length, *lines, **{"method": method, **more})
    return head + (said if body is None else body)


def chunks(words: bytes, size: bytes = b"", line: bytes = b"\r\n", last: bytes = b"") -> bytes:
    """The words in one chunk."""
    said = b"kind=question&body=" + words
    return (size or b"%x" % len(said)) + line + said + line + b"0" + line + last + line


def _sent_from(*lines: bytes, words: bytes = b"Forged") -> bytes:
    said = writes(words)
    return said.replace(OWN_PAGE + b"\r\n", b"".join(line + b"\r\n" for line in lines))


# Hidden behind a request whose end is not clear: what a front server took for a body.
HIDDEN = writes(b"Smuggled")
CHUNKED = b"Transfer-Encoding: chunked"
FIVE = b"Content-Length: 5"
H2C, UPGRADE = b"Upgrade: h2c", b"Connection: Upgrade"
NOTHING_MORE = b"0\r\n\r\n"


def unclear(*lines: bytes, body: bytes = NOTHING_MORE + HIDDEN, **more: bytes) -> bytes:
    """A deed that ends, by one reading, where another deed begins; kept open if it can be."""
    return writes(b"Unclear", *lines, body=body, **{"end": b"", **more})


# Each is refused, or hung up on without a word, and nothing after it is heard.
NO_HTTP = {
    "nothing": b"",
    "a method": b"GET",
    "half a head": b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: ",
    "unknown method": asks(method=b"BREW"),
    "endless method": asks(method=b"A" * 5_000),
    "CONNECT": asks(b"localhost:443", method=b"CONNECT"),
    "CONNECT to a path": asks(method=b"CONNECT", end=b"") + b"PAUSE" + HIDDEN,
    "path without slash": asks(b"healthz"),
    "no target": asks(b""),
    "backslash": asks(b"\\static\\..\\pyproject.toml"),
    "question mark": asks(b"?"),
    "no Host": asks(host=b""),
    "two Hosts": asks(b"/healthz", b"Host: elsewhere.example"),
    "Host with a path": asks(host=b"Host: localhost/elsewhere\r\n"),
    "Host with a user": asks(host=b"Host: elsewhere@localhost\r\n"),
    "Host with a far port": asks(host=b"Host: localhost:99999\r\n"),
    "Host with half a number": asks(host=b"Host: [::1\r\n"),
    "Host with no number": asks(host=b"Host: [1.2]\r\n"),
    "Host in bytes": asks(host=b"Host: \xff\xfe\r\n"),
    "Host of a socket": asks(b"/live", *SOCKET, KEY, host=b"Host: [x\r\n", end=b""),
    "two lengths": unclear(FIVE, b"Content-Length: 6"),
    "two lengths alike": unclear(FIVE, FIVE),
    "length and chunks": unclear(FIVE, CHUNKED),
    "chunks and length": unclear(CHUNKED, FIVE),
    "a list of lengths": unclear(b"Content-Length: 5, 5"),
    "a length below nothing": unclear(b"Content-Length: -1"),
    "a length with plus": unclear(b"Content-Length: +5"),
    "a length in hex": unclear(b"Content-Length: 0x5"),
    "no number as length": unclear(b"Content-Length:"),
    "an endless length": unclear(b"Content-Length: " + b"9" * 30),
    "unknown coding": unclear(b"Transfer-Encoding: xchunked"),
    "identity": unclear(b"Transfer-Encoding: identity", FIVE),
    "chunked before another": unclear(b"Transfer-Encoding: chunked, identity"),
    "chunked twice": unclear(CHUNKED, CHUNKED),
    "chunked behind a space": unclear(b"Transfer-Encoding : chunked", FIVE),
    "chunked behind a tab": unclear(b"Transfer-Encoding: \x0bchunked", FIVE),
    "a size that is none": unclear(CHUNKED, body=chunks(b"Unclear", b"zz") + HIDDEN),
    "a size below nothing": unclear(CHUNKED, body=chunks(b"Unclear", b"-1") + HIDDEN),
    "a size too large": unclear(CHUNKED, body=chunks(b"Unclear", b"f" * 17) + HIDDEN),
    "a size too small": unclear(CHUNKED, body=chunks(b"Unclear", b"5") + HIDDEN),
    "bare LF in chunks": unclear(CHUNKED, body=chunks(b"Unclear", line=b"\n") + HIDDEN),
    "a length behind": unclear(CHUNKED, body=chunks(b"Unclear", last=FIVE + b"\r\n") + HIDDEN),
    "another protocol": unclear(FIVE, H2C, UPGRADE, body=b"PAUSE" + HIDDEN),
    "another protocol in chunks": unclear(CHUNKED, H2C, UPGRADE, body=b"PAUSE" + HIDDEN),
    "folded line": asks(b"/healthz", b"X-A: b", b" c"),
    "folded first line": b"GET /healthz HTTP/1.1\r\n Host: localhost\r\n\r\n",
    "NUL in a value": asks(b"/healthz", b"X-A: a\x00b"),
    "NUL in a name": asks(b"/healthz", b"X\x00A: ab"),
    "control characters": asks(b"/healthz", b"X-A: a\x01\x7fb"),
    "no colon": asks(b"/healthz", b"nonsense"),
    "no name": asks(b"/healthz", b": x"),
    "space in a name": asks(b"/healthz", b"X A: x"),
    "NUL in the path": asks(b"/heal\x00thz"),
    "control character in the path": asks(b"/heal\x01thz"),
    "space in the path": asks(b"/heal thz"),
    "bytes in the path": asks(b"/heal\xffthz"),
    "bytes in the query": asks(b"/ideas?q=\xff\xfe"),
    "bare LF": asks().replace(b"\r\n", b"\n"),
    "bare CR": asks().replace(b"\r\n", b"\r"),
    "version 99": asks(version=b"HTTP/99.9"),
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00",
    "TLS": bytes.fromhex("16030100c8010000c40303") + bytes(190),
    "SOCKS": b"\x05\x01\x00",
    "SMTP": b"EHLO localhost\r\nMAIL FROM:<a@city.example>\r\n",
    "PROXY": b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n" + asks(),
    "an answer": b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    "zeros": bytes(1_000),
    "every byte": bytes(range(256)) * 10,
    "nonsense behind a request": asks(end=b"") + b"nonsense\r\n\r\n" + HIDDEN,
    "very many lines": asks(b"/healthz", *(b"X-%d: 1" % one for one in range(20_000))),
    "very many lines behind": unclear(
        CHUNKED, body=chunks(b"Unclear", last=b"Xyz: abcde\r\n" * 20_000) + HIDDEN
    ),
    "a body that never comes": unclear(FIVE, body=b""),
    "a chunk that never ends": unclear(CHUNKED, body=b"ffffff\r\nkind=question"),
    "a socket without a key": asks(b"/live", *SOCKET, end=b""),
    "a socket of old": asks(b"/live", *SOCKET[:2], b"Sec-WebSocket-Version: 8", KEY, end=b""),
    "a socket with half a key": asks(b"/live", *SOCKET, b"Sec-WebSocket-Key: !!", end=b""),
    "a socket by POST": asks(b"/live", *SOCKET, KEY, method=b"POST", end=b""),
    "a socket to a page": asks(b"/healthz", *SOCKET, KEY, end=b""),
    "a socket from nowhere": asks(b"/live", *SOCKET, KEY, b"Origin: http://[", end=b""),
    "a socket with odd wishes": asks(
        b"/live?cursor=0&room=ideas", *SOCKET, KEY, b"Sec-WebSocket-Protocol: \xff", end=b""
    ),
}

STATIC = b"/static/manifest.json"
# Each is answered, in this order, with these.
ODD: dict[str, tuple[Any, ...]] = {
    "TRACE": (asks(method=b"TRACE"), 405),
    "PUT": (asks(b"/ideas/IDEA", method=b"PUT"), 405),
    "DELETE": (asks(b"/ideas/IDEA", method=b"DELETE"), 405),
    "OPTIONS of all": (asks(b"*", method=b"OPTIONS"), 404),
    "all": (asks(b"*"), 404),
    "an absolute address": (asks(b"http://localhost/healthz"), 200),
    "one elsewhere": (asks(b"http://elsewhere.example/healthz"), 200),
    "empty lines before": (b"\r\n\r\n" + asks(), 200),
    "HTTP/0.9": (b"GET /healthz\r\n\r\n", 200),
    "HTTP/1.0": (asks(version=b"HTTP/1.0", host=b""), 200),
    "method by header": (asks(b"/healthz", b"X-HTTP-Method-Override: DELETE"), 200),
    "address by header": (asks(b"/sign-in", b"X-Original-URL: /people"), 200),
    "bytes in lines": (asks(b"/nowhere", b"X: \xff", b"Referer: \xff", b"Accept: \x80;q=;"), 404),
    "odd cookies": (asks(b"/sign-in", b"Cookie: ideahub=\xff; =; ;; ideahub_notice=%ff%00"), 200),
    "a thousand cookies": (asks(b"/sign-in", *(b"Cookie: a%d=1" % n for n in range(999))), 200),
    "three thousand lines": (asks(b"/healthz", *(b"X-%d: 1" % n for n in range(3_000))), 200),
    "half a percent": (asks(b"/ideas/%"), 404),
    "odd percents": (asks(b"/ideas?q=%&order=%u0041&%=1&tag=%zz"), 200),
    "percent and NUL": (asks(b"/ideas/%00"), 400),
    "overlong UTF-8": (asks(b"/static/%c0%ae%c0%ae/%c0%afetc/passwd"), 404),
    "half a pair": (asks(b"/ideas?q=%ed%a0%80"), 200),
    "up and out": (asks(b"/static/../../../../etc/passwd"), 404),
    "up and out, hidden": (asks(b"/static/%2e%2e%2f%2e%2e%2fpyproject.toml"), 404),
    "two slashes": (asks(b"//elsewhere.example/%2f.."), 404),
    "fragment": (asks(b"/healthz#fragment"), 200),
    "ranges": (asks(STATIC, b"Range: bytes=0-0,9-1,-1,0-18446744073709551616"), 200),
    "odd conditions": (
        asks(STATIC, b'If-None-Match: W/"\xff, "", *, """', b"If-Modified-Since: Thu, 99 Foo"),
        200,
    ),
    "unmet conditions": (asks(b"/ideas", b"If-Match: x", b"If-Unmodified-Since: 0"), 200),
    "odd HTMX": (asks(b"/ideas", b"HX-Request: true", b"HX-Target: \xff<"), 200),
    "many proxies": (asks(b"/sign-in", b"X-Forwarded-For: " + b"1," * 999), 200),
    "odd proxy": (asks(b"/sign-in", b"X-Forwarded-Proto: javascript", b"Forwarded: x"), 200),
    "h2c": (asks(b"/healthz", H2C, end=UPGRADE) + HIDDEN + b"PAUSE" + HIDDEN, 200),
    "a body on GET": (asks(b"/healthz", FIVE) + b"abcde", 200),
    "a body on HEAD": (asks(b"/sign-in", FIVE, method=b"HEAD") + b"abcde", 200),
    "a request as a body": (
        asks(b"/healthz", b"Content-Length: %d" % len(asks()), end=b"") + asks() + asks(),
        *(200, 200),
    ),
    "from nowhere": (asks(b"/sign-in", b"Origin: http://[", method=b"POST"), 403),
    "from bytes": (asks(b"/sign-in", b"Origin: http://\xff", method=b"POST"), 403),
    "twenty in one": (asks(end=b"") * 19 + asks(), *[200] * 20),
    "an unclear boundary": (
        asks(b"/sign-in", b'Content-Type: multipart/form-data; boundary="\xff', method=b"POST"),
        400,
    ),
    # The deeds among them are done once.
    "two deeds in one": (writes(b"First", end=b"") + writes(b"Second"), 303, 303),
    "a deed in chunks": (writes(b"_", CHUNKED, body=chunks(b"Chunked")), 303),
    "a deed as it is waited for": (writes(b"Expected", b"Expect: 100-continue"), 100, 303),
    "a deed that expects miracles": (writes(b"Miracles", b"Expect: miracles"), 303),
    "a deed with an extension": (
        writes(b"_", CHUNKED, body=chunks(b"Extended", b"1b;" + b"a" * 100_000)),
        303,
    ),
    "a deed from elsewhere": (_sent_from(b"Sec-Fetch-Site: cross-site"), 403),
    "a deed from next door": (_sent_from(b"sec-fetch-SITE:same-site"), 403),
    "a deed from here and elsewhere": (
        _sent_from(OWN_PAGE, b"Sec-Fetch-Site: cross-site"),
        403,
    ),
    "a deed from a sandbox": (_sent_from(b"Origin: null"), 403),
    "a deed from another port": (_sent_from(b"Origin: http://localhost:8000"), 403),
    "a deed from another page": (_sent_from(b"Referer: http://localhost.evil.example/"), 403),
    "a deed from nowhere at all": (_sent_from(), 403),
    "a deed from here long ago": (_sent_from(b"Origin: http://localhost", words=b"Origin"), 303),
    "a deed from here longer ago": (
        _sent_from(b"Referer: http://localhost/ideas", words=b"Referer"),
        303,
    ),
    # Nothing that stands behind a body counts.
    "where it comes from behind": (
        writes(b"_", CHUNKED, body=chunks(b"Late", last=OWN_PAGE + b"\r\n")).replace(
            OWN_PAGE + b"\r\n", b"", 1
        ),
        403,
    ),
    # Chunks in HTTP/1.0: one deed at most, and then the connection is closed.
    "chunks of old": (
        writes(b"_", CHUNKED, body=chunks(b"Old"), version=b"HTTP/1.0", end=b"") + HIDDEN,
        303,
    ),
}
DONE = ["Chunked", "Expected", "Extended", "First", "Miracles", "Old"]
DONE += ["Origin", "Referer", "Second"]
