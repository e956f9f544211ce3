"""What is served: JSON documents of 1 KB as files for nginx, and the same documents as cassettes.

The cassettes are written as `mockrec record` writes them in front of nginx: the bench checks that what is replayed is
what nginx serves, byte for byte.
"""

import json
import os
import re
import shutil

BODY_BYTES = 1024
SERVICE = "items"


def path_of(number):
    return f"/v1/items/{number:06d}"


def document(number):
    value = {
        "id": number,
        "name": f"item {number}",
        "active": number % 3 != 0,
        "price": number % 1000 + 0.5,
        "owner": None,
        "tags": ["a", "bc", "def"],
        "stock": [
            {"place": f"{place}-{number % 97}", "count": (number * place) % 41, "reserved": place % 2 == 0}
            for place in range(14)
        ],
        "note": "",
    }
    text = json.dumps(value, separators=(",", ":"))
    value["note"] = "x" * (BODY_BYTES - len(text))
    return value


def fnv1a(data):
    value = 0xCBF29CE484222325
    for byte in data:
        value = ((value ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return value


def entry_name(number):
    path = path_of(number)
    value = fnv1a(f"GET {path}".encode())
    slug = re.sub("[^a-z0-9]+", "-", path.strip("/").lower())
    return f"get-{slug}-{(value ^ value >> 32) & 0xFFFFFFFF:08x}.hurl"


def entry(number, value):
    return f"""# mockrec 1
GET {{{{{SERVICE}}}}}{path_of(number)}
User-Agent: curl/7.88.1
Accept: */*

# @layout compact
HTTP 200
Server: nginx
Content-Type: application/json
Content-Length: {BODY_BYTES}
Last-Modified: Fri, 20 Nov 2026 10:00:00 GMT
ETag: "6b009246-400"
Accept-Ranges: bytes
{json.dumps(value, indent=2)}
"""


def once(folder, make):
    """Makes a folder when it is not there yet, whole or not at all."""
    if os.path.isdir(folder):
        return folder
    draft = folder + ".new"
    shutil.rmtree(draft, ignore_errors=True)
    os.makedirs(draft)
    make(draft)
    os.rename(draft, folder)
    return folder


def documents(work, count):
    def make(folder):
        os.makedirs(f"{folder}/v1/items")
        for number in range(count):
            with open(folder + path_of(number), "w") as file:
                file.write(json.dumps(document(number), separators=(",", ":")))

    return once(f"{work}/documents-{count}", make)


def cassette(work, count):
    def make(folder):
        folder = f"{folder}/{SERVICE}"
        os.makedirs(folder)
        names = [entry_name(number) for number in range(count)]
        for number, name in enumerate(names):
            with open(f"{folder}/{name}", "w") as file:
                file.write(entry(number, document(number)))
        with open(f"{folder}/order", "w") as file:
            file.write("".join(name + "\n" for name in names))
        with open(f"{folder}/.gitattributes", "w") as file:
            file.write("order merge=union\n")

    return once(f"{work}/cassette-{count}", make) + f"/{SERVICE}"


def size(folder):
    """The bytes of all files in a folder."""
    return sum(
        os.lstat(os.path.join(place, name)).st_size for place, _, names in os.walk(folder) for name in names)
