"""The table of requests as octets (testing/wire), and a mutator that knows the grammar it breaks."""
import os, re

TABLE = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))),
                     "wire/src/main/resources/dev/weir/testing/wire/requests.txt")

ODD = [b"\r", b"\n", b"\0", b" ", b"\t", b"\x0b", b"\x0c", b"\x1c", b"\x1f", b"\x7f", b"\x85", b"\xa0", b":", b";", b",",
       b"=", b'"', b"\\", b"0", b"5", b"a", b"+", b"-", b"_", b"#", b"%", b"?", b"/", b"@", b"\r\n", b"\r\n\r\n", b"\r\n "]
FIELDS = [b"Content-Length: 5", b"Content-Length: 0", b"Content-Length: +5", b"Content-Length: 5, 5", b"Content-Length : 5",
          b"Content-Length: 10", b"Content-Length:", b"Transfer-Encoding: chunked", b"Transfer-Encoding: identity",
          b"Transfer-Encoding: chunked, chunked", b"Transfer-Encoding:\x0bchunked", b"Transfer-Encoding : chunked",
          b"transfer-encoding: CHUNKED", b"Transfer_Encoding: chunked", b"Connection: close", b"Connection: keep-alive",
          b"Connection: Content-Length", b"Connection: Transfer-Encoding, Host", b"Expect: 100-continue", b"Expect: x",
          b"Upgrade: h2c", b"Upgrade: websocket", b"Connection: Upgrade", b"Host: other.test", b"Host:", b"Trailer: A",
          b"TE: trailers", b"X: y\rZ: w", b"X: y\nContent-Length: 5", b" folded", b": empty", b"X", b"X:", b"Max-Forwards: 1",
          b"Via: 1.1 other", b"Range: bytes=0-1", b"If-None-Match: *", b"X-Forwarded-For: 1.2.3.4"]
ENDS = [b"\n", b"\r", b"\r\r\n", b"\n\r", b"\r\n\r\n", b"\r\n ", b"\r\n\t", b"\0\r\n"]
NUMBERS = [b"0", b"1", b"00", b"4", b"6", b"0x5", b"ffffffffffffffff", b"18446744073709551621", b"2147483648", b"a", b"-1"]
STARTS = [b"GET /other HTTP/1.1\r\nHost: x\r\n\r\n", b"0\r\n\r\n", b"5\r\nhello\r\n", b"5;x=\"y\"\r\n", b"HEAD / HTTP/1.0\r\n"]


def sent_octets():
    """What each line of the table sends, with its abbreviations, as text."""
    with open(TABLE, encoding="utf-8") as table:
        return [line.rstrip("\n").split(" | ", 4)[4] for line in table if re.match(r"(S[0-9]+|ok) \| ", line)]


def expand(text, prefix, host):
    """The octets of a text of the table, for a listener where targets begin with `prefix` and Host is `host`."""
    out, i = [], 0
    while i < len(text):
        if text[i] == "\\":
            kind = text[i + 1]
            if kind == "x":
                out.append(chr(int(text[i + 2:i + 4], 16)))
                i += 2
            else:
                out.append({"r": "\r", "n": "\n", "t": "\t", "0": "\0", "\\": "\\"}[kind])
            i += 2
        elif text[i] == "{":
            depth, end = 1, i
            while depth:
                end += 1
                depth += {"{": 1, "}": -1}.get(text[end], 0)
            word = text[i + 1:end]
            i = end + 1
            times = word.rfind("*")
            if times > 0:
                out.append(expand(word[:times], prefix, host).decode("latin-1") * int(word[times + 1:]))
                continue
            head = f" {prefix}/ HTTP/1.1\r\nHost: {host}\r\n"
            out.append({"u": prefix, "h": host, "via": "somebody", "n": "1", "GET": "GET" + head, "POST": "POST" + head,
                        "CHUNKED": "POST" + head + "Transfer-Encoding: chunked\r\n\r\n"}[word])
        else:
            out.append(text[i])
            i += 1
    return "".join(out).encode("latin-1")


def mutated(octets, others, rng):
    """One to three faults of the kinds that parsers disagree on; `others` are octets to splice with."""
    for _ in range(rng.choice((1, 1, 2, 3))):
        at = rng.randrange(len(octets) + 1)
        lines = octets.split(b"\r\n")
        kind = rng.randrange(10)
        if kind == 0:
            octets = octets[:at] + rng.choice(ODD) + octets[at:]
        elif kind == 1:
            octets = octets[:at] + rng.choice(ODD) + octets[at + 1:]
        elif kind == 2:
            octets = octets[:at] + octets[at + rng.choice((1, 1, 2, 5)):]
        elif kind == 3:
            lines.insert(rng.randrange(1, len(lines) + 1), rng.choice(FIELDS))
            octets = b"\r\n".join(lines)
        elif kind == 4:
            lines.insert(1, rng.choice(FIELDS))
            octets = b"\r\n".join(lines)
        elif kind == 5:
            one, two = rng.randrange(len(lines)), rng.randrange(len(lines))
            lines[one], lines[two] = lines[two], lines[one]
            octets = b"\r\n".join(lines)
        elif kind == 6:
            ends = [m.start() for m in re.finditer(b"\r\n", octets)]
            if ends:
                end = rng.choice(ends)
                octets = octets[:end] + rng.choice(ENDS) + octets[end + 2:]
        elif kind == 7:
            numbers = list(re.finditer(rb"[0-9]+", octets))
            if numbers:
                number = rng.choice(numbers)
                octets = octets[:number.start()] + rng.choice(NUMBERS) + octets[number.end():]
        elif kind == 8:
            octets = octets[:at] + rng.choice(STARTS) + octets[at:]
        else:
            other = rng.choice(others)
            octets = octets[:at] + other[rng.randrange(len(other) + 1):]
    return octets[:60_000]
