#!/usr/bin/env python3
"""Packs the built extension: vsix.py OUT. A .vsix is a zip with two lists in it; made here, it is the same for the same files."""

import json
import pathlib
import sys
import zipfile
from xml.sax.saxutils import escape, quoteattr

HERE = pathlib.Path(__file__).resolve().parent
FILES = ["package.json", "README.md", "CHANGELOG.md", "LICENSE", "build/extension.js", "media/icon.png", "media/tutti.svg",
         "media/install.md", "media/share.md", "media/join.md", "media/together.md"]
TYPES = {"json": "application/json", "md": "text/markdown", "js": "application/javascript", "png": "image/png", "svg": "image/svg+xml",
         "vsixmanifest": "text/xml"}
ELSEWHERE = {"CHANGELOG.md": HERE.parents[1] / "CHANGELOG.md", "LICENSE": HERE.parents[1] / "LICENSE"}


def manifest(package: dict) -> str:
    identity = f'Id="{package["name"]}" Version="{package["version"]}" Publisher="{package["publisher"]}" Language="en-US"'
    properties = {"Engine": package["engines"]["vscode"], "ExtensionKind": ",".join(package["extensionKind"])}
    lines = "".join(f'<Property Id="Microsoft.VisualStudio.Code.{name}" Value={quoteattr(value)}/>' for name, value in properties.items())
    assets = {"Code.Manifest": "package.json", "Services.Content.Details": "README.md", "Services.Content.Changelog": "CHANGELOG.md",
              "Services.Content.License": "LICENSE", "Services.Icons.Default": "media/icon.png"}
    listed = "".join(f'<Asset Type="Microsoft.VisualStudio.{kind}" Path="extension/{path}" Addressable="true"/>' for kind, path in assets.items())
    return ('<?xml version="1.0" encoding="utf-8"?>\n'
            '<PackageManifest Version="2.0.0" xmlns="http://schemas.microsoft.com/developer/vsx-schema/2011">'
            f'<Metadata><Identity {identity}/><DisplayName>{escape(package["displayName"])}</DisplayName>'
            f'<Description xml:space="preserve">{escape(package["description"])}</Description>'
            f'<Tags>{escape(",".join(package["keywords"]))}</Tags><Categories>{escape(",".join(package["categories"]))}</Categories>'
            f'<License>extension/LICENSE</License><Icon>extension/{package["icon"]}</Icon><Properties>{lines}</Properties></Metadata>'
            '<Installation><InstallationTarget Id="Microsoft.VisualStudio.Code"/></Installation><Dependencies/>'
            f'<Assets>{listed}</Assets></PackageManifest>\n')


def content_types() -> str:
    lines = "".join(f'<Default Extension=".{end}" ContentType="{kind}"/>' for end, kind in sorted(TYPES.items()))
    return ('<?xml version="1.0" encoding="utf-8"?>\n'
            f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{lines}</Types>\n')


def shipped(package: dict) -> bytes:
    """What only the build needs stays out of it."""
    kept = {key: value for key, value in package.items() if key not in ("devDependencies", "scripts", "private")}
    return (json.dumps(kept, indent=2, ensure_ascii=False) + "\n").encode()


def main() -> int:
    package = json.loads((HERE / "package.json").read_text(encoding="utf-8"))
    entries = {"extension.vsixmanifest": manifest(package).encode(), "[Content_Types].xml": content_types().encode()}
    for name in FILES:
        entries[f"extension/{name}"] = shipped(package) if name == "package.json" else ELSEWHERE.get(name, HERE / name).read_bytes()
    out = pathlib.Path(sys.argv[1])
    out.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in entries.items():
            packed.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    print(out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
