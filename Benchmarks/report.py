"""The figures as people read them. A line says what must hold, and whether it does."""

import platform
import subprocess


def machine():
    with open("/proc/cpuinfo") as file:
        model = next((line.split(":", 1)[1].strip() for line in file if line.startswith("model name")), "unknown")
    return {"processor": model, "kernel": platform.release(), "machine": platform.machine()}


def versions(mockrec):
    def said(*command):
        done = subprocess.run(command, capture_output=True, text=True)
        return (done.stdout + done.stderr).strip().splitlines()[0]

    return {
        "mockrec": said(mockrec, "--version"), "nginx": said("nginx", "-v").split("/")[-1],
        "wrk": said("wrk", "-v").split(" [")[0]}


def mark(holds):
    return "ok" if holds else "MISSED"


def mega(count):
    return f"{count / 1e6:.1f} MB"


def busy(figures):
    return f"{figures['server_busy']:4.0%} / {figures['load_busy']:4.0%}"


def line(*cells):
    widths = (26, 11, 11, 9, 22)
    print("  ".join(f"{cell!s:<{width}}" for cell, width in zip(cells, widths)) + "  " + "  ".join(map(str, cells[5:])))


def replay(rows):
    print("\nReplay: GET of 1 KB JSON, 32 connections, one processor. nginx, as Debian ships it,\n"
          "serves the same bytes from files; tuned, it keeps them open and reads them without sendfile.")
    line("", "mockrec", "nginx", "ratio", "wanted", "busy: server / load")
    for row in rows:
        ours, theirs = row["mockrec"], row["nginx"]
        name = f"{row['exchanges']:,} exchanges"
        ratio, tail = ours["rate"] / theirs["rate"], ours["p99"] / max(1, theirs["p99"])
        line(f"{name}, req/s", f"{ours['rate']:,.0f}", f"{theirs['rate']:,.0f}", f"{ratio:.2f}",
             f">= 1.0   {mark(ratio >= 1)}", busy(ours), "nginx", busy(theirs))
        tuned = row["nginx_tuned"]["rate"]
        line("  nginx tuned", "", f"{tuned:,.0f}", f"{ours['rate'] / tuned:.2f}", "")
        line("  processor time, us/req", f"{ours['cost']:.1f}", f"{theirs['cost']:.1f}",
             f"{ours['cost'] / theirs['cost']:.2f}", "")
        line("  p50, microseconds", f"{ours['p50']:.0f}", f"{theirs['p50']:.0f}", f"{ours['p50'] / theirs['p50']:.2f}", "")
        line("  p99, microseconds", f"{ours['p99']:.0f}", f"{theirs['p99']:.0f}", f"{tail:.2f}",
             f"<= 2.0   {mark(tail <= 2)}")
        if not row["own_files"]:
            print("  (tuned nginx may not keep that many files open here: it serves one file at all these paths)")
    # What asking for many paths costs wrk, and the caches, both servers share: the ratios are compared, not the rates.
    ratios = [row["mockrec"]["rate"] / row["nginx"]["rate"] for row in rows]
    rates = [row["mockrec"]["rate"] for row in rows]
    change = rates[-1] / rates[0]
    line("largest / smallest, req/s", "", "", f"{change:.2f}", f">= 0.9   {mark(change >= 0.9)}",
         f"ratio to nginx {ratios[0]:.2f} -> {ratios[-1]:.2f}")


def start(rows):
    print("\nStart to the first answer, and memory. Files in the page cache.")
    line("", "one core", "all cores", "", "wanted (one core)")
    for row in rows:
        limit = 0.050 if row["exchanges"] <= 200 else 1.0
        line(f"{row['exchanges']:,} exchanges, ms", f"{row['seconds'] * 1000:.1f}",
             f"{row['seconds_all_cores'] * 1000:.1f}", "", f"<= {limit * 1000:.0f}   {mark(row['seconds'] <= limit)}",
             f"worst {row['worst_seconds'] * 1000:.1f}")
        if row["exchanges"] <= 200:
            continue
        line("  cassette on disk", mega(row["bytes"]), "", "", "")
        for name, key in (("  resident after load", "resident"), ("  resident at its highest", "highest")):
            ratio = row[key] / row["bytes"]
            line(name, mega(row[key]), mega(row[f"{key}_all_cores"]), f"{ratio:.2f}", f"<= 2.0   {mark(ratio <= 2)}")


