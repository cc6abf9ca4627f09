"""Begins corpora from the protocol's vectors: python3 Tests/fuzz/seed.py DIRECTORY."""

import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
VECTORS = ROOT / "firmware-protocol/vectors"
INPUT_BYTES_MAX = 4096


def write(target, name, data):
    if len(data) <= INPUT_BYTES_MAX:
        folder = pathlib.Path(sys.argv[1]) / target
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


def vectors(name, *keys):
    content = json.loads((VECTORS / f"{name}.json").read_text())
    return [vector for key in keys for vector in content[key]]


for vector in vectors("frames", "good", "bad") + vectors("acks", "good", "bad"):
    if "hex" in vector:
        # 3: the checksum is put right, and the frame is sent twice.
        data = bytes.fromhex(vector["hex"])
        write("frame", vector["name"], b"\x03" + data)
        write("frame", vector["name"] + "-as-it-is", b"\x00" + data)
for vector in vectors("json-frames", "good", "bad"):
    if "text" in vector:
        write("json", vector["name"], vector["text"].encode())
        for number, text in enumerate(re.findall(r'"(\d{4}-[^"]*)"', vector["text"])[:3]):
            write("time", f"{vector['name']}-{number}", text.encode())
for vector in vectors("deliveries", "vectors"):
    if "topic" in vector:
        topic = vector["topic"].replace("dev-01", "@").encode()
        write("topic", vector["name"], b"\x00" + topic)
for number, text in enumerate(["2017-01-01", "2017-01-01T00:00:00+02:00", "2026-10-25T03:00:00 03:00"]):
    write("time", f"parameter-{number}", text.encode())
for number, path in enumerate(sorted(ROOT.glob("Tests/*/registry*.yaml"))):
    write("registry", f"file-{number}", path.read_bytes())
BASE = "node=aula&from=2017-01-01&to=2017-02-01"
for number, text in enumerate([
        BASE, BASE + "&by=hour&format=csv", BASE + "&by=day&children=true&question=palvelu",
        "node=helsinki&from=2017-01-01T00:00:00%2B02:00&to=2017-01-02T00:00:00+02:00&by=week",
        "node=kirjasto&from=1970-01-01&to=2199-01-01&by=hour&children=1", "node=unassigned&" + BASE,
        "from=2026-10-25T03:00:00%2003:00&to=2027-01-01&by=quarter&node=aula", "a&=b&&%&node=%zz"]):
    write("query", f"address-{number}", b"\x00" + text.encode())
    write("query", f"more-{number}", b"\x03&" + text.encode())
contract = re.search(r"Registry file:\n\n((?:    .*\n|\n)+)", (ROOT / "README.md").read_text()) \
    if (ROOT / "README.md").exists() else None
if contract:
    write("registry", "readme", re.sub(r"(?m)^    ", "", contract[1]).encode())
