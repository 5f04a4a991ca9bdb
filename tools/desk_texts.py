"""List the desk's texts that a language has no translation of, as entries to fill in: python tools/desk_texts.py fr."""

from __future__ import annotations

import json
import sys

from homeground.desk.language import languages
from homeground.desk.language.texts import wanted


def main() -> int:
    code = sys.argv[1] if len(sys.argv) > 1 else "fr"
    catalogue = languages()[code].catalogue
    missing = {text: where for text, where in wanted().items() if not catalogue.known(text)}
    for text, where in missing.items():
        print(f'#: {where}\nmsgid {json.dumps(text, ensure_ascii=False)}\nmsgstr ""\n')
    print(f"{len(missing)} texts without a translation into {code}", file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
