"""The written policy: a book of dated rules, what it says on a day, and what it says of a case.

Nothing here reads a clock or a store. `read` takes a folder of TOML texts and decision tables; everything else is pure.

| question | function |
|---|---|
| read a book | `read`, `look` (with what is wrong in it), `parse` (of texts in hand) |
| what is in force on a day | `on` |
| what does it say of a case, or of a table of cases | `judge`, `judge_table` |
| is the book sound | `check` |
| who signs a decision | `signatures` |
| do its scenarios come out as written | `run_scenarios` |
| what changed between two books | `compare` |
| what may conditions ask about | `facts` |
| whom does a name resemble on the lists | `screening.Names`, `screening.screen` |
| is this trade barred, is this product on a controls list | `controls.barred`, `controls.classification` |
"""

from homeground.policy.cases import typed_case
from homeground.policy.checking import check
from homeground.policy.comparison import Difference, compare
from homeground.policy.findings import Finding
from homeground.policy.judging import Firing, Judgement, facts_of, judge, judge_table
from homeground.policy.law import on
from homeground.policy.model import VERDICTS, Book, Law, Parameter, Rule, Scenario, SigningRule, Verdict, strictness
from homeground.policy.reading import look, parse, read
from homeground.policy.scenarios import Outcome, run_scenarios
from homeground.policy.signing import Signature, signatures
from homeground.policy.vocabulary import Fact
from homeground.policy.vocabulary import packaged as facts

__all__ = [
    "VERDICTS",
    "Book",
    "Difference",
    "Fact",
    "Finding",
    "Firing",
    "Judgement",
    "Law",
    "Outcome",
    "Parameter",
    "Rule",
    "Scenario",
    "Signature",
    "SigningRule",
    "Verdict",
    "check",
    "compare",
    "facts",
    "facts_of",
    "judge",
    "judge_table",
    "look",
    "on",
    "parse",
    "read",
    "run_scenarios",
    "signatures",
    "strictness",
    "typed_case",
]