def record(found):
    print("\nRecording proxy, 32 connections; nginx as a reverse proxy in the same place, the same origin behind.")
    line("", "mockrec", "nginx", "ratio", "wanted", "busy: server / load")
    for row in found["throughput"]:
        ours, theirs = row["mockrec"], row["nginx"]
        ratio = ours["rate"] / theirs["rate"]
        # With each path once a file is made for each exchange, which nginx does not do: told, and not held against it.
        name, wanted = ("one path, req/s", f">= 0.5   {mark(ratio >= 0.5)}") if row["kind"] == "one" else (
            "each path once, req/s", "a file each")
        line(name, f"{ours['rate']:,.0f}", f"{theirs['rate']:,.0f}", f"{ratio:.2f}", wanted, busy(ours), "nginx",
             busy(theirs))
        line("  processor time, us/req", f"{ours['cost']:.1f}", f"{theirs['cost']:.1f}",
             f"{ours['cost'] / theirs['cost']:.2f}", "")
        line("  p99, microseconds", f"{ours['p99']:.0f}", f"{theirs['p99']:.0f}",
             f"{ours['p99'] / max(1, theirs['p99']):.2f}", "")
        line("  exchanges lost", row["lost"], "", "", f"0        {mark(row['lost'] == 0)}",
             f"{row['exchanges']:,} exchanges in {row['entries']:,} entries; "
             f"{ours['unwritten_seconds']:.1f} s to write the rest; {mega(ours['resident'])} at most")
    times = found["latency"]
    line("added p50, 1 connection, us", f"{times['mockrec'] - times['direct']:.0f}",
         f"{times['nginx'] - times['direct']:.0f}", "", "", f"direct {times['direct']:.0f}")


def redis(found):
    print("\nRedis: GET of 3 bytes by redis-benchmark, 50 connections, one processor.")
    line("", "mockrec", "redis", "ratio", "wanted")
    for row in found["rows"]:
        theirs = row["redis"]
        name = "" if row["pipeline"] == 1 else f", pipelining {row['pipeline']}"
        for kind in ("replay", "fake"):
            ours = row[kind]
            ratio = ours["rate"] / theirs["rate"]
            line(f"{kind}{name}, req/s", f"{ours['rate']:,.0f}", f"{theirs['rate']:,.0f}", f"{ratio:.2f}",
                 f">= 0.7   {mark(ratio >= 0.7)}", f"us/req {ours['cost']:.2f} / {theirs['cost']:.2f}")
    proxy = found["proxy"]
    direct, theirs = proxy["direct"], proxy["haproxy"]
    line("", "mockrec", "haproxy")
    for wire in ("redis", "tcp"):
        ours = proxy[wire]
        ratio = ours["rate"] / theirs["rate"]
        line(f"recording {wire}, req/s", f"{ours['rate']:,.0f}", f"{theirs['rate']:,.0f}", f"{ratio:.2f}",
             f">= 0.8   {mark(ratio >= 0.8)}")
        added = ours["p50"] - direct["p50"]
        line("  added p50, 1 client, us", f"{added:.0f}", f"{theirs['p50'] - direct['p50']:.0f}", "",
             f"<= 40    {mark(added <= 40)}", f"direct {direct['p50']:.0f}")


def verify(found):
    print("\nVerification: 1,000 contracts against a service that answers after 5 ms. Ideal: all that waiting and no more.")
    line("", "mockrec", "ideal", "ratio", "wanted")
    for row in found["slow"]:
        ratio = row["all"]["seconds"] / row["ideal"]
        line(f"{row['jobs']} jobs, seconds", f"{row['all']['seconds']:.2f}", f"{row['ideal']:.2f}", f"{ratio:.2f}",
             f"<= 1.3   {mark(ratio <= 1.3)}",
             f"bare sockets {row['bare']:.2f} s, ratio {row['all']['seconds'] / row['bare']:.2f}")
        grown = row["all"]["highest"] / row["few"]["highest"]
        line("  memory, 200 -> 1,000", f"{mega(row['all']['highest'])}", f"{mega(row['few']['highest'])}", f"{grown:.2f}",
             f"<= 1.2   {mark(grown <= 1.2)}")
    for row in found["many"]:
        few, most = row["few"], row["all"]
        grown = most["highest"] / few["highest"]
        what = "all agree" if row["kind"] == "agree" else "all drift"
        line(f"{most['exchanges']:,} {what}, s", f"{most['seconds']:.1f}", "", "",
             "", f"{most['exchanges'] / most['seconds']:,.0f} exchanges/s, HTML report {mega(most['html'])}")
        line(f"  memory, {few['exchanges']:,} before", f"{mega(most['highest'])}", f"{mega(few['highest'])}", f"{grown:.2f}", "")


def overlay(row):
    print("\nOverlays: replay of 1,000 exchanges under rules that no request matches, and under such as do.")
    line("", "with rules", "without", "ratio", "wanted")
    none = row["cost"]["none"]["rate"]
    for rules, least in (("10", 0.95), ("500", 0.85)):
        rate = row["cost"][rules]["rate"]
        line(f"{rules} rules, req/s", f"{rate:,.0f}", f"{none:,.0f}", f"{rate / none:.2f}",
             f">= {least}   {mark(rate / none >= least)}")
    late = row["latency"]
    line("latency 20 ms, beyond it, us", f"p50 {late['p50']:.0f}", f"p99 {late['p99']:.0f}", "",
         f"p99 <= 2000   {mark(late['p99'] <= 2000 and late['least'] >= 0)}",
         f"at 1,000 requests a second; without latency p50 {late['plain_p50']:.0f}, p99 {late['plain_p99']:.0f}")
    drip = row["drip"]
    ratio = drip["took"] / drip["wanted"]
    line(f"drip of {drip['rate']} B/s, s", f"{drip['took']:.2f}", f"{drip['wanted']:.2f}", f"{ratio:.3f}",
         f"0.95-1.05   {mark(0.95 <= ratio <= 1.05)}")
    held = row["hanging"]
    ratio = held["with"]["rate"] / held["without"]["rate"]
    line(f"{held['connections']:,} hang, others' req/s", f"{held['with']['rate']:,.0f}", f"{held['without']['rate']:,.0f}",
         f"{ratio:.2f}", f">= 0.97   {mark(ratio >= 0.97)}")
    line("  memory they take", mega(held["grown"]), "", "", f"< 64 MB   {mark(held['grown'] < 64e6)}")


def mocks(found):
    print("\nMocks: replies of 1 KB, 32 connections, one processor.")
    line("", "mock", "recorded", "ratio", "wanted")
    rows = found["replies"]
    recorded = rows["recorded"]["rate"]
    for name, wanted in (("plain mock", None), ("templated", 0.5)):
        rate = rows[name]["rate"]
        line(f"{name}, req/s", f"{rate:,.0f}", f"{recorded:,.0f}", f"{rate / recorded:.2f}",
             f">= {wanted}   {mark(rate / recorded >= wanted)}" if wanted else "",
             f"us/req {rows[name]['cost']:.1f} / {rows['recorded']['cost']:.1f}")
    rate = rows["handler"]["rate"]
    line("handler in Python, req/s", f"{rate:,.0f}", "", "", f">= 5,000  {mark(rate >= 5000)}",
         "it has the same processor")
    line("", "sessions", "without", "ratio", "wanted")
    rows = found["sessions"]
    for name, key in (("control API, req/s", "with"), ("100 sessions, req/s", "open"), ("named by header, req/s", "named")):
        ratio = rows[key]["ratio"]
        line(name, f"{rows[key]['rate']:,.0f}", f"{rows['without']['rate']:,.0f}", f"{ratio:.2f}",
             f">= 0.95   {mark(ratio >= 0.95)}" if key != "named" else "",
             f"us/req {rows[key]['cost']:.1f} / {rows['without']['cost']:.1f}")
    times = found["control"]
    line("opening a session, ms", f"{times['opened'] * 1e3:.2f}", "", "", f"< 1      {mark(times['opened'] < 1e-3)}",
         f"closing {times['closed'] * 1e3:.2f}, GET /health {times['health'] * 1e3:.2f}")
    line("adding 10,000 entries, s", f"{times['added']:.2f}", "", "", f"< 1      {mark(times['added'] < 1)}",
         f"their first reply {times['first']:.2f}")
    poll = times["polled"]
    line("a long poll, ms", f"{poll['p50'] * 1e3:.2f}", "", "", f"<= 5     {mark(poll['p99'] <= 5e-3)}",
         f"p99 {poll['p99'] * 1e3:.2f}, worst {poll['worst'] * 1e3:.2f}")
    first = found["testing"]
    line("first answer in a test, ms", f"{first['first']:.1f}", "", "", f"< 20     {mark(first['first'] < 20)}",
         f"later ones in the process {first['later']:.1f}")


def http2(found):
    print("\nHTTP/2 and TLS: replay of 1 KB JSON, one processor; nginx, tuned, serves the same bytes from files.")
    line("", "mockrec", "nginx", "ratio", "wanted")
    for key, name, least in (
            ("http2", "HTTP/2, 10 x 10 streams, req/s", 0.6), ("tls", "TLS, 32 connections, req/s", 0.8),
            ("tls_http2", "HTTP/2 over TLS, req/s", None)):
        ours, theirs = found[key]["mockrec"], found[key]["nginx"]
        ratio = ours["rate"] / theirs["rate"]
        line(name, f"{ours['rate']:,.0f}", f"{theirs['rate']:,.0f}", f"{ratio:.2f}",
             f">= {least}   {mark(ratio >= least)}" if least else "", f"us/req {ours['cost']:.1f} / {theirs['cost']:.1f}")
    leaf = found["leaf"]
    made = leaf["new"] - leaf["known"]
    line("a new leaf certificate, ms", f"{made:.2f}", "", "", f"<= 3     {mark(made <= 3)}",
         f"handshake {leaf['known']:.2f}, with a new name {leaf['new']:.2f}, worst {leaf['worst']:.2f}")


def grpc(found):
    print("\nGRPC: replay of a unary call with a reply of 100 bytes, 10 connections, one processor.")
    line("", "mockrec", "other", "ratio", "wanted")
    for streams, each in found["unary"].items():
        ours = each["mockrec"]
        for name, least in (("bare", 0.5), ("grpcio", 5)):
            theirs = each[name]
            ratio = ours["rate"] / theirs["rate"]
            line(f"{name}, {streams} at once, req/s", f"{ours['rate']:,.0f}", f"{theirs['rate']:,.0f}", f"{ratio:.2f}",
                 f">= {least}   {mark(ratio >= least)}" if streams > 1 else "", f"us/req {ours['cost']:.1f} / {theirs['cost']:.1f}")
    row = found["stream"]
    line("a stream of 1 GB, recorded", f"{row['seconds']:.1f} s", f"{row['direct']:.1f} s", "",
         f"< 100 MB  {mark(row['highest'] < 100e6)}", f"memory {mega(row['highest'])}; the other without mockrec")


def stream(rows):
    print("\nA chunked download of 1 GB through the recorder.")
    line("", "seconds", "memory", "", "wanted")
    for row in rows:
        line(row["kind"], f"{row['seconds']:.1f}", mega(row["highest"]), "", f"< 100 MB  {mark(row['highest'] < 100e6)}")
